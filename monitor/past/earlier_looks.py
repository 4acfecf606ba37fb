"""What earlier looks have worked out: the next step of a slider replays only what differs.

Events are facts that nothing changes. The first events of a ticket, all counted, by the same book come to the same,
whenever one looks; beside them only the versions that have begun by then count. Kept by each process, so many at most.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple

from monitor.clock.book.policy import Book
from monitor.past.then_lines import ThenLines

KEPT: Final = 25_000
"""Tickets, of some two kilobytes each."""


class KnownTicket(NamedTuple):
    """What is known of a ticket beside its events, and of these `before`, the number of the first that is not known."""

    ticket_id: int
    reference: str
    store_id: int
    environment: str
    opened_at: datetime
    before: int


class _Look(NamedTuple):
    """What a ticket was by a book, once so many of its versions had begun; its events were counted by `since`."""

    ticket: KnownTicket
    book: Book
    begun: int
    since: datetime
    lines: ThenLines


_looks: Final[dict[int, _Look]] = {}
_keeping: Final = Lock()


def recall(ticket: KnownTicket, book: Book, at: datetime) -> ThenLines | None:
    """Return what was worked out of the same; None where nothing was."""
    look = _looks.get(ticket.ticket_id)
    if look is None or look.ticket != ticket or look.book is not book or at < look.since:
        return None
    return look.lines if look.begun == bisect_right(book.boundaries, at) else None


def keep(ticket: KnownTicket, book: Book, at: datetime, *, since: datetime, lines: ThenLines) -> None:
    """Keep what was worked out at a moment: until then every event had been counted, the last at `since`."""
    with _keeping:
        _looks.pop(ticket.ticket_id, None)
        if len(_looks) >= KEPT:
            del _looks[next(iter(_looks))]
        _looks[ticket.ticket_id] = _Look(ticket, book, bisect_right(book.boundaries, at), since, lines)
