"""The rows that stand in for those of tickets that have changed since: made empty, then filled with what was."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, LiteralString

from django.db import connection

from helpdesk.database.statement import given, rows, run
from monitor.past.ticket_then import TicketThen
from monitor.past.tickets_then import TicketsThen
from monitor.relay.kept_columns import ClockColumns, QueuePlace, named, typed


def make(at: datetime) -> None:
    """Make the tables, nearly all empty, while the tables that they stand in for still answer to their own names."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, {"at": at})


def fill(then: Iterable[TicketsThen]) -> None:
    """Write down what is yielded, some at a time."""
    with _without_collections():
        _fill(then)
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_AWAY_SINCE)
        cursor.execute("ANALYZE past_ticket, past_clock, past_standing")


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


def _fill(then: Iterable[TicketsThen]) -> None:
    for some in then:
        run(_TICKETS, [rows(map(_ticket, some.tickets))])
        run(_CLOCKS, [rows(map(_clock, some.clocks))])
        run(_PLACES, [rows(some.places)])
        put_off = [(one.ticket_id, *one.snooze) for one in some.tickets if one.snooze]
        if put_off:
            run(_SNOOZES, [rows(put_off)])


def _ticket(one: TicketThen) -> tuple[object, ...]:
    state = one.state
    return (
        one.ticket_id, one.queue_id, one.assignee_id, state.status, one.priority, one.tier, one.tags, one.topic_id,
        one.merged_into_id, one.customer_id, one.last_seq, one.last_event_at, one.changed_at, state.waiting_since,
        state.unacknowledged_since, state.begun,
    )  # fmt: skip


def _clock(line: ClockColumns) -> tuple[object, ...]:
    return (*line[:_REMAINING], _interval(line.remaining), *line[_REMAINING + 1 :])


def _interval(duration: timedelta | None) -> str | None:
    """Say a duration that may be below zero: PostgreSQL does not read that in ISO 8601."""
    return None if duration is None else f"{duration.total_seconds():f} s"


_REMAINING: Final = ClockColumns._fields.index("remaining")
_TICKET: Final[tuple[LiteralString, ...]] = (
    "ticket_id bigint", "queue_id bigint", "assignee_id bigint", "status varchar", "priority varchar", "tier varchar",
    "tags varchar[]", "topic_id bigint", "merged_into_id bigint", "customer_id bigint", "last_seq integer",
    "last_event_at timestamptz", "changed_at timestamptz", "waiting_since timestamptz",
    "unacknowledged_since timestamptz", "begun boolean",
)  # fmt: skip
_SNOOZE: Final[tuple[LiteralString, ...]] = (
    "ticket_id bigint", "agent_id bigint", "snoozed_at timestamptz", "until timestamptz", "awaits_order boolean",
    "woken_at timestamptz",
)  # fmt: skip
_MAKE: Final[LiteralString] = f"""
    CREATE TEMP TABLE past_ticket ({", ".join(_TICKET)}, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP SEQUENCE past_number;
    CREATE TEMP TABLE past_clock (LIKE monitor_clock, PRIMARY KEY (id)) ON COMMIT DROP;
    CREATE INDEX ON past_clock (ticket_id);
    CREATE TEMP TABLE past_standing (LIKE monitor_standing, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_snooze (LIKE helpdesk_snooze, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_message (id bigint PRIMARY KEY, ticket_id bigint) ON COMMIT DROP;
    CREATE INDEX ON past_message (ticket_id);
    CREATE TEMP TABLE past_resolution (LIKE monitor_firstresolution, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_resolved (ticket_id bigint PRIMARY KEY) ON COMMIT DROP;

    CREATE TEMP TABLE past_identity ON COMMIT DROP AS
    SELECT clock.id, clock.ticket_id, metric, start_seq
      FROM past_changed changed JOIN monitor_clock clock ON clock.ticket_id = changed.ticket_id
     WHERE first_later IS DISTINCT FROM 1;
    CREATE INDEX ON past_identity (ticket_id);
    ANALYZE past_identity;

    CREATE TEMP TABLE past_giver ON COMMIT DROP AS
    SELECT DISTINCT ON (event.ticket_id) event.ticket_id, (payload->>'before')::bigint AS customer_id
      FROM past_changed changed
      JOIN helpdesk_ticketevent event ON event.ticket_id = changed.ticket_id AND seq >= first_later
     WHERE changed.moved AND kind = 'customer_changed' ORDER BY event.ticket_id, seq;

    CREATE TEMP TABLE past_customer ON COMMIT DROP AS
    SELECT DISTINCT customer_id AS id
      FROM past_changed JOIN helpdesk_ticket ticket ON ticket.id = past_changed.ticket_id;

    CREATE TEMP TABLE past_excused ON COMMIT DROP AS
    SELECT ticket_id FROM monitor_excusal WHERE excused_at > %(at)s OR taken_back_at > %(at)s
     UNION
    SELECT ticket_id FROM monitor_breachcause WHERE named_at > %(at)s;

    INSERT INTO past_message (id, ticket_id)
    SELECT DISTINCT ON (message_id) message_id, ticket_id FROM (
        SELECT said.message_id, said.ticket_id, moving.id
          FROM past_changed changed
          JOIN helpdesk_ticketevent moving ON moving.ticket_id = changed.ticket_id AND moving.seq >= first_later
           AND moving.kind = 'split_off'
          JOIN helpdesk_ticketevent said ON said.ticket_id = moving.ticket_id AND said.seq < first_later
           AND moving.payload->'seqs' @> to_jsonb(said.seq)
         WHERE changed.moved
     UNION ALL
        SELECT said.message_id, said.ticket_id, undoing.id
          FROM past_changed changed
          JOIN helpdesk_ticketevent undoing ON undoing.ticket_id = changed.ticket_id AND undoing.seq >= first_later
           AND undoing.kind = 'undone'
          JOIN helpdesk_ticketevent moving ON moving.ticket_id = undoing.ticket_id AND moving.kind = 'split_off'
           AND moving.seq < first_later AND undoing.payload->'seqs' @> to_jsonb(moving.seq)
          JOIN helpdesk_ticketevent said ON said.ticket_id = (moving.payload->>'ticket')::bigint
         WHERE changed.moved
    ) moved (message_id, ticket_id, by)
     WHERE message_id IS NOT NULL ORDER BY message_id, by;
"""  # noqa: S608  # the columns are those above
"""On which ticket a message stood that a split has moved since, or its undoing, is known before anything else is."""

_TICKETS: Final[LiteralString] = f"""
    INSERT INTO past_ticket SELECT * FROM {given(*_TICKET)} RETURNING ticket_id
"""  # noqa: S608  # the columns are those above
_GIVEN_AWAY_SINCE: Final[LiteralString] = """
    UPDATE past_ticket ticket SET customer_id = giver.customer_id FROM past_giver giver
     WHERE giver.ticket_id = ticket.ticket_id AND ticket.customer_id IS NULL
"""
_CLOCKS: Final[LiteralString] = f"""
    INSERT INTO past_clock (id, {named(ClockColumns)})
    SELECT coalesce(identity.id, -nextval('past_number')), {named(ClockColumns, of="given")}
      FROM {given(*typed(ClockColumns))}
      LEFT JOIN past_identity identity ON identity.ticket_id = given.ticket_id
       AND identity.metric = given.metric AND identity.start_seq = given.start_seq
 RETURNING id
"""  # noqa: S608  # the columns are our own
_PLACES: Final[LiteralString] = f"""
    INSERT INTO past_standing ({named(QueuePlace)})
    SELECT {named(QueuePlace)} FROM {given(*typed(QueuePlace))} RETURNING ticket_id
"""  # noqa: S608  # as above
_SNOOZES: Final[LiteralString] = f"""
    INSERT INTO past_snooze ({", ".join(column.split()[0] for column in _SNOOZE)})
    SELECT * FROM {given(*_SNOOZE)} RETURNING ticket_id
"""  # noqa: S608  # the columns are those above
