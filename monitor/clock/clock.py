"""The value that replay yields: a clock, with its segments, made of its timer and what lies ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.clock.book.rules import DayCount, Target
from monitor.clock.meter import Alarms
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.segments import NOTHING, Segment, clipped
from monitor.clock.terms import Elapsed
from monitor.clock.timer import Stopped, Timer


class OtherEnd(NamedTuple):
    """How a first response ended, measured otherwise: no instant, number and outcome while it lasts."""

    at: datetime | None
    seq: int | None
    outcome: Outcome | None
    business: timedelta


class ReplayedClock(NamedTuple):
    """One metric on one ticket from one start event, with its alarms as instants.

    `risk_at` and `breach_at` may lie ahead: they are when it became or, as things stand, will become
    so. `due_at` is null without a target and while paused, `remaining` is set only while paused.
    `business` and `wall` are elapsed up to `ended_at`, else up to the ticket's last event. `basis` is
    empty without a target. `carried` is what had counted before the segments, where the ticket was
    replayed from a checkpoint; nothing before that can be asked then. `any_end` and `substantive_end` are of
    a first response, where a bot answered before people did, and where these only held it off. `days` is how many
    were promised, where the target is what these come to, and `days_end_at` when they end were nothing paused.
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
    any_end: OtherEnd | None = None
    substantive_end: OtherEnd | None = None
    days: DayCount | None = None
    days_end_at: datetime | None = None

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

    @property
    def promised(self) -> Target | None:
        """Return its target as it was promised, without a warning point; None where nothing was."""
        if self.target is None:
            return None
        return Target(self.target, self.basis, days=self.days)

    @property
    def last_end(self) -> tuple[datetime, int] | None:
        """Return when, and by which event, nothing of it lasted any more; None while something does."""
        end = self.substantive_end
        at, seq = (self.ended_at, self.end_seq) if end is None else (end.at, end.seq)
        return None if at is None or seq is None else (at, seq)

    def _is_paused_at(self, now: datetime) -> bool:
        inside = (one for one in self.segments if one.start <= now and (one.end is None or now < one.end))
        return any(segment.paused for segment in inside)


class Outlook(NamedTuple):
    """A clock that runs: as it stands, as it is when it comes to its due time, and after all known versions.

    A version to come shapes the due time and the alarms, not the state.
    """

    state: Timer
    due_by: Timer
    ahead: Timer


def running_clock(outlook: Outlook, elapsed: Elapsed) -> ReplayedClock:
    """Return a clock as it stands; `elapsed` is what had counted by the ticket's last event."""
    state, due_by, ahead = outlook
    due_at, meter = due_by.due(), state.meter
    foreseen = ahead.foresee(due_at if ahead is due_by else ahead.due())
    clock = _clock(due_by, foreseen, due_at, elapsed)
    return clock._replace(
        paused_at=meter.paused_at,
        remaining=meter.remaining if meter.present.pause and due_at is None else None,
        segments=(*ahead.meter.segments(), ahead.meter.present),
    )


def ended_clock(stopped: Stopped) -> ReplayedClock:
    """Return a clock that has ended; a warning at the very instant of its end never was."""
    timer, alarms = stopped.timer, stopped.timer.alarms
    meter, end = timer.meter, timer.meter.present
    if alarms.risk_at is not None and alarms.risk_at >= end.start:
        alarms = alarms._replace(risk_at=None)
    clock = _clock(timer, alarms, stopped.due_at, (meter.business, meter.wall))
    return clock._replace(ended_at=end.start, end_seq=end.seq, outcome=stopped.outcome)


def _clock(timer: Timer, alarms: Alarms, due_at: datetime | None, elapsed: Elapsed) -> ReplayedClock:
    return ReplayedClock(
        *_promise(timer),
        due_at=due_at,
        paused_at=None,
        remaining=None,
        risk_at=alarms.risk_at,
        breach_at=alarms.breach_at,
        breach_kind=timer.breach_kind(alarms),
        ended_at=None,
        end_seq=None,
        outcome=None,
        business=elapsed[0],
        wall=elapsed[1],
        alarm_floor=timer.floor,
        silent=timer.beginning.silent,
        segments=timer.meter.segments(),
        carried=timer.meter.past[:2],
        days=None if timer.terms.target is None else timer.terms.target.days,
        days_end_at=timer.terms.days_end_at,
    )


_Promise = tuple[Metric, int, int, datetime, int | None, int | None, str, timedelta | None]


def _promise(timer: Timer) -> _Promise:
    """Return the first fields of a clock: which one it is, and what it was promised."""
    metric, seq, _, cycle, *_ = timer.beginning
    policy, target, calendar, _ = timer.terms
    versions = None if policy is None else policy.id, None if calendar is None else calendar.id
    promised = ("", None) if target is None else (target.basis, target.duration)
    return metric, seq, cycle, timer.meter.started_at, *versions, *promised
