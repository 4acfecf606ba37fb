"""Replay: the events of one ticket, and the versions of the book, folded into its clocks.

Pure functions. Nothing here knows what time it is, and nothing is kept between two calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from monitor.clock.book.policy import Book
from monitor.clock.checkpoint import Checkpoint, ReachesBehind, reaches_behind, stamp
from monitor.clock.clock import ReplayedClock
from monitor.clock.corrections import (
    SAID,
    Event,
    Placed,
    TakenBack,
    count_settled,
    find_dropped,
    find_held,
    find_taken_back,
    place,
    place_later,
)
from monitor.clock.effects.effect_table import EFFECTS
from monitor.clock.fold import GONE, Effect, Fold

__all__ = ["Event", "ReachesBehind", "ReplayedClock", "UnknownKind", "checkpoint", "replay"]

KEPT_OUT: Final = 32
"""How many of the last events no checkpoint stands for: what is younger may be undone."""
RENEWED_EVERY: Final = 32


class UnknownKind(ValueError):
    """An event of a kind that the clocks do not know."""


def replay(
    events: Sequence[Event],
    book: Book,
    *,
    reports: bool = True,
    since: Checkpoint | None = None,
    shown_at: datetime | None = None,
) -> tuple[ReplayedClock, ...]:
    """Return every clock of a ticket, in the order in which they started, and of the metrics.

    Without `reports` the metrics that never have a target are left out. They stand as at `shown_at`, or at
    the last event: whether one is paused, and when it is due until a pause to come; nothing else depends on
    it. With `since`, a checkpoint read with this very book, `events` are those that it does not stand for, and
    clocks that had ended by then are left out; the segments of the others begin at the checkpoint.

    Raises `UnknownKind`, `NaiveInstant` for an instant in a payload without a zone, and `ReachesBehind`.
    """
    if since is None:
        placed = place(events)
        return _fold(placed, book, reports=reports).finish(shown_at) if placed else ()
    if reaches_behind(events, since):
        raise ReachesBehind(f"behind event {since.seq}")
    clocks = _fold(place_later(events, since.opened_at), book, reports=reports, since=since).finish(shown_at)
    return tuple(clock for clock in clocks if not _had_ended(clock, since))


def checkpoint(
    events: Sequence[Event],
    book: Book,
    *,
    zones: str,
    since: Checkpoint | None = None,
    keep: int = KEPT_OUT,
    every: int = RENEWED_EVERY,
) -> Checkpoint | None:
    """Return a checkpoint of what no correction reaches any more, None where it is too early for one.

    Of all events, or of those after `since`, the last `keep` are left out; it is worth a checkpoint where
    at least `every` remain. `zones` tells the zone data from any other.

    Raises as `replay` does.
    """
    placed = place(events) if since is None else place_later(events, since.opened_at)
    settled = placed[: count_settled(placed, keep=keep)]
    if len(settled) < every:
        return None
    if since is not None and reaches_behind(events, since):
        raise ReachesBehind(f"behind event {since.seq}")
    return _stand(settled, book, zones=zones, since=since)


def _stand(placed: Sequence[Placed], book: Book, *, zones: str, since: Checkpoint | None) -> Checkpoint:
    fold, (at, last) = _fold(placed, book, since=since), placed[-1]
    return Checkpoint(
        stamp=stamp(book, at, zones=zones),
        events=len(placed) + (0 if since is None else since.events),
        opened_at=placed[0][0] if since is None else since.opened_at,
        at=at,
        seq=last.seq,
        last_seq=max(event.seq for _, event in placed),
        status=fold.status,
        attributes=fold.attributes,
        begun=fold.begun,
        questions=tuple(question.seq for question in fold.questions),
        reopening=fold.reopening,
        untold=fold.untold,
        counts=tuple(fold.counts.items()),
        clocks=tuple(fold.kept()),
    )


def _fold(
    placed: Sequence[Placed], book: Book, *, reports: bool = True, since: Checkpoint | None = None
) -> Fold:
    taken_back = find_taken_back(placed)
    if since is None:
        fold = Fold(book, opened_at=placed[0][0], taken_back=taken_back, reports=reports)
    else:
        fold = Fold.resume(book, since, taken_back=taken_back, reports=reports)
    fold.in_order = all(a.seq < b.seq for (_, a), (_, b) in pairwise(placed))
    dropped, held = find_dropped(placed, taken_back), find_held(placed)
    for at, event in placed:
        effect = EFFECTS.get(event.kind)
        if effect is None:
            raise UnknownKind(event.kind)
        fold.advance(at)
        if fold.status not in GONE and event.seq not in dropped:
            _tell(fold, effect, at, event, left=held.get(event.seq))
    return fold


def _tell(fold: Fold, effect: Effect, at: datetime, event: Event, *, left: TakenBack | None) -> None:
    taken_back = fold.taken_back.get(event.seq)
    if taken_back is not None and taken_back.is_elsewhere:
        fold.leave_out(effect, at, event, taken_back)
    elif left is not None:
        fold.hear_late(effect, at, event, left)
    elif taken_back is None or event.kind in SAID:
        effect(fold, at, event)
    else:
        fold.leave_out(effect, at, event, taken_back)


def _had_ended(clock: ReplayedClock, since: Checkpoint) -> bool:
    return clock.last_end is not None and since.covers(*clock.last_end)
