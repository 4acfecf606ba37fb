"""A ticket as it was, as the lines that the tables take which stand in for its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple

from helpdesk.database.copying import as_json, line
from monitor.past.ticket_then import TicketThen
from monitor.relay.kept_columns import ClockColumns, QueuePlace


class Columns(NamedTuple):
    """The columns of a table, as COPY names them and as CREATE TABLE asks for them."""

    names: LiteralString
    typed: LiteralString


class ThenLines(NamedTuple):
    """One ticket: its own line, those of its clocks, of its place if it lived, and of its snooze if it had one."""

    ticket: bytes
    clocks: tuple[tuple[tuple[int, str, int], bytes], ...]
    place: bytes | None
    snooze: bytes | None


def lines_of(ticket: TicketThen, clocks: Sequence[ClockColumns], place: QueuePlace | None) -> ThenLines:
    """Write down what a ticket was."""
    return ThenLines(
        _ticket(ticket),
        tuple((clock.identity, _clock(clock)) for clock in clocks),
        None if place is None else _place(place),
        line((ticket.ticket_id, *ticket.snooze)) if ticket.snooze else None,
    )


def _ticket(one: TicketThen) -> bytes:
    state = one.state
    return line((
        one.ticket_id, one.queue_id, one.assignee_id, state.status, one.priority, as_json((one.tier, one.tags)),
        one.topic_id, one.merged_into_id, one.customer_id, one.last_seq, one.last_event_at, one.changed_at,
        state.waiting_since, state.unacknowledged_since, state.begun,
    ))  # fmt: skip


def _clock(clock: ClockColumns) -> bytes:
    if clock.remaining is None:
        return line(clock)
    return line((*clock[:_REMAINING], _interval(clock.remaining), *clock[_REMAINING + 1 :]))


def _interval(duration: timedelta) -> str:
    """Say a duration that may be below zero: PostgreSQL does not read that in ISO 8601."""
    return f"{duration.total_seconds():f} s"


def _place(place: QueuePlace) -> bytes:
    *others, risky, nearly_due = place
    return line((*others, _multirange(risky), _multirange(nearly_due)))


def _multirange(stretches: Sequence[tuple[datetime, datetime]] | None) -> str | None:
    if stretches is None:
        return None
    return f"{{{','.join(f'[{start.isoformat()},{end.isoformat()})' for start, end in stretches)}}}"


TICKET: Final = Columns(
    "ticket_id, queue_id, assignee_id, status, priority, words, topic_id, merged_into_id, customer_id, last_seq,"
    " last_event_at, changed_at, waiting_since, unacknowledged_since, begun",
    "ticket_id bigint, queue_id bigint, assignee_id bigint, status varchar, priority varchar, words jsonb,"
    " topic_id bigint, merged_into_id bigint, customer_id bigint, last_seq integer, last_event_at timestamptz,"
    " changed_at timestamptz, waiting_since timestamptz, unacknowledged_since timestamptz, begun boolean",
)
"""`words`: its tier, and its tags."""
SNOOZE: Final = "ticket_id, agent_id, snoozed_at, until, awaits_order, woken_at"
_REMAINING: Final = ClockColumns._fields.index("remaining")
