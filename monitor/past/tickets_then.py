"""The tickets of which something became known since, as they stood then: replayed from what was known."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

import msgspec

from helpdesk.database.statement import ids, run
from monitor.clock.book.policy import Book
from monitor.clock.replay import replay
from monitor.past import earlier_looks
from monitor.past.earlier_looks import KnownTicket
from monitor.past.known_event import KnownEvent
from monitor.past.then_lines import ThenLines, lines_of
from monitor.past.ticket_then import TicketThen, ticket_then
from monitor.relay.fold_input import TicketFacts
from monitor.relay.kept_columns import clock_columns
from monitor.relay.standings import places_of

TOGETHER: Final = 2000
"""So many tickets are read at a time."""


def tickets_then(at: datetime, book: Book) -> list[ThenLines]:
    """Return the changed tickets that were there (`past_changed`), by the book that was known."""
    with _without_collections():
        [(told,)] = run(_THERE, ())
        there = _decode_tickets(told)
        found = [earlier_looks.recall(one, book, at) for one in there]
        others = [one for one, lines in zip(there, found, strict=True) if lines is None]
        return [*filter(None, found), *_worked_out(others, at, book)]


@contextmanager
def _without_collections() -> Iterator[None]:
    """Look for no garbage meanwhile: a million short values have no cycles, and looking takes a fifth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _worked_out(tickets: Sequence[KnownTicket], at: datetime, book: Book) -> Iterator[ThenLines]:
    for first in range(0, len(tickets), TOGETHER):
        some = tickets[first : first + TOGETHER]
        stories = _read([one.ticket_id for one in some])
        for one in some:
            if one.ticket_id in stories:
                yield _lines(one, stories[one.ticket_id], at, book)


def _lines(one: KnownTicket, story: _Story, at: datetime, book: Book) -> ThenLines:
    """Replay a ticket, and keep what that comes to for the next look where all of it had been counted."""
    ticket = ticket_then(one.ticket_id, story.events)
    clocks = replay([event for event in story.events if event.counted], book, reports=False, shown_at=at)
    places = places_of([_facts(one, ticket)], {one.ticket_id: clocks})
    columns = [clock_columns(one.ticket_id, clock) for clock in clocks]
    lines = lines_of(ticket, columns, places[0] if places else None)
    if None not in story.counted:
        earlier_looks.keep(one, book, at, since=max(filter(None, story.counted)), lines=lines)
    return lines


def _facts(one: KnownTicket, ticket: TicketThen) -> TicketFacts:
    return TicketFacts(
        one.ticket_id, one.store_id, ticket.queue_id, ticket.assignee_id, one.environment, ticket.state.status,
        ticket.priority, one.opened_at, ticket.last_seq,
    )  # fmt: skip


class _Story(NamedTuple):
    """What was known of a ticket, in the order in which it became known, and when each event had been counted."""

    events: list[KnownEvent]
    counted: list[datetime | None]


class _Told(NamedTuple):
    """An event as the database tells it."""

    ticket_id: int
    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    imported: bool
    payload: dict[str, Any]
    told: bool | None
    actor_id: int | None
    counted_at: datetime | None


def _read(numbers: Sequence[int]) -> dict[int, _Story]:
    """Return what was known of each ticket.

    It comes as one text: msgspec reads instants many times as fast as psycopg does, one by one.
    """
    stories: dict[int, _Story] = defaultdict(lambda: _Story([], []))
    [(told,)] = run(_KNOWN, [ids(numbers)])
    for one in _decode(told):
        event = KnownEvent(*one[1:8], actor_id=one.actor_id, counted=one.counted_at is not None)
        story = stories[one.ticket_id]
        story.events.append(event)
        story.counted.append(one.counted_at)
    return stories


_decode: Final = msgspec.json.Decoder(list[_Told]).decode
_decode_tickets: Final = msgspec.json.Decoder(list[KnownTicket]).decode
_THERE: Final[LiteralString] = """
    SELECT coalesce(json_agg(json_build_array(
               ticket.id, reference, store_id, environment, occurred_at, coalesce(first_later, ticket.last_seq + 1)
           ) ORDER BY ticket.id), '[]')::text
      FROM past_changed changed
      JOIN helpdesk_ticket ticket ON ticket.id = changed.ticket_id
      JOIN helpdesk_store store ON store.id = store_id
     WHERE first_later IS DISTINCT FROM 1
"""
_KNOWN: Final[LiteralString] = """
    SELECT coalesce(json_agg(json_build_array(
               event.ticket_id, seq, kind, occurred_at, recorded_at, imported, payload, told, actor_id, relayed_at)
           ORDER BY event.ticket_id, seq), '[]')::text
      FROM past_changed changed
      JOIN helpdesk_ticketevent event ON event.ticket_id = changed.ticket_id
       AND (changed.first_later IS NULL OR seq < changed.first_later)
     WHERE changed.ticket_id = ANY(%s::bigint[])
"""
