"""Writing opened tickets: ticket, first message and `opened` event in one statement, one or a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, LiteralString

import msgspec

from helpdesk.database.statement import Row, Statement, given, rows, run
from helpdesk.models import Agent, Author, EventKind, Status, Ticket, TicketEvent
from helpdesk.models.reference import reference_of
from helpdesk.tickets.opening.customer_match import CustomerRow
from helpdesk.tickets.opening.draft import CheckedTicket
from helpdesk.tickets.ticket_state import opened


class Opener(msgspec.Struct, frozen=True):
    """Who opens, where, and when we got to know."""

    store_id: int
    queue_id: int
    now: datetime
    by: Agent | None
    outbound: bool

    @property
    def initiated_by(self) -> str:
        if self.by is None:
            return "customer"
        return "agent" if self.outbound else "agent_for_customer"


def reserving(count: int) -> Statement:
    """Return what reserves so many pairs of ids: a ticket's, and its first message's."""
    return _RESERVE, [count]


def insert(
    drafts: Sequence[tuple[CheckedTicket, CustomerRow]], *, ids: Sequence[Row], opener: Opener
) -> list[Ticket | None]:
    """Write the drafts, sorted by external id, under ids reserved for them, and return each one's ticket.

    Null stands for a draft whose external id somebody else has taken in the meantime.
    """
    if not drafts:
        return []
    own = ids[: len(drafts)]
    tickets = [
        _ticket(ticket_id, draft, person, opener)
        for (ticket_id, _), (draft, person) in zip(own, drafts, strict=True)
    ]
    parameters = _parameters(tickets, drafts, [message_id for _, message_id in own], opener)
    written = {ticket_id for (ticket_id,) in run(_INSERT, parameters)}
    if opener.outbound:
        _stand_open([ticket for ticket in tickets if ticket.pk in written], opener=opener)
    return [ticket if ticket.pk in written else None for ticket in tickets]


_RESERVE = """
    SELECT nextval('helpdesk_ticket_id_seq'),
           nextval('helpdesk_message_id_seq')
      FROM generate_series(1, (SELECT %s::integer))
"""


def _ticket(ticket_id: int, draft: CheckedTicket, person: CustomerRow, opener: Opener) -> Ticket:
    state = opened(draft.starts_at, initiated_by=opener.initiated_by)
    return _as_stored(
        Ticket(
            id=ticket_id,
            reference=reference_of(ticket_id),
            store_id=opener.store_id,
            queue_id=opener.queue_id,
            customer_id=person.id,
            status=(Status.OPEN if opener.outbound else Status.NEW).value,
            tier=person.tier,
            language=person.locale.partition("-")[0].lower(),
            received_at=opener.now,
            updated_at=opener.now,
            last_seq=2 if opener.outbound else 1,
            waiting_since=state.waiting_since,
            unacknowledged_since=state.unacknowledged_since,
            **_said(draft),
        )
    )


def _said(draft: CheckedTicket) -> dict[str, Any]:
    """Return the columns that come from what was asked."""
    shape = draft.shape
    return {
        "external_id": shape.external_id,
        "subject": draft.subject,
        "priority": shape.priority,
        "channel": shape.channel,
        "tags": draft.tags,
        "metadata": shape.metadata,
        "order": None if shape.order is None else msgspec.to_builtins(shape.order),
        "occurred_at": draft.asked_at,
        "last_event_at": draft.starts_at,
    }


def _as_stored(ticket: Ticket) -> Ticket:
    """Let the ticket look as if it had been read, as Django's own from_db does."""
    ticket._state.adding = False  # noqa: SLF001 (as Django's own from_db does)
    ticket._state.db = "default"  # noqa: SLF001 (as Django's own from_db does)
    return ticket


def _parameters(
    tickets: Sequence[Ticket],
    drafts: Sequence[tuple[CheckedTicket, CustomerRow]],
    message_ids: Sequence[int],
    opener: Opener,
) -> dict[str, object]:
    lines = [
        _row(ticket, draft, message_id, opener)
        for ticket, (draft, _), message_id in zip(tickets, drafts, message_ids, strict=True)
    ]
    return {
        "rows": rows(lines),
        "store": opener.store_id,
        "queue": opener.queue_id,
        "now": opener.now,
        "last_seq": tickets[0].last_seq,
        "waiting": tickets[0].waiting_since is not None,
        "author": (Author.AGENT if opener.by else Author.CUSTOMER).value,
        "agent": opener.by.pk if opener.by else None,
        "public": opener.initiated_by != "agent_for_customer",
        "kind": EventKind.OPENED.value,
    }


def _row(ticket: Ticket, draft: CheckedTicket, message_id: int, opener: Opener) -> tuple[object, ...]:
    message = draft.shape.message
    others = (draft.shape.imported, message_id, message.body, message.external_id, _payload(ticket, opener))
    return (*_columns_of(ticket), *others)


def _payload(ticket: Ticket, opener: Opener) -> dict[str, object]:
    return {
        "store": ticket.store_id,
        "queue": ticket.queue_id,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "tier": ticket.tier,
        "language": ticket.language,
        "tags": ticket.tags,
        "initiated_by": opener.initiated_by,
        "automatic": False,
    }


def _stand_open(tickets: Sequence[Ticket], *, opener: Opener) -> None:
    """Write down that somebody has already spoken on these tickets."""
    TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket_id=ticket.pk,
            store_id=opener.store_id,
            seq=ticket.last_seq,
            kind=EventKind.STATUS_CHANGED,
            occurred_at=ticket.last_event_at,
            recorded_at=opener.now,
            actor_kind=Author.AGENT,
            actor=opener.by,
            payload={"status": ticket.status},
        )
        for ticket in tickets
    )


_COLUMNS: tuple[LiteralString, ...] = (
    "id bigint", "reference varchar", "customer_id bigint", "external_id varchar", "subject varchar",
    "status varchar", "priority varchar", "channel varchar", "tier varchar", "language varchar",
    "tags varchar[]", "metadata jsonb", '"order" jsonb', "occurred_at timestamptz", "last_event_at timestamptz",
)  # fmt: skip
"""The columns of a ticket that differ within a batch."""

_OTHERS: tuple[LiteralString, ...] = (
    "imported boolean", "message_id bigint", "body text", "message_external_id varchar", "payload jsonb",
)  # fmt: skip

_NAMES: LiteralString = ", ".join(column.split()[0] for column in _COLUMNS)

_columns_of = attrgetter(*_NAMES.replace('"', "").split(", "))

_INSERT = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM {given(*_COLUMNS, *_OTHERS, parameter="%(rows)s")}
    ), ticket AS (
        INSERT INTO helpdesk_ticket (
            {_NAMES},
            store_id, queue_id, received_at, updated_at, last_seq, waiting_since, unacknowledged_since)
        SELECT {_NAMES},
               %(store)s, %(queue)s, %(now)s, %(now)s, %(last_seq)s,
               CASE WHEN %(waiting)s THEN last_event_at END, CASE WHEN %(waiting)s THEN last_event_at END
          FROM given
            ON CONFLICT (store_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
     RETURNING id
    ), message AS (
        INSERT INTO helpdesk_message (
            id, ticket_id, store_id, author, agent_id, author_name, public, automatic, body,
            external_id, sent_at, received_at)
        SELECT message_id, id, %(store)s, %(author)s, %(agent)s, '', %(public)s, false, body,
               message_external_id, occurred_at, %(now)s
          FROM given JOIN ticket USING (id)
    ), event AS (
        INSERT INTO helpdesk_ticketevent (
            ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, actor_id,
            message_id, payload, failures, last_error)
        SELECT id, %(store)s, 1, %(kind)s, last_event_at, %(now)s, imported, %(author)s, %(agent)s,
               message_id, payload, 0, ''
          FROM given JOIN ticket USING (id)
    )
    SELECT id FROM ticket
"""  # noqa: S608  # the columns are those above
