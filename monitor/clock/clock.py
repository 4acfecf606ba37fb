"""The values that replay yields: clocks, and the segments that they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from monitor.clock.calendar import Calendar
from monitor.clock.metrics import Metric, Outcome

NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock under one policy and one calendar version; `end` is None while it lasts.

    `reason` is the status that pauses it (or `resolved`), else the kind of event that began the
    stretch, or `version`; `seq` is that event, None for a version.
    """

    start: datetime
    end: datetime | None
    paused: bool
    reason: str
    seq: int | None
    policy_version: int | None
    calendar_version: int | None
    hours: Calendar | None = field(compare=False, repr=False)

    def elapsed(self, start: datetime, end: datetime) -> tuple[timedelta, timedelta]:
        """Return the (business, wall) time that counts between two instants inside it."""
        if self.paused:
            return NO_TIME, NO_TIME
        wall = end - start
        return (wall if self.hours is None else self.hours.elapsed(start, end)), wall

    def reach(self, budget: timedelta, *, business: bool) -> datetime:
        """Return when so much has counted since its start, in business or in wall time."""
        if business and self.hours is not None:
            return self.hours.due(self.start, budget)
        return self.start + budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One metric on one ticket from one start event, with its alarms as instants.

    `risk_at` and `breach_at` may lie ahead: they are when it became or, as things stand, will become
    so. `due_at` is null without a target and while paused, `remaining` is set only while paused.
    `business` and `wall` are elapsed up to `ended_at`, else up to the ticket's last event. `basis` is
    empty without a target.
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

    def state_at(self, now: datetime) -> str:
        """Say `running`, `paused` or `late` while it lasts, and its outcome afterwards."""
        if self.outcome is not None and self.ended_at is not None and self.ended_at <= now:
            return self.outcome.value
        if self.breach_at is not None and self.breach_at <= now:
            return "late"
        return "paused" if self._is_paused_at(now) else "running"

    def elapsed_at(self, now: datetime) -> tuple[timedelta, timedelta]:
        """Return the (business, wall) time that has counted by `now`, beyond the due time too."""
        business = wall = NO_TIME
        for segment, start, end in clipped(self.segments, now):
            more_business, more_wall = segment.elapsed(start, end)
            business += more_business
            wall += more_wall
        return business, wall

    def _is_paused_at(self, now: datetime) -> bool:
        inside = (one for one in self.segments if one.start <= now and (one.end is None or now < one.end))
        return any(segment.paused for segment in inside)


def clipped(segments: Sequence[Segment], until: datetime) -> Iterator[tuple[Segment, datetime, datetime]]:
    """Yield each segment that began before `until`, with the part of it that lies before."""
    for segment in segments:
        end = until if segment.end is None else min(segment.end, until)
        if segment.start < end:
            yield segment, segment.start, end
