"""Replay: the events of one ticket, and the versions of the book, folded into its clocks.

A pure function. Nothing here knows what time it is, and nothing is kept between two calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.clock.clock import Clock
from monitor.clock.corrections import Event, find_taken_back, place
from monitor.clock.effects import EFFECTS
from monitor.clock.fold import GONE, Fold
from monitor.clock.policy import Book

__all__ = ["Clock", "Event", "UnknownKind", "replay"]


class UnknownKind(ValueError):
    """An event of a kind that the clocks do not know."""


def replay(events: Sequence[Event], book: Book, *, reports: bool = True) -> tuple[Clock, ...]:
    """Return every clock of a ticket, in the order in which they started.

    Those that one event starts come in the order of the metrics. Without `reports` the metrics that never
    have a target are left out.

    Raises:
        UnknownKind: an event that `docs/clocks.md` does not list.
        NaiveInstant: a payload that carries an instant without a zone.

    """
    placed = place(events)
    if not placed:
        return ()
    fold = Fold(book, opened_at=placed[0][0], taken_back=find_taken_back(placed), reports=reports)
    for at, event in placed:
        effect = EFFECTS.get(event.kind)
        if effect is None:
            raise UnknownKind(event.kind)
        fold.advance(at)
        if fold.status not in GONE:
            effect(fold, at, event)
    return fold.finish()
