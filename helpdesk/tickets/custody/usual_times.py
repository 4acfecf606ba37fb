"""The usual times for which people put a ticket off, in their zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MORNING: Final = time(9)
MONDAY: Final = 0


def _morning(now: datetime, *, days: int) -> datetime:
    """Return nine o'clock of a day to come, in the viewer's zone."""
    zone = timezone.get_current_timezone()
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, tzinfo=zone)


def _monday(now: datetime) -> datetime:
    today = now.astimezone(timezone.get_current_timezone()).weekday()
    return _morning(now, days=(MONDAY - today - 1) % 7 + 1)


USUAL: Final[dict[str, tuple[_StrPromise, Callable[[datetime], datetime | None]]]] = {
    "answer": (_("Until the customer answers"), lambda now: None),
    "hours": (_("For three hours"), lambda now: now + timedelta(hours=3)),
    "tomorrow": (_("Until tomorrow, 9:00"), lambda now: _morning(now, days=1)),
    "monday": (_("Until Monday, 9:00"), _monday),
}
"""Each by its name: in words, and as an instant; null until the customer answers."""
