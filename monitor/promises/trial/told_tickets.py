"""What a trial reads of tickets: their events and their stored clocks, all of one instant, and nothing is locked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from helpdesk.database.statement import of, run
from monitor.clock.corrections import Event


class TrialClock(NamedTuple):
    """What is held against each other of a clock, stored or replayed."""

    metric: str
    start_seq: int
    started_at: datetime
    ended: bool
    outcome: str
    target: timedelta | None
    due_at: datetime | None
    left: timedelta | None
    risk_at: datetime | None
    late_at: datetime | None

    @property
    def identity(self) -> tuple[str, int]:
        return self[:2]

    @property
    def is_promised(self) -> bool:
        return self.target is not None or self.due_at is not None or self.late_at is not None


class ToldTicket(NamedTuple):
    """A ticket as it stands: its events, and its clocks as they are stored."""

    id: int
    queue_id: int
    priority: str
    environment: str
    last_seq: int
    events: list[Event]
    clocks: list[TrialClock]


def read(ticket_ids: Sequence[int]) -> list[ToldTicket]:
    """Return the tickets by ascending id: one statement, so that no event comes between events and clocks."""
    return [_told(row) for row in run(*of(ticket_ids, _TOLD))]


def _told(row: tuple[Any, ...]) -> ToldTicket:
    facts, (events, clocks) = row[:5], row[5:]
    told = _EVENTS.decode(events) if events else ()
    stored = _CLOCKS.decode(clocks) if clocks else ()
    return ToldTicket._make((*facts, [Event(*one) for one in told], [_clock(*one) for one in stored]))


def _clock(
    metric: str, start_seq: int, started_at: datetime, ended: bool, outcome: str, *more: Any
) -> TrialClock:
    target, due_at, left, risk_at, late_at = more
    return TrialClock(
        metric, start_seq, started_at, ended, outcome, _span(target), due_at, _span(left), risk_at, late_at
    )


def _span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)


_Instant = datetime | None
_Span = int | None
_EVENTS: Final = msgspec.json.Decoder(
    list[tuple[int, str, datetime, datetime, bool, dict[str, Any], bool | None]]
)
_CLOCKS: Final = msgspec.json.Decoder(
    list[tuple[str, int, datetime, bool, str, _Span, _Instant, _Span, _Instant, _Instant]]
)
_TOLD: Final = """
    SELECT ticket.id, queue_id, priority, store.environment, ticket.last_seq,
           (SELECT json_agg(json_build_array(
                       seq, kind, occurred_at, recorded_at, imported, payload, told) ORDER BY seq)::text
              FROM helpdesk_ticketevent
             WHERE ticket_id = ticket.id AND (relayed_at IS NOT NULL OR set_aside_at IS NULL)),
           (SELECT json_agg(json_build_array(
                       metric, start_seq, started_at, ended_at IS NOT NULL, outcome,
                       (1000000 * extract(epoch FROM target))::bigint, due_at,
                       (1000000 * extract(epoch FROM remaining))::bigint, risk_at, breach_at))::text
              FROM monitor_clock
             WHERE ticket_id = ticket.id AND superseded_at IS NULL)
      FROM helpdesk_ticket ticket JOIN helpdesk_store store ON store.id = store_id
     WHERE ticket.id = ANY(%s::bigint[])
  ORDER BY ticket.id
"""
