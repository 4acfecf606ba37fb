"""Reading what a fold needs: the events of some tickets, and the rows that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from helpdesk.database.statement import of, run, run_together
from monitor.clock.policy import Book
from monitor.clock.replay import Event
from monitor.relay import book
from monitor.relay.kept_columns import ClockColumns, named


class StoredClock(NamedTuple):
    """A clock as it is stored, with the levels and instants of its standing flags."""

    id: int
    line: ClockColumns
    rings_at: datetime | None
    superseded: bool
    flags: dict[str, tuple[int, datetime]]
    """Level → the flag's id and the instant it speaks of."""


class TicketFacts(NamedTuple):
    """What a ticket says of itself: what is copied for its standing, and the number of its last event."""

    ticket_id: int
    store_id: int
    queue_id: int
    assignee_id: int | None
    environment: str
    status: str
    priority: str
    opened_at: datetime
    last_seq: int


@dataclass(frozen=True, slots=True)
class FoldInput:
    """All that a fold of some tickets needs to know."""

    events: dict[int, list[Event]]
    edition: Book
    rows: dict[tuple[int, str, int], StoredClock]
    facts: list[TicketFacts]


def read_to_fold(ticket_ids: Sequence[int]) -> FoldInput:
    """Return what a fold needs, once no sweep is at these tickets' clocks any more, and keep sweeps away.

    The clocks are locked first and read by another statement: one that waits for a lock does not see the
    flags that were raised in the meantime.
    """
    events, [stamp], held, facts = run_together(
        of(ticket_ids, _EVENTS, (False,)), book.STAMP, of(ticket_ids, _HOLD), of(ticket_ids, _FACTS)
    )
    return FoldInput(
        events=_by_ticket(ticket_ids, events),
        edition=book.stamped(stamp),
        rows=read_rows(ticket_ids) if held else {},
        facts=[TicketFacts._make(row) for row in facts],
    )


def read_events(ticket_ids: Sequence[int], *, relayed_only: bool = False) -> dict[int, list[Event]]:
    """Return each ticket's events by seq; those set aside are left out until they are retried."""
    return _by_ticket(ticket_ids, run(*of(ticket_ids, _EVENTS, (relayed_only,))))


def _by_ticket(ticket_ids: Sequence[int], rows: Sequence[tuple[Any, ...]]) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = {ticket_id: [] for ticket_id in ticket_ids}
    for ticket_id, seq, kind, occurred_at, recorded_at, imported, payload in rows:
        told = msgspec.json.decode(payload)
        events[ticket_id].append(Event(seq, kind, occurred_at, recorded_at, imported, told))
    return events


def read_facts(ticket_ids: Sequence[int]) -> list[TicketFacts]:
    """Return the facts of the tickets, by ascending id."""
    return [TicketFacts._make(row) for row in run(*of(ticket_ids, _FACTS))]


def read_rows(ticket_ids: Sequence[int]) -> dict[tuple[int, str, int], StoredClock]:
    """Return the stored clocks of the tickets by identity, superseded ones too."""
    return {row.line.identity: row for row in map(_row, run(*of(ticket_ids, _ROWS)))}


def _row(columns: tuple[Any, ...]) -> StoredClock:
    number, *line, rings_at, superseded, levels, flag_ids, instants = columns
    flags = dict(zip(levels or (), zip(flag_ids or (), instants or (), strict=True), strict=True))
    return StoredClock(number, ClockColumns(*line), rings_at, superseded, flags)


_EVENTS = """
    SELECT ticket_id, seq, kind, occurred_at, recorded_at, imported, payload
      FROM helpdesk_ticketevent
     WHERE ticket_id = ANY(%s::bigint[]) AND (relayed_at IS NOT NULL OR (set_aside_at IS NULL AND NOT %s))
  ORDER BY ticket_id, seq
"""

_FACTS = """
    SELECT ticket.id, store_id, queue_id, assignee_id, environment, status, priority, occurred_at, last_seq
      FROM helpdesk_ticket ticket JOIN helpdesk_store store ON store.id = store_id
     WHERE ticket.id = ANY(%s::bigint[])
  ORDER BY ticket.id
"""

_HOLD = """
    SELECT id FROM monitor_clock WHERE ticket_id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""

_ROWS = f"""
    SELECT clock.id, {named(ClockColumns, of="clock")}, rings_at, superseded_at IS NOT NULL,
           flags.levels, flags.ids, flags.instants
      FROM monitor_clock clock
      LEFT JOIN LATERAL (
               SELECT array_agg(level::text) AS levels, array_agg(id) AS ids, array_agg(raised_at) AS instants
                 FROM monitor_flag WHERE clock_id = clock.id AND withdrawn_at IS NULL
           ) flags ON true
     WHERE clock.ticket_id = ANY(%s::bigint[])
"""  # noqa: S608  # the columns are our own
