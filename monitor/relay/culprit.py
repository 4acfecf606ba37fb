"""Whose fault it is that a ticket's events cannot be applied: an event's, or that of the promises and hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from helpdesk.models import TicketEvent
from monitor.clock.book.policy import Book
from monitor.clock.replay import Event, replay
from monitor.relay import book
from monitor.relay.fold_input import read_events

NOTHING_PROMISED: Final = Book([], [])


def find(ticket_id: int) -> TicketEvent | None:
    """Return the waiting event that is at fault; None where none is, but the book, or where none waits any more.

    An event is at fault where replay fails with it, and without any promise too. Where replay does not fail at
    all, what it says could not be written down: that is laid to the first event that waits.
    """
    waiting = list(TicketEvent.objects.waiting().filter(ticket=ticket_id).order_by("seq"))
    everything = read_events([ticket_id])[ticket_id]
    for event in waiting:
        told = [one for one in everything if one.seq <= event.seq]
        if not _is_readable(told):
            return event
        if not _can_be_replayed(told):
            return None
    return waiting[0] if waiting else None


def _is_readable(events: Sequence[Event]) -> bool:
    return _replays(events, NOTHING_PROMISED)


def _can_be_replayed(events: Sequence[Event]) -> bool:
    try:
        promised = book.current()
    except Exception:  # noqa: BLE001  # a book that cannot even be read
        return False
    return _replays(events, promised)


def _replays(events: Sequence[Event], promised: Book) -> bool:
    try:
        replay(events, promised, reports=False)
    except Exception:  # noqa: BLE001  # the very failure that is looked for
        return False
    return True
