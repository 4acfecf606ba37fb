"""The rows that stand in for those of tickets that have changed since: made empty, then filled with what was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Final, LiteralString, TypeAlias

import msgspec
from django.db import connection

from helpdesk.database.copying import copy
from helpdesk.database.statement import run
from monitor.past.then_lines import SNOOZE, TICKET, ThenLines
from monitor.relay.kept_columns import ClockColumns, QueuePlace, named

Identity: TypeAlias = tuple[int, str, int]
"""What tells a clock from all others: its ticket, its metric, and the event that it began with."""


def make(at: datetime) -> None:
    """Make the tables, nearly all empty, while the tables that they stand in for still answer to their own names."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, {"at": at})


def read_numbers() -> dict[Identity, int]:
    """Return the numbers that clocks of these tickets have by now: flags and excusals name them so."""
    [(told,)] = run(_NUMBERS, ())
    return {(ticket_id, metric, seq): number for number, ticket_id, metric, seq in _decode(told)}


def fill(then: Iterable[ThenLines], numbers: Mapping[Identity, int]) -> None:
    """Write down what is yielded; a clock that has no number among these, since it is not any more, gets another."""
    told = list(then)
    copy("past_ticket", TICKET.names, (one.ticket for one in told))
    copy("past_clock", f"id, {named(ClockColumns)}", _numbered(told, numbers))
    copy("past_standing", named(QueuePlace), (one.place for one in told if one.place))
    copy("past_snooze", SNOOZE, (one.snooze for one in told if one.snooze))
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_AWAY_SINCE)
        cursor.execute(
            "SET LOCAL default_statistics_target = 10; ANALYZE past_ticket, past_clock, past_standing"
        )


def _numbered(then: Iterable[ThenLines], numbers: Mapping[Identity, int]) -> Iterator[bytes]:
    others = count(-1, -1)
    for one in then:
        for identity, line in one.clocks:
            yield b"%d,%b" % (numbers.get(identity) or next(others), line)


_decode: Final = msgspec.json.Decoder(list[tuple[int, int, str, int]]).decode
_MAKE: Final[LiteralString] = f"""
    CREATE TEMP TABLE past_ticket ({TICKET.typed}, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_clock (LIKE monitor_clock, PRIMARY KEY (id)) ON COMMIT DROP;
    CREATE INDEX ON past_clock (ticket_id);
    CREATE TEMP TABLE past_standing (LIKE monitor_standing, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_snooze (LIKE helpdesk_snooze, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_message (id bigint PRIMARY KEY, ticket_id bigint) ON COMMIT DROP;
    CREATE INDEX ON past_message (ticket_id);
    CREATE TEMP TABLE past_resolution (LIKE monitor_firstresolution, PRIMARY KEY (ticket_id)) ON COMMIT DROP;
    CREATE TEMP TABLE past_resolved (ticket_id bigint PRIMARY KEY) ON COMMIT DROP;
    CREATE TEMP TABLE past_frozen (LIKE monitor_frozenclock) ON COMMIT DROP;
    CREATE TEMP TABLE past_thawed (ticket_id bigint PRIMARY KEY) ON COMMIT DROP;

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

    CREATE TEMP TABLE past_freeze ON COMMIT DROP AS
    SELECT id FROM monitor_freeze
     WHERE made_at > %(at)s OR taken_back_at > %(at)s OR ended_by_id IS NOT NULL AND ends_at > %(at)s;

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

_GIVEN_AWAY_SINCE: Final[LiteralString] = """
    UPDATE past_ticket ticket SET customer_id = giver.customer_id FROM past_giver giver
     WHERE giver.ticket_id = ticket.ticket_id AND ticket.customer_id IS NULL
"""
_NUMBERS: Final[LiteralString] = """
    SELECT coalesce(json_agg(json_build_array(clock.id, clock.ticket_id, metric, start_seq)), '[]')::text
      FROM past_changed changed JOIN monitor_clock clock ON clock.ticket_id = changed.ticket_id
     WHERE first_later IS DISTINCT FROM 1
"""
