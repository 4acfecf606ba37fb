"""What happened on tickets, written for each subscription in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from helpdesk.database.statement import given, rows, run
from helpdesk.models import Author, EventKind, Status, Ticket, TicketEvent, Way, WebhookKind


@dataclass(frozen=True, slots=True)
class ToldFact:
    """Something that subscriptions may want to be told."""

    kind: WebhookKind
    ticket: Ticket
    by: str
    message_id: int | None = None
    was: str = ""


def note(facts: Iterable[ToldFact], *, now: datetime) -> None:
    """Write facts for the subscriptions that ask for their kind: none for a store without any.

    Each continues the sequence of its ticket, whose lock the caller holds.
    """
    listed = list(facts)
    if listed:
        run(_NOTE, {"facts": rows((place, *_row(fact)) for place, fact in enumerate(listed)), "now": now})


def of_events(ticket: Ticket, events: Sequence[TicketEvent], *, was: str, by: Author) -> Iterator[ToldFact]:
    """Yield what was said, noted or bounced by these events, and that the ticket stands otherwise than it `was`."""
    for event in events:
        kind = None if _is_automatic(event) else _kind(event)
        if kind is not None:
            yield ToldFact(kind, ticket, event.actor_kind, event.message_id)
    if was != ticket.status:
        yield ToldFact(WebhookKind.TICKET_STATUS_CHANGED, ticket, by, was=was)


def _is_automatic(event: TicketEvent) -> bool:
    """Tell whether it is of what a machine sent unasked, be it that it came back: nobody is told of that."""
    message = event.message
    return bool(event.payload.get("automatic") or (message is not None and message.automatic))


def of_sent(ticket: Ticket, message_id: int, *, by: str) -> ToldFact:
    """Return that a reply is on its way out of our hands: a server has accepted it, or nothing leaves from here."""
    return ToldFact(WebhookKind.MESSAGE_SENT, ticket, by, message_id)


def _kind(event: TicketEvent) -> WebhookKind | None:
    """Return what an event tells; a reply is told once it is sent, of one by another way there is a note."""
    if event.kind != EventKind.PUBLIC_REPLY_SENT:
        return _KINDS.get(event.kind)
    match event.payload.get("way"):
        case None:
            return None
        case Way.MAIL:
            return WebhookKind.MESSAGE_SENT
    return WebhookKind.MESSAGE_NOTED


_KINDS = {
    EventKind.CUSTOMER_MESSAGE_RECEIVED.value: WebhookKind.MESSAGE_RECEIVED,
    EventKind.NOTE_ADDED.value: WebhookKind.MESSAGE_NOTED,
    EventKind.REPLY_BOUNCED.value: WebhookKind.MESSAGE_BOUNCED,
}


def _row(fact: ToldFact) -> tuple[object, ...]:
    ticket, status = fact.ticket, Status(fact.ticket.status).value
    return ticket.store_id, ticket.pk, fact.kind.value, fact.message_id, str(fact.by), str(fact.was), status


_GIVEN = given(
    "place integer", "store_id bigint", "ticket_id bigint", "kind varchar", "message_id bigint", "by varchar",
    "was varchar", "status varchar", parameter="%(facts)s",
)  # fmt: skip

_NOTE = f"""
    INSERT INTO helpdesk_webhookfact (
        subscription_id, ticket_id, sequence, kind, message_id, "by", was, status, recorded_at)
    SELECT subscription.id, given.ticket_id,
           coalesce((SELECT max(told.sequence) FROM helpdesk_webhookfact told
                      WHERE told.ticket_id = given.ticket_id AND told.subscription_id = subscription.id), 0)
               + row_number() OVER (PARTITION BY subscription.id, given.ticket_id ORDER BY given.place),
           given.kind, given.message_id, given.by, given.was, given.status, %(now)s
      FROM {_GIVEN}
      JOIN helpdesk_webhooksubscription subscription
        ON subscription.store_id = given.store_id AND given.kind = ANY(subscription.kinds)
  ORDER BY subscription.id, given.ticket_id, given.place
 RETURNING id
"""  # noqa: S608  # the columns are those above

OF_OPENINGS: LiteralString = """
        INSERT INTO helpdesk_webhookfact (
            subscription_id, ticket_id, sequence, kind, message_id, "by", was, status, recorded_at)
        SELECT subscription.id, ticket.id,
               row_number() OVER (PARTITION BY subscription.id, ticket.id ORDER BY told.place), told.kind,
               CASE WHEN told.place > 1 THEN message_id END, author, '', status, %(now)s
          FROM given
          JOIN ticket USING (id)
    CROSS JOIN LATERAL (VALUES
               (1, 'ticket.opened'),
               (2, CASE WHEN author = 'customer' THEN 'message.received'
                        WHEN NOT public THEN 'message.noted' END)) told (place, kind)
          JOIN helpdesk_webhooksubscription subscription
            ON subscription.store_id = %(store)s AND told.kind = ANY(subscription.kinds)
         WHERE NOT imported
"""
"""The same as part of the statement that opens tickets: each was opened, and whose word that was. What we write first
is told once it is sent; of history nothing."""
