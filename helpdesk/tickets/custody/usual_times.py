"""The usual ways in which people put a ticket off, in their zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Ticket
from helpdesk.tickets.custody import snoozes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MORNING: Final = time(9)
MONDAY: Final = 0


def read_until(typed: str) -> datetime:
    """Read until when something is put off as a browser's field has it, in the viewer's zone unless it names one.

    Raises `BadSnooze`.
    """
    try:
        at = parse_datetime(typed)
    except ValueError:
        at = None
    if at is None:
        raise snoozes.BadSnooze
    return at if at.tzinfo else timezone.make_aware(at)


def _morning(now: datetime, *, days: int) -> datetime:
    """Return nine o'clock of a day to come, in the viewer's zone."""
    zone = timezone.get_current_timezone()
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, tzinfo=zone)


def _monday(now: datetime) -> datetime:
    today = now.astimezone(timezone.get_current_timezone()).weekday()
    return _morning(now, days=(MONDAY - today - 1) % 7 + 1)


@dataclass(frozen=True, slots=True)
class UsualSnooze:
    """One of the ways in which people put a ticket off: in words, and until when by now, where that is a time."""

    words: _StrPromise
    until: Callable[[datetime], datetime] | None = None
    awaits_order: bool = False

    def put_off(self, ticket: Ticket, *, by: Agent, now: datetime) -> bool:
        """Put a ticket off so; false where it is already, else as `snoozes.snooze`."""
        if self.awaits_order:
            return snoozes.snooze_until_order(ticket=ticket, by=by, now=now)
        return snoozes.snooze(ticket=ticket, until=self.until(now) if self.until else None, by=by, now=now)

    def named(self, name: str, *, now: datetime) -> str:
        """Return its instant as text, as of now and in the viewer's zone, or its own name where it ends by news."""
        return self.until(now).isoformat() if self.until else name

    def is_offered(self, ticket: Ticket) -> bool:
        return bool(ticket.order) or not self.awaits_order


USUAL: Final[dict[str, UsualSnooze]] = {
    "answer": UsualSnooze(_("Until the customer answers")),
    "order": UsualSnooze(_("Until there is news about the order"), awaits_order=True),
    "hours": UsualSnooze(_("For three hours"), lambda now: now + timedelta(hours=3)),
    "tomorrow": UsualSnooze(_("Until tomorrow, 9:00"), lambda now: _morning(now, days=1)),
    "monday": UsualSnooze(_("Until Monday, 9:00"), _monday),
}
"""Each by its name."""
