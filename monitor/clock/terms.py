"""Terms: what a clock counts under at one time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.clock.book.calendar import NeverOpen, OutOfReach
from monitor.clock.book.policy import CalendarInForce, PolicyInForce
from monitor.clock.book.rules import Target
from monitor.clock.metrics import PAUSES, Metric

NO_TIME: Final = timedelta(0)

Elapsed = tuple[timedelta, timedelta]
"""Business time and wall time."""


class Terms(NamedTuple):
    """A policy version, the target that it sets, and the calendar version whose hours count.

    All three are None where no policy matches: then all time is business time. The target is None also
    where the policy only measures.
    """

    policy: PolicyInForce | None = None
    target: Target | None = None
    calendar: CalendarInForce | None = None

    @property
    def in_business(self) -> bool:
        """Whether the target is counted in business time; what has none is as well."""
        return self.target is None or self.target.basis == "business"

    def pausing(self, metric: Metric, status: str) -> str:
        """Return the status if it pauses the metric, else nothing."""
        statuses = PAUSES[metric] if self.policy is None else self.policy.pauses(metric)
        return status if status in statuses else ""

    def elapsed(self, start: datetime, end: datetime) -> Elapsed:
        """Return the (business, wall) time between two instants."""
        calendar, wall = self.calendar, end - start
        return (wall if calendar is None else calendar.hours.elapsed(start, end)), wall

    def spend(self, start: datetime, end: datetime) -> timedelta:
        """Return the time between two instants in the target's basis; none where they are turned round."""
        if self.calendar is not None and self.in_business:
            return self.calendar.hours.elapsed(start, end)
        return max(end - start, NO_TIME)

    def reach(self, start: datetime, left: timedelta) -> datetime | None:
        """Return when so much has counted in the target's basis, from an instant on; None if never."""
        if left <= NO_TIME:
            return start
        try:
            if self.calendar is not None and self.in_business:
                return self.calendar.hours.due(start, left)
            return start + left
        except (NeverOpen, OutOfReach, OverflowError):
            return None


NO_TERMS: Final = Terms()
