"""Writing opened tickets: ticket, first message and `opened` event in one statement, one or a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, LiteralString, NamedTuple, TypeAlias

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


Drafts: TypeAlias = Sequence[tuple[CheckedTicket, CustomerRow]]
"""What was asked, and by whom."""


class UnwrittenTicket(NamedTuple):
    """A ticket as it will be, what was asked, and the id of its first message."""

    ticket: Ticket
    draft: CheckedTicket
    message_id: int


def reserving(count: int) -> Statement:
    """Return what reserves so many pairs of ids: a ticket's, and its first message's."""
    return _RESERVE, [count]


def insert(drafts: Drafts, *, ids: Sequence[Row], opener: Opener) -> list[Ticket | None]:
    """Write the drafts, sorted by external id, under ids reserved for them, and return each one's ticket.

    Null stands for a draft whose external id somebody else has taken in the meantime.
    """
    if not drafts:
        return []
    unwritten = _unwritten(drafts, ids, opener)
    written = {ticket_id for (ticket_id,) in run(_INSERT, _parameters(unwritten, opener))}
    tickets = [one.ticket if one.ticket.pk in written else None for one in unwritten]
    if opener.outbound:
        _stand_open(filter(None, tickets), opener=opener)
    return tickets


_RESERVE = """
    SELECT nextval('helpdesk_ticket_id_seq'),
           nextval('helpdesk_message_id_seq')
      FROM generate_series(1, (SELECT %s::integer))
"""


def _unwritten(drafts: Drafts, ids: Sequence[Row], opener: Opener) -> list[UnwrittenTicket]:
    own = ids[: len(drafts)]
    return [
        UnwrittenTicket(_ticket(ticket_id, draft, person, opener), draft, message_id)
        for (ticket_id, message_id), (draft, person) in zip(own, drafts, strict=True)
    ]


def _ticket(ticket_id: int, draft: CheckedTicket, person: CustomerRow, opener: Opener) -> Ticket:
    ticket = Ticket(
        id=ticket_id,
        reference=reference_of(ticket_id),
        **_opened_by(opener),
        **_asked_by(person),
        **_said(draft),
        **_since_when(draft, opener),
    )
    return _as_stored(ticket)


def _opened_by(opener: Opener) -> dict[str, Any]:
    """Return the columns that come from who opens it: all tickets of a batch have them alike."""
    return {
        "store_id": opener.store_id,
        "queue_id": opener.queue_id,
        "status": (Status.OPEN if opener.outbound else Status.NEW).value,
        "received_at": opener.now,
        "updated_at": opener.now,
        "last_seq": 2 if opener.outbound else 1,
    }


def _asked_by(person: CustomerRow) -> dict[str, Any]:
    language = person.locale.partition("-")[0].lower()
    return {"customer_id": person.id, "tier": person.tier, "language": language}


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
    }


def _since_when(draft: CheckedTicket, opener: Opener) -> dict[str, Any]:
    """Return the columns that come from when it was asked."""
    state = opened(draft.asked_at, initiated_by=opener.initiated_by)
    return {
        "occurred_at": draft.asked_at,
        "last_event_at": draft.asked_at,
        "waiting_since": state.waiting_since,
        "unacknowledged_since": state.unacknowledged_since,
    }


def _as_stored(ticket: Ticket) -> Ticket:
    """Let the ticket look as if it had been read, as Django's own from_db does."""
    ticket._state.adding = False  # noqa: SLF001 (as Django's own from_db does)
    ticket._state.db = "default"  # noqa: SLF001 (as Django's own from_db does)
    return ticket


def _parameters(unwritten: Sequence[UnwrittenTicket], opener: Opener) -> dict[str, object]:
    first = unwritten[0].ticket
    return {
        "rows": rows(_row(*one, opener) for one in unwritten),
        "store": opener.store_id,
        "queue": opener.queue_id,
        "now": opener.now,
        "last_seq": first.last_seq,
        "waiting": first.waiting_since is not None,
        "kind": EventKind.OPENED.value,
        **_speaker(opener),
    }


def _speaker(opener: Opener) -> dict[str, object]:
    """Return whose the first message is, and whether the customer sees it."""
    return {
        "author": (Author.AGENT if opener.by else Author.CUSTOMER).value,
        "agent": opener.by.pk if opener.by else None,
        "public": opener.initiated_by != "agent_for_customer",
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


def _stand_open(tickets: Iterable[Ticket], *, opener: Opener) -> None:
    """Write down that somebody has already spoken on these tickets."""
    TicketEvent.objects.bulk_create(_standing_open(ticket, opener) for ticket in tickets)


def _standing_open(ticket: Ticket, opener: Opener) -> TicketEvent:
    return TicketEvent(
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
