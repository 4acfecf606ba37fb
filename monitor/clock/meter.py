"""A meter: how a clock counts and when its alarms fall. Mutable inside one replay, unseen outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.clock.calendar import Calendar
from monitor.clock.clock import NO_TIME, Segment
from monitor.clock.metrics import Metric
from monitor.clock.policy import Book, CalendarVersion, PolicyVersion
from monitor.clock.rules import Target


class Meter:
    """Counts segment by segment, and settles which alarms were passed in each.

    `since` is where the present segment began and `before` what had counted by then, in the target's
    basis. A change closes the segment and opens the next; what lies ahead is worked out at the end.
    """

    def __init__(self, metric: Metric, *, seq: int, at: datetime, recorded_at: datetime, reason: str) -> None:
        self.metric = metric
        self.start_seq = seq
        self.started_at = self.since = at
        self.floor = recorded_at
        self.reason = reason
        self.seq: int | None = seq
        self.policy: PolicyVersion | None = None
        self.calendar: CalendarVersion | None = None
        self.hours: Calendar | None = None
        self.target: Target | None = None
        self.counts_business = True
        self.manual: datetime | None = None
        self.manual_budget = NO_TIME
        self.before = self.business = self.wall = NO_TIME
        self.paused = ""
        self.risk_at: datetime | None = None
        self.breach_at: datetime | None = None
        self.breach_kind = ""
        self.spent_at: datetime | None = None
        self.segments: list[Segment] = []
        self.gaps: list[tuple[datetime, datetime]] = []

    def agree(
        self, policy: PolicyVersion | None, target: Target | None, calendar: CalendarVersion | None
    ) -> None:
        """Take over terms; the caller opens the segment that counts under them."""
        self.policy, self.target, self.calendar = policy, target, calendar
        self.hours = None if calendar is None else calendar.hours
        self.counts_business = target is None or target.basis == "business"

    @property
    def spent(self) -> timedelta:
        """What has counted by the end of the last closed segment, in the target's basis."""
        return self.business if self.counts_business else self.wall

    @property
    def warning(self) -> timedelta | None:
        """How much may be spent before the clock is at risk."""
        if self.target is None or self.target.warn is None:
            return None
        budget = self.target.duration if self.manual is None else self.manual_budget
        return budget * self.target.warn if budget else None

    # Counting.

    def close(self, at: datetime) -> None:
        """Count what has passed by `at`, and settle the alarms that were passed meanwhile."""
        if at <= self.since:
            return
        if not self.paused:
            wall = at - self.since
            business = wall if self.hours is None else self.hours.elapsed(self.since, at)
            if self.breach_at is None:
                self._settle(at, business if self.counts_business else wall)
            self.business += business
            self.wall += wall
        self.segments.append(self.segment(at))

    def open(self, at: datetime, reason: str, seq: int | None) -> None:
        """Begin the next segment."""
        self.since, self.before, self.reason, self.seq = at, self.spent, reason, seq

    def segment(self, end: datetime | None) -> Segment:
        """Return the present segment as a value."""
        return Segment(
            self.since,
            end,
            bool(self.paused),
            self.reason,
            self.seq,
            None if self.policy is None else self.policy.id,
            None if self.calendar is None else self.calendar.id,
            self.hours,
        )

    def prepend(self, start: datetime, *, book: Book, reason: str, seq: int) -> None:
        """Count the time from an earlier start too, each part under the hours of its day."""
        earlier = list(self._stretch(start, book=book, reason=reason, seq=seq))
        for segment in earlier:
            business, wall = segment.elapsed(segment.start, segment.end or self.started_at)
            self.business += business
            self.wall += wall
        self.segments[:0] = earlier
        self.started_at, self.spent_at = start, None

    def counted(self, start: datetime, end: datetime) -> timedelta:
        """Return what counts between two instants under the present terms, were it running."""
        if self.counts_business and self.hours is not None:
            return self.hours.elapsed(start, end)
        return max(end - start, NO_TIME)

    def _stretch(self, start: datetime, *, book: Book, reason: str, seq: int) -> Iterator[Segment]:
        end, policy = self.started_at, self.policy
        if policy is None:
            yield _running(start, end, reason, seq, None, None)
            return
        cuts = [start, *book.calendar_changes(policy.calendar, start, end), end]
        for a, b in pairwise(cuts):
            version = book.calendar_at(policy.calendar, a)
            yield _running(a, b, reason, seq, policy, version)

    # Alarms.

    def due(self) -> datetime | None:
        """Return when the target is spent, as things stand; None without one and while paused."""
        if self.paused:
            return None
        if self.manual is not None or self.target is None:
            return self.manual
        left = self.target.duration - self.before
        if left > NO_TIME:
            return self._reach(left)
        if self.spent_at is not None:
            return self.spent_at
        return self.since if self.breach_at is None else self._spent_when(self.target.duration)

    def risk(self, due: datetime | None) -> datetime | None:
        """Return when the clock is at risk, as things stand; never at its due time or later."""
        warning = self.warning
        if self.risk_at is not None or self.breach_at is not None or self.paused or warning is None:
            return self.risk_at
        risk = self._reach(warning - self.before)
        return self._corrected(risk) if due is None or risk < due else None

    def stamp(self, at: datetime, kind: str) -> None:
        """Note the breach, for ever; risk and breach at once are a breach."""
        self.breach_at = self._corrected(at)
        self.breach_kind = kind if self.breach_at == at else "correction"
        if self.risk_at is not None and self.risk_at >= self.breach_at:
            self.risk_at = None

    def settle_change(
        self, at: datetime, kind: str, *, resumed: bool = False, keeps_warning: bool = False
    ) -> None:
        """After a change at `at`: what is already spent is a breach, what is no longer at risk is not.

        A version keeps a warning that was passed: what was foretold before it must have been so.
        """
        if self.breach_at is not None:
            return
        if not self.paused and self._is_overspent(at, resumed=resumed):
            self.stamp(at, kind)
        elif self.risk_at is not None and not keeps_warning:
            warning = self.warning
            if warning is None or self.before < warning:
                self.risk_at = None

    def _settle(self, at: datetime, counted: timedelta) -> None:
        due = self._due_before(at, counted)
        warning = self.warning
        if self.risk_at is None and warning is not None and counted >= warning - self.before:
            risk = self._reach(warning - self.before)
            if risk < (due or at):
                self.risk_at = self._corrected(risk)
        if due is not None:
            self.spent_at = due
            self.stamp(due, "due")

    def _due_before(self, at: datetime, counted: timedelta) -> datetime | None:
        due = self.manual
        if due is None:
            if self.target is None or counted < self.target.duration - self.before:
                return None
            due = self._reach(self.target.duration - self.before)
        return due if due < at else None

    def _is_overspent(self, at: datetime, *, resumed: bool) -> bool:
        if self.manual is not None or self.target is None:
            return self.manual is not None and self.manual < at
        left = self.target.duration - self.before
        if left or resumed:
            return left < NO_TIME
        return self._spent_when(self.target.duration) < at

    def _reach(self, left: timedelta) -> datetime:
        """Return when that much more has counted, were the present segment to last."""
        if left <= NO_TIME:
            return self.since
        if self.counts_business and self.hours is not None:
            return self.hours.due(self.since, left)
        return self.since + left

    def _spent_when(self, budget: timedelta) -> datetime:
        """Return the earliest instant at which the closed segments add up to the budget."""
        for segment in self.segments:
            end = segment.end or self.since
            business, wall = segment.elapsed(segment.start, end)
            counted = business if self.counts_business else wall
            if not segment.paused and counted >= budget:
                return segment.reach(budget, business=self.counts_business)
            budget -= counted
        return self.since

    def _corrected(self, at: datetime) -> datetime:
        for start, end in self.gaps:
            if start <= at <= end:
                at = end
        return at


def _running(
    start: datetime,
    end: datetime,
    reason: str,
    seq: int,
    policy: PolicyVersion | None,
    calendar: CalendarVersion | None,
) -> Segment:
    return Segment(
        start=start,
        end=end,
        paused=False,
        reason=reason,
        seq=seq,
        policy_version=None if policy is None else policy.id,
        calendar_version=None if calendar is None else calendar.id,
        hours=None if calendar is None else calendar.hours,
    )
