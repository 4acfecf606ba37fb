"""Writing down what happened to tickets: messages, events and where the tickets stand, each in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import LiteralString

from helpdesk.database.statement import given, rows, run, run_together
from helpdesk.history.past_ticket import PastTicket
from helpdesk.models import Ticket


def write(pasts: Sequence[PastTicket]) -> list[Ticket]:
    """Write all that these tickets were told, and return those that were told anything."""
    told = sorted((past for past in pasts if past.events), key=lambda past: past.ticket.pk)
    if not told:
        return []
    _number_messages(told)
    run_together(
        (_INSERT_MESSAGES, [rows(_MESSAGE_OF(message) for past in told for message in past.messages)]),
        (_INSERT_EVENTS, [rows(_EVENT_OF(event) for past in told for event in past.events)]),
        (_UPDATE_TICKETS, [rows(_TICKET_OF(past.ticket) for past in told)]),
    )
    return [past.ticket for past in told]


def _number_messages(told: Sequence[PastTicket]) -> None:
    """Give each message its id, and to the event that speaks of it."""
    messages = [message for past in told for message in past.messages]
    for message, (number,) in zip(messages, run(_RESERVE, [len(messages)]), strict=True):
        message.pk = number
    for past in told:
        for event in past.events:
            event.message_id = event.message.pk if event.message else None


_RESERVE = "SELECT nextval('helpdesk_message_id_seq') FROM generate_series(1, (SELECT %s::integer))"

_MESSAGE: tuple[LiteralString, ...] = (
    "id bigint", "ticket_id bigint", "store_id bigint", "author varchar", "agent_id bigint",
    "author_name varchar", "public boolean", "automatic boolean", "holding boolean", "way varchar",
    "body text", "rest text", "external_id varchar",
    "sent_at timestamptz", "received_at timestamptz",
)  # fmt: skip

_EVENT: tuple[LiteralString, ...] = (
    "ticket_id bigint", "store_id bigint", "seq integer", "kind varchar", "occurred_at timestamptz",
    "recorded_at timestamptz", "imported boolean", "actor_kind varchar", "actor_id bigint",
    "message_id bigint", "payload jsonb", "failures smallint", "last_error varchar",
)  # fmt: skip

_TICKET: tuple[LiteralString, ...] = (
    "id bigint", "status varchar", "assignee_id bigint", "last_seq integer",
    "last_event_at timestamptz", "waiting_since timestamptz", "unacknowledged_since timestamptz",
)  # fmt: skip
"""What events change of a ticket."""


def _names(columns: tuple[LiteralString, ...]) -> list[LiteralString]:
    return [column.split()[0] for column in columns]


def _inserting(table: LiteralString, columns: tuple[LiteralString, ...]) -> LiteralString:
    names = ", ".join(_names(columns))
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {given(*columns)} RETURNING id"  # noqa: S608  # our own names


_MESSAGE_OF, _EVENT_OF, _TICKET_OF = (attrgetter(*_names(columns)) for columns in (_MESSAGE, _EVENT, _TICKET))

_INSERT_MESSAGES = _inserting("helpdesk_message", _MESSAGE)
_INSERT_EVENTS = _inserting("helpdesk_ticketevent", _EVENT)
_SET = ", ".join(f"{name} = given.{name}" for name in _names(_TICKET) if name != "id")
_UPDATE_TICKETS = f"""
    UPDATE helpdesk_ticket ticket SET {_SET}
      FROM {given(*_TICKET)} WHERE ticket.id = given.id RETURNING ticket.id
"""  # noqa: S608  # the columns are those above
