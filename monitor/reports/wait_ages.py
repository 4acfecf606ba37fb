"""For how long customers have been waiting, in bands: rules about `Ticket` and `Standing` alike, and names for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class WaitAge(NamedTuple):
    """Waits of at least so long, and less than that; None: of whatever length."""

    least: timedelta
    below: timedelta | None

    def since(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return after which instant, and until which, such a wait began; None: whenever."""
        return now - self.below if self.below else None, now - self.least if self.least else None

    def rule(self, now: datetime) -> Q:
        """Return the rule that a customer has been waiting for so long, on their own clock."""
        rule = Q(waiting_since__lte=now - self.least) if self.least else Q(waiting_since__isnull=False)
        return rule & Q(waiting_since__gt=now - self.below) if self.below else rule


BANDS: Final[Mapping[str, WaitAge]] = {
    "hour": WaitAge(timedelta(), timedelta(hours=1)),
    "4-hours": WaitAge(timedelta(hours=1), timedelta(hours=4)),
    "day": WaitAge(timedelta(hours=4), timedelta(days=1)),
    "3-days": WaitAge(timedelta(days=1), timedelta(days=3)),
    "week": WaitAge(timedelta(days=3), timedelta(days=7)),
    "longer": WaitAge(timedelta(days=7), None),
}
"""Each by the longest that it holds; together they are everybody who waits."""

WORDS: Final[Mapping[str, _StrPromise]] = {
    "hour": _("waiting for less than 1 hour"),
    "4-hours": _("waiting for 1 to 4 hours"),
    "day": _("waiting for 4 hours to 1 day"),
    "3-days": _("waiting for 1 to 3 days"),
    "week": _("waiting for 3 to 7 days"),
    "longer": _("waiting for 7 days or longer"),
}
