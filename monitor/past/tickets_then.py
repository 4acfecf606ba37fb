"""The tickets of which something became known since, as they stood then: replayed from what was known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

import msgspec

from helpdesk.database.statement import ids, run
from monitor.clock.book.policy import Book
from monitor.clock.replay import replay
from monitor.past.known_event import KnownEvent
from monitor.past.ticket_then import TicketThen, ticket_then
from monitor.relay.fold_input import TicketFacts
from monitor.relay.kept_columns import ClockColumns, QueuePlace, clock_columns
from monitor.relay.standings import places_of

TOGETHER: Final = 2000
"""So many tickets are read at a time."""


class TicketsThen(NamedTuple):
    """Some tickets as they were: each, the clocks they had, and where those stood that were live."""

    tickets: list[TicketThen]
    clocks: list[ClockColumns]
    places: list[QueuePlace]


def tickets_then(at: datetime, book: Book) -> Iterator[TicketsThen]:
    """Yield, some at a time, the changed tickets that were there (`past_changed`), by the book that was known."""
    numbers = [ticket_id for (ticket_id,) in run(_THERE, ())]
    for first in range(0, len(numbers), TOGETHER):
        yield _some(numbers[first : first + TOGETHER], at, book)


def _some(numbers: Sequence[int], at: datetime, book: Book) -> TicketsThen:
    found, stories = TicketsThen([], [], []), _read(numbers)
    for ticket_id, store_id, environment, opened_at in run(_FACTS, [ids(stories)]):
        ticket = ticket_then(ticket_id, stories[ticket_id])
        counted = [one for one in stories[ticket_id] if one.counted]
        clocks = replay(counted, book, reports=False, shown_at=at)
        found.tickets.append(ticket)
        found.clocks.extend(clock_columns(ticket_id, clock) for clock in clocks)
        found.places.extend(
            places_of([_facts(ticket, store_id, environment, opened_at)], {ticket_id: clocks})
        )
    return found


def _facts(ticket: TicketThen, store_id: int, environment: str, opened_at: datetime) -> TicketFacts:
    return TicketFacts(
        ticket.ticket_id, store_id, ticket.queue_id, ticket.assignee_id, environment, ticket.state.status,
        ticket.priority, opened_at, ticket.last_seq,
    )  # fmt: skip


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
    counted: bool


def _read(numbers: Sequence[int]) -> dict[int, list[KnownEvent]]:
    """Return what was known of each ticket, in the order in which it became known.

    They come as one text: msgspec reads instants many times as fast as psycopg does, one by one.
    """
    stories: dict[int, list[KnownEvent]] = defaultdict(list)
    [(told,)] = run(_KNOWN, [ids(numbers)])
    for one in _decode(told):
        stories[one.ticket_id].append(KnownEvent(*one[1:8], actor_id=one.actor_id, counted=one.counted))
    return stories


_decode: Final = msgspec.json.Decoder(list[_Told]).decode
_THERE: Final[LiteralString] = """
    SELECT ticket_id FROM past_changed WHERE first_later IS DISTINCT FROM 1 ORDER BY ticket_id
"""
_KNOWN: Final[LiteralString] = """
    SELECT coalesce(json_agg(json_build_array(
               event.ticket_id, seq, kind, occurred_at, recorded_at, imported, payload, told, actor_id,
               relayed_at IS NOT NULL) ORDER BY event.ticket_id, seq), '[]')::text
      FROM past_changed changed
      JOIN helpdesk_ticketevent event ON event.ticket_id = changed.ticket_id
       AND (changed.first_later IS NULL OR seq < changed.first_later)
     WHERE changed.ticket_id = ANY(%s::bigint[])
"""
_FACTS: Final[LiteralString] = """
    SELECT ticket.id, store_id, environment, occurred_at
      FROM helpdesk_ticket ticket JOIN helpdesk_store store ON store.id = store_id
     WHERE ticket.id = ANY(%s::bigint[]) ORDER BY ticket.id
"""
