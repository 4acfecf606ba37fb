"""The result of a fold: its timers as clocks, with the alarms that lie ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.clock.clock import ReplayedClock
from monitor.clock.meter import Alarms
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.terms import Elapsed
from monitor.clock.timer import Stopped, Timer


def running_clock(timer: Timer, ahead: Timer, at: datetime) -> ReplayedClock:
    """Return a clock as things stand after the ticket's last event at `at`.

    `ahead` is the same timer after the versions that are still to take effect: they count for all but
    what has elapsed.
    """
    due_at = ahead.due()
    return _clock(ahead, ahead.foresee(due_at), due_at, timer.meter.measure(at), None)


def ended_clock(stopped: Stopped) -> ReplayedClock:
    """Return a clock that has ended; a warning at the very instant of its end never was."""
    timer, alarms = stopped.timer, stopped.timer.alarms
    meter, ended_at = timer.meter, timer.meter.present.start
    if alarms.risk_at is not None and alarms.risk_at >= ended_at:
        alarms = alarms._replace(risk_at=None)
    return _clock(timer, alarms, stopped.due_at, (meter.business, meter.wall), stopped.outcome)


def _clock(
    timer: Timer, alarms: Alarms, due_at: datetime | None, elapsed: Elapsed, outcome: Outcome | None
) -> ReplayedClock:
    meter, present, ended = timer.meter, timer.meter.present, outcome is not None
    paused = bool(present.pause) and not ended
    return ReplayedClock(
        *_promise(timer),
        due_at=due_at,
        paused_at=meter.paused_at if paused else None,
        remaining=meter.remaining if paused else None,
        risk_at=alarms.risk_at,
        breach_at=alarms.breach_at,
        breach_kind=timer.breach_kind(alarms),
        ended_at=present.start if ended else None,
        end_seq=present.seq if ended else None,
        outcome=outcome,
        business=elapsed[0],
        wall=elapsed[1],
        alarm_floor=timer.floor,
        silent=timer.beginning.silent,
        segments=meter.segments() if ended else (*meter.segments(), present),
        carried=meter.past[:2],
    )


def _promise(
    timer: Timer,
) -> tuple[Metric, int, int, datetime, int | None, int | None, str, timedelta | None]:
    """Return the first fields of a clock: which one it is, and what it was promised."""
    metric, seq, _, cycle, _ = timer.beginning
    policy, target, calendar = timer.terms
    return (
        metric,
        seq,
        cycle,
        timer.meter.started_at,
        None if policy is None else policy.id,
        None if calendar is None else calendar.id,
        "" if target is None else target.basis,
        None if target is None else target.duration,
    )
