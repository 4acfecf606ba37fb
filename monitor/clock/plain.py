"""Timers as plain lists, numbers and text, and back: instants and durations in whole microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from monitor.clock.book.policy import Attributes, Book, Target
from monitor.clock.book.rules import DayCount
from monitor.clock.corrections import TakenBack
from monitor.clock.meter import Alarms, ByHand, Mark, Meter, Past
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.segments import Segment, Trail
from monitor.clock.terms import Elapsed, LaterStart, Reckoning, Terms
from monitor.clock.timer import Beginning, Stopped, Timer

Plain = list[Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def write_instant(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def read_instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def write_attributes(attributes: Attributes) -> Plain:
    return [*attributes[:-1], sorted(attributes.tags)]


def read_attributes(said: Plain) -> Attributes:
    store, queue, channel, priority, tier, language, tags = said
    return Attributes(store, queue, channel, priority, tier, language, frozenset(tags))


def write_taken_back(taken_back: TakenBack | None) -> Plain | None:
    if taken_back is None:
        return None
    at, recorded_at, kind, seq = taken_back
    return [write_instant(at), write_instant(recorded_at), kind, seq]


def read_taken_back(said: Plain | None) -> TakenBack | None:
    if said is None:
        return None
    at, recorded_at, kind, seq = said
    return TakenBack(read_instant(at), read_instant(recorded_at), kind, seq)


def write_clock(clock: Timer | Stopped) -> Plain:
    """Write a clock of a checkpoint; one that has ended has two items more."""
    if isinstance(clock, Timer):
        return _write_timer(clock)
    return [*_write_timer(clock.timer), _maybe_micros(clock.due_at), clock.outcome.value]


def read_clock(said: Plain, book: Book) -> Timer | Stopped:
    """Read it again; the versions that it names are those of the book."""
    beginning, meter, alarms, floor, *ended = said
    timer = Timer(
        _read_beginning(beginning), _read_meter(meter, book), _read_alarms(alarms), read_instant(floor)
    )
    if not ended:
        return timer
    due_at, outcome = ended
    return Stopped(timer, _maybe_instant(due_at), Outcome(outcome))


def _write_timer(timer: Timer) -> Plain:
    beginning, meter, alarms, floor = timer
    begun = [beginning.metric.value, beginning.seq, write_instant(beginning.at), *beginning[3:]]
    return [begun, _write_meter(meter), _write_alarms(alarms), write_instant(floor)]


def _write_alarms(alarms: Alarms) -> Plain:
    instants = [*map(_maybe_micros, alarms[:2]), *map(_maybe_micros, alarms[3:5])]
    return [*instants, alarms.breach_kind, alarms.outdated]


def _read_beginning(said: Plain) -> Beginning:
    metric, seq, at, *rest = said
    return Beginning(Metric(metric), seq, read_instant(at), *rest)


def _read_alarms(said: Plain) -> Alarms:
    *instants, kind, outdated = said
    risk_at, breach_at, spent_at, deaf_until = map(_maybe_instant, instants)
    return Alarms(risk_at, breach_at, kind, spent_at, deaf_until, outdated)


def _write_meter(meter: Meter) -> Plain:
    by_hand = meter.by_hand
    return [
        write_instant(meter.started_at),
        _write_segment(meter.present),
        None if meter.trail is None else [write_instant(meter.trail[0].start), meter.trail[0].pause],
        None if by_hand is None else [*map(_maybe_micros, by_hand)],
        meter.business // _MICROSECOND,
        meter.wall // _MICROSECOND,
        [one // _MICROSECOND for one in meter.rested[1]],
        [[mark.budget // _MICROSECOND, mark.basis, write_instant(mark.at)] for mark in meter.past.marks],
    ]


def _read_meter(said: Plain, book: Book) -> Meter:
    started_at, segment, rest, by_hand, business, wall, rested, marks = said
    present, elapsed = _read_segment(segment, book), (_duration(business), _duration(wall))
    trail: Trail | None = None
    if rest is not None:
        trail = present._replace(start=read_instant(rest[0]), end=present.start, pause=rest[1]), None
    until = segment[0] if rest is None else rest[0]
    past = Past(*elapsed, tuple(map(_read_mark, marks)), read_instant(until) if wall else None)
    chosen = None if by_hand is None else ByHand(read_instant(by_hand[0]), _maybe_instant(by_hand[1]))
    known = trail, _read_elapsed(rested)
    return Meter(read_instant(started_at), present, chosen, *elapsed, trail, past=past, rested=known)


def _read_mark(said: Plain) -> Mark:
    spent, basis, at = said
    return Mark(_duration(spent), basis, read_instant(at))


def _write_segment(segment: Segment) -> Plain:
    target, reckoning = segment.terms.target, segment.terms.reckoning
    return [
        write_instant(segment.start),
        segment.policy_version,
        None if target is None else _write_target(target),
        None if reckoning is None else _write_reckoning(reckoning),
        segment.calendar_version,
        segment.pause,
        segment.begun_by,
        segment.seq,
    ]


def _read_segment(said: Plain, book: Book) -> Segment:
    start, policy, target, reckoning, calendar, *how = said
    terms = Terms(
        book.policy_version(policy),
        None if target is None else _read_target(target),
        book.calendar_version(calendar),
        None if reckoning is None else _read_reckoning(reckoning),
    )
    return Segment(read_instant(start), None, terms, *how)


def _write_target(target: Target) -> Plain:
    days = None if target.days is None else [*target.days]
    return [target.duration // _MICROSECOND, target.basis, target.warn, days]


def _read_target(said: Plain) -> Target:
    duration, basis, warn, days = said
    return Target(_duration(duration), basis, warn, None if days is None else DayCount(*days))


def _write_reckoning(reckoning: Reckoning) -> Plain:
    since: Plain | None = None
    if reckoning.since is not None:
        at, counted, rested = reckoning.since
        since = [write_instant(at), *(one // _MICROSECOND for one in (*counted, *rested))]
    promise = None if reckoning.promise is None else _write_target(reckoning.promise)
    return [promise, _maybe_micros(reckoning.until), since]


def _read_reckoning(said: Plain) -> Reckoning:
    promise, until, since = said
    attached: LaterStart | None = None
    if since is not None:
        attached = LaterStart(read_instant(since[0]), _read_elapsed(since[1:3]), _read_elapsed(since[3:]))
    target = None if promise is None else _read_target(promise)
    return Reckoning(target, _maybe_instant(until), attached)


def _read_elapsed(said: Plain) -> Elapsed:
    business, wall = map(_duration, said)
    return business, wall


def _duration(micros: int) -> timedelta:
    return timedelta(microseconds=micros)


def _maybe_micros(at: datetime | None) -> int | None:
    return None if at is None else write_instant(at)


def _maybe_instant(micros: int | None) -> datetime | None:
    return None if micros is None else read_instant(micros)
