"""Terms: what a clock counts under at one time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.clock.book.calendar import NeverOpen, OutOfReach
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce
from monitor.clock.book.rules import Target
from monitor.clock.metrics import PAUSES, Metric

NO_TIME: Final = timedelta(0)

Elapsed = tuple[timedelta, timedelta]
"""Business time and wall time."""


class LaterStart(NamedTuple):
    """Where a target began to count that was attached later: what had counted, and what had not, by then."""

    at: datetime
    counted: Elapsed
    rested: Elapsed


class Reckoning(NamedTuple):
    """What a target comes to on one clock, where that depends on when it began to count.

    `promise` is the target as the policy sets it, and `until` the instant before which it is not due: when so
    many days are over, were nothing paused. None: never.
    """

    promise: Target | None
    until: datetime | None
    since: LaterStart | None = None


class Terms(NamedTuple):
    """A policy version, the target that it sets, and the calendar version whose hours count.

    All three are None where no policy matches: then all time is business time. The target is None also
    where the policy only measures. Of a target in days, or one that was attached later, there is a `reckoning`:
    then the target's duration is what must have counted from the start of this clock.
    """

    policy: PolicyInForce | None = None
    target: Target | None = None
    calendar: CalendarInForce | None = None
    reckoning: Reckoning | None = None

    @property
    def promise(self) -> Target | None:
        """Return the target as the policy sets it."""
        return self.target if self.reckoning is None else self.reckoning.promise

    @property
    def days_end_at(self) -> datetime | None:
        """Return when the days that are promised end, were nothing paused; None where they never do, or are none."""
        if self.target is None or self.target.days is None or self.reckoning is None:
            return None
        return self.reckoning.until

    def are_like(self, other: Terms) -> bool:
        """Whether both are the same, whatever they come to on a clock."""
        if self.reckoning is None and other.reckoning is None:
            return self == other
        return (self.policy, self.promise, self.calendar) == (other.policy, other.promise, other.calendar)

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

    def fall_due(self, start: datetime, left: timedelta) -> datetime | None:
        """Return when so much has counted and so many days are over, from an instant on; None if never."""
        at, reckoning = self.reach(start, left), self.reckoning
        if reckoning is None or at is None:
            return at
        return None if reckoning.until is None else max(at, reckoning.until)

    def open_time(self, book: Book, start: datetime, end: datetime) -> timedelta:
        """Return the business time between two instants, each stretch under the hours of its time."""
        return end - start if self.policy is None else book.open_time(self.policy.calendar, start, end)

    def ahead(self, book: Book, at: datetime, until: datetime) -> timedelta:
        """Return the time from an instant on in the target's basis; below nothing where the other is past."""
        if at <= until:
            return self.spend(at, until)
        return -self.open_time(book, until, at) if self.in_business else until - at

    def count_before(self, more: Elapsed) -> Terms:
        """Return them with so much more counted before a target that was attached later began to count."""
        reckoning = self.reckoning
        if reckoning is None or reckoning.since is None:
            return self
        business, wall = reckoning.since.counted
        since = reckoning.since._replace(counted=(business + more[0], wall + more[1]))
        return self._replace(reckoning=reckoning._replace(since=since))

    def fell_due(self, at: datetime, left: timedelta) -> datetime | None:
        """Return when a reckoned target was spent that is overspent by now: the last day's time, and what rested."""
        until = None if self.reckoning is None else self.reckoning.until
        if until is None:
            return None
        rested = left + self.spend(until, at) if until <= at else NO_TIME
        return self.reach(until, rested)


NO_TERMS: Final = Terms()
