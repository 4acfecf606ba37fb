"""Writing opened tickets: ticket, first message and `opened` event in one statement, one or a thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, LiteralString, NamedTuple, TypeAlias

import msgspec

from helpdesk.database.statement import Row, Statement, given, rows, run
from helpdesk.models import Author, EventKind, Status, Ticket, TicketEvent
from helpdesk.models.reference import reference_of
from helpdesk.tickets.opening.customer_match import CustomerRow
from helpdesk.tickets.opening.draft import CheckedTicket
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.state.ticket_state import opened
from helpdesk.webhooks.webhook_facts import OF_OPENINGS


class OpeningPlace(msgspec.Struct, frozen=True):
    """Where tickets are opened, and when we got to know."""

    store_id: int
    queue_id: int
    now: datetime


Drafts: TypeAlias = Sequence[tuple[CheckedTicket, CustomerRow, FirstWord]]
"""What was asked, by whom, and who wrote it down."""


class UnwrittenTicket(NamedTuple):
    """A ticket as it will be, what was asked, whose word it is, and the id of its first message."""

    ticket: Ticket
    draft: CheckedTicket
    word: FirstWord
    message_id: int


def reserving(count: int) -> Statement:
    """Return what reserves so many pairs of ids: a ticket's, and its first message's."""
    return _RESERVE, [count]


def insert(drafts: Drafts, *, ids: Sequence[Row], place: OpeningPlace) -> list[Ticket | None]:
    """Write the drafts, sorted by external id, under ids reserved for them, and return each one's ticket.

    Null stands for a draft whose external id somebody else has taken in the meantime.
    """
    if not drafts:
        return []
    unwritten = _unwritten(drafts, ids, place)
    stamps: dict[int, datetime] = dict(run(_INSERT, _parameters(unwritten, place)))
    made = [one for one in unwritten if one.ticket.pk in stamps]
    for one in made:
        one.ticket.updated_at = stamps[one.ticket.pk]
    _stand_open([one for one in made if one.word.writes_first], place)
    return [one.ticket if one.ticket.pk in stamps else None for one in unwritten]


_RESERVE = """
    SELECT nextval('helpdesk_ticket_id_seq'),
           nextval('helpdesk_message_id_seq')
      FROM generate_series(1, (SELECT %s::integer))
"""


def _unwritten(drafts: Drafts, ids: Sequence[Row], place: OpeningPlace) -> list[UnwrittenTicket]:
    own = ids[: len(drafts)]
    return [
        UnwrittenTicket(_ticket(ticket_id, draft, person, word, place), draft, word, message_id)
        for (ticket_id, message_id), (draft, person, word) in zip(own, drafts, strict=True)
    ]


def _ticket(
    ticket_id: int, draft: CheckedTicket, person: CustomerRow, word: FirstWord, place: OpeningPlace
) -> Ticket:
    columns = {
        **_blank(),
        "id": ticket_id,
        "reference": reference_of(ticket_id),
        **_opened_at(place),
        **_asked_by(person),
        **_said(draft),
        **_stands_first(draft, word),
    }
    columns["subject"] = columns["subject"] or columns["reference"]  # a link to it needs a word
    return Ticket.from_db("default", columns.keys(), columns.values())


@cache
def _blank() -> Mapping[str, Any]:
    """Return all columns in their order, with what stands in those of which nobody has said anything."""
    fields = Ticket._meta.concrete_fields  # noqa: SLF001  # Django's own door to them
    return {field.attname: field.get_default() for field in fields}


def _opened_at(place: OpeningPlace) -> dict[str, Any]:
    """Return the columns that all tickets of a batch have alike."""
    return {
        "store_id": place.store_id,
        "queue_id": place.queue_id,
        "received_at": place.now,
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


def _stands_first(draft: CheckedTicket, word: FirstWord) -> dict[str, Any]:
    """Return the columns that come from when it was asked, and by whom."""
    state = opened(draft.asked_at, initiated_by=word.initiated_by)
    return {
        "status": (Status.OPEN if word.writes_first else Status.NEW).value,
        "last_seq": 2 if word.writes_first else 1,
        "occurred_at": draft.asked_at,
        "last_event_at": draft.asked_at,
        "waiting_since": state.waiting_since,
        "unacknowledged_since": state.unacknowledged_since,
    }


def _parameters(unwritten: Sequence[UnwrittenTicket], place: OpeningPlace) -> dict[str, object]:
    return {
        "rows": rows(map(_row, unwritten)),
        "store": place.store_id,
        "queue": place.queue_id,
        "now": place.now,
        "kind": EventKind.OPENED.value,
    }


def _row(one: UnwrittenTicket) -> tuple[object, ...]:
    message, word = one.draft.shape.message, one.word
    return (
        *_columns_of(one.ticket),
        one.draft.shape.imported,
        one.message_id,
        message.body,
        message.external_id,
        word.author.value,
        word.by.pk if word.by else None,
        word.name,
        word.initiated_by != "agent_for_customer",
        _payload(one.ticket, word),
    )


def _payload(ticket: Ticket, word: FirstWord) -> dict[str, object]:
    return {
        "store": ticket.store_id,
        "queue": ticket.queue_id,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "tier": ticket.tier,
        "language": ticket.language,
        "tags": ticket.tags,
        "initiated_by": word.initiated_by,
        "automatic": False,
    }


def would_be(
    draft: CheckedTicket, person: CustomerRow, word: FirstWord, *, place: OpeningPlace
) -> dict[str, object]:
    """Return what the `opened` event of a ticket would say that is not written; whose number it has does not show."""
    return _payload(_ticket(1, draft, person, word, place), word)


def _stand_open(unwritten: Sequence[UnwrittenTicket], place: OpeningPlace) -> None:
    """Write down that somebody has already spoken on these tickets."""
    TicketEvent.objects.bulk_create(_standing_open(one, place) for one in unwritten)


def _standing_open(one: UnwrittenTicket, place: OpeningPlace) -> TicketEvent:
    return TicketEvent(
        ticket_id=one.ticket.pk,
        store_id=place.store_id,
        seq=one.ticket.last_seq,
        kind=EventKind.STATUS_CHANGED,
        occurred_at=one.ticket.last_event_at,
        recorded_at=place.now,
        imported=one.draft.shape.imported,
        actor_kind=Author.AGENT,
        actor=one.word.by,
        payload={"status": one.ticket.status},
    )


_COLUMNS: tuple[LiteralString, ...] = (
    "id bigint", "reference varchar", "customer_id bigint", "external_id varchar", "subject varchar",
    "status varchar", "priority varchar", "channel varchar", "tier varchar", "language varchar",
    "tags varchar[]", "metadata jsonb", '"order" jsonb', "occurred_at timestamptz", "last_event_at timestamptz",
    "last_seq integer", "waiting_since timestamptz", "unacknowledged_since timestamptz",
)  # fmt: skip
"""The columns of a ticket that differ within a batch."""

_OTHERS: tuple[LiteralString, ...] = (
    "imported boolean", "message_id bigint", "body text", "message_external_id varchar", "author varchar",
    "agent_id bigint", "author_name varchar", "public boolean", "payload jsonb",
)  # fmt: skip

_NAMES: LiteralString = ", ".join(column.split()[0] for column in _COLUMNS)

_columns_of = attrgetter(*_NAMES.replace('"', "").split(", "))

_INSERT = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM {given(*_COLUMNS, *_OTHERS, parameter="%(rows)s")}
    ), known AS MATERIALIZED (  -- who changes one of them waits for us, and moves our ticket too
        SELECT id FROM helpdesk_customer
         WHERE id IN (SELECT customer_id FROM given) ORDER BY id FOR SHARE
    ), ticket AS (
        INSERT INTO helpdesk_ticket (
            {_NAMES},
            store_id, queue_id, received_at)
        SELECT {_NAMES},
               %(store)s, %(queue)s, %(now)s
          FROM given
         WHERE customer_id IN (SELECT id FROM known)
            ON CONFLICT (store_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
     RETURNING id, updated_at
    ), message AS (
        INSERT INTO helpdesk_message (
            id, ticket_id, store_id, author, agent_id, author_name, public, automatic, body,
            external_id, sent_at, received_at)
        SELECT message_id, id, %(store)s, author, agent_id, author_name, public, false, body,
               message_external_id, occurred_at, %(now)s
          FROM given JOIN ticket USING (id)
    ), event AS (
        INSERT INTO helpdesk_ticketevent (
            ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, actor_id,
            message_id, payload, failures, last_error)
        SELECT id, %(store)s, 1, %(kind)s, last_event_at, %(now)s, imported, author, agent_id,
               message_id, payload, 0, ''
          FROM given JOIN ticket USING (id)
    ), fact AS ({OF_OPENINGS})
    SELECT id, updated_at FROM ticket
"""  # noqa: S608  # the columns are those above
