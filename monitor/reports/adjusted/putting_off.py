"""Changes of priority and queue when little of a promise's time was left: read from the segments of its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.clock.book.rules import Target
from monitor.clock.clock import ReplayedClock
from monitor.clock.replay import Event
from monitor.clock.segments import Segment, clipped
from monitor.clock.terms import NO_TIME, Terms

NEAR: Final = 0.25
"""A promise is near its due time once no more than this share of its target is left, warned of or not."""
LOWERED: Final = "lowered"


class ResortedTicket(NamedTuple):
    """An event that changed priority or queue, and under which name it may hide lateness."""

    act: str
    seq: int
    at: datetime


class NearChange(NamedTuple):
    """A change near the due time of a promise: what was left of it, when it was due before and since (None: never)."""

    act: str
    seq: int
    at: datetime
    due_before_at: datetime
    due_since_at: datetime | None
    left: timedelta


def changes(events: Iterable[Event], *, kinds: Mapping[str, str]) -> list[ResortedTicket]:
    """Return the changes of these kinds, each under its name, but those that were undone."""
    told = list(events)
    undone = {seq for event in told if event.kind == "undone" for seq in event.payload["seqs"]}
    return [
        ResortedTicket(kinds[event.kind], event.seq, event.occurred_at)
        for event in told
        if event.kind in kinds and event.seq not in undone
    ]


def of_clock(clock: ReplayedClock, changes: Sequence[ResortedTicket]) -> Iterator[NearChange]:
    """Yield those of these changes that came near its due time, before it broke, and did not let it be due sooner.

    A priority counts where it is due later since; a hand-over wherever it does not end the clock. The clock is replayed
    from its ticket's first event. A due time that was set by hand is moved by no change, and none is told of it.
    """
    for change in changes:
        if clock.started_at < change.at and (clock.ended_at is None or change.at < clock.ended_at):
            yield from _of_change(clock, change)


def _of_change(clock: ReplayedClock, change: ResortedTicket) -> Iterator[NearChange]:
    before, since = _around(clock, change.at)
    target, broke = before.terms.target, clock.breach_at is not None and clock.breach_at <= change.at
    if target is None or before.paused or broke or _is_by_hand(clock, change.at):
        return
    left = _left(before.terms, target, clock, change.at)
    due_before, due_since = before.terms.fall_due(change.at, left), _due_since(since, clock, change.at)
    later = due_since is None or (due_before is not None and due_since > due_before)
    same = due_since == due_before and change.act != LOWERED
    if due_before and left <= _near(target) and (later or same):
        yield NearChange(*change, due_before, due_since, left)


def _around(clock: ReplayedClock, at: datetime) -> tuple[Segment, Segment]:
    """Return in which segment an instant is come to, and which one lasts from it on."""
    before = next(one for one in reversed(clock.segments) if one.start < at)
    since = next(one for one in reversed(clock.segments) if one.start <= at)
    return before, since


def _is_by_hand(clock: ReplayedClock, at: datetime) -> bool:
    """Tell whether a due time that was set by hand stood by an instant."""
    told = [one.begun_by for one in clock.segments if one.start < at and one.begun_by in _BY_HAND]
    return bool(told) and _BY_HAND[told[-1]]


_BY_HAND: Final = {"due_time_set": True, "due_time_cleared": False}


def _near(target: Target) -> timedelta:
    """Return how much of a target is left at most, once its due time is near: where it warns sooner, from then on."""
    share = NEAR if target.warn is None else max(NEAR, 1 - target.warn)
    return target.duration * share


def _left(terms: Terms, target: Target, clock: ReplayedClock, at: datetime) -> timedelta:
    """Return what of a target has not counted by an instant."""
    counted = (one.elapsed(start, end) for one, start, end in clipped(clock.segments, at))
    spent = sum((business if terms.in_business else wall for business, wall in counted), NO_TIME)
    return max(target.duration - spent, NO_TIME)


def _due_since(segment: Segment, clock: ReplayedClock, at: datetime) -> datetime | None:
    terms, target = segment.terms, segment.terms.target
    return None if target is None or segment.paused else terms.fall_due(at, _left(terms, target, clock, at))
