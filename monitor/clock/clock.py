"""The value that replay yields: a clock, with the segments that it is made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.clock.metrics import Metric, Outcome
from monitor.clock.segments import NOTHING, Segment, clipped
from monitor.clock.terms import Elapsed


class ReplayedClock(NamedTuple):
    """One metric on one ticket from one start event, with its alarms as instants.

    `risk_at` and `breach_at` may lie ahead: they are when it became or, as things stand, will become
    so. `due_at` is null without a target and while paused, `remaining` is set only while paused.
    `business` and `wall` are elapsed up to `ended_at`, else up to the ticket's last event. `basis` is
    empty without a target. `carried` is what had counted before the segments, where the ticket was
    replayed from a checkpoint; nothing before that can be asked then.
    """

    metric: Metric
    start_seq: int
    cycle: int
    started_at: datetime
    policy_version: int | None
    calendar_version: int | None
    basis: str
    target: timedelta | None
    due_at: datetime | None
    paused_at: datetime | None
    remaining: timedelta | None
    risk_at: datetime | None
    breach_at: datetime | None
    breach_kind: str
    ended_at: datetime | None
    end_seq: int | None
    outcome: Outcome | None
    business: timedelta
    wall: timedelta
    alarm_floor: datetime
    silent: bool
    segments: tuple[Segment, ...]
    carried: Elapsed = NOTHING

    def state_at(self, now: datetime) -> str:
        """Say `running`, `paused` or `late` while it lasts, and its outcome afterwards."""
        if self.outcome is not None and self.ended_at is not None and self.ended_at <= now:
            return self.outcome.value
        if self.breach_at is not None and self.breach_at <= now:
            return "late"
        return "paused" if self._is_paused_at(now) else "running"

    def elapsed_at(self, now: datetime) -> Elapsed:
        """Return the (business, wall) time that has counted by `now`, beyond the due time too."""
        business, wall = self.carried
        for segment, start, end in clipped(self.segments, now):
            more_business, more_wall = segment.elapsed(start, end)
            business += more_business
            wall += more_wall
        return business, wall

    def _is_paused_at(self, now: datetime) -> bool:
        inside = (one for one in self.segments if one.start <= now and (one.end is None or now < one.end))
        return any(segment.paused for segment in inside)
