"""A ticket that is sent again: unchanged, but what differs is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from helpdesk.database.statement import TEXTS, Row, Statement, texts
from helpdesk.models import Message, Ticket, TicketEvent
from helpdesk.refusal import Conflict
from helpdesk.tickets.opening.customer_match import email_key
from helpdesk.tickets.opening.draft import CheckedTicket


class StoredTicket(msgspec.Struct, frozen=True):
    """A ticket with its `opened` event, which remembers what the store said at first."""

    ticket: Ticket
    opened: TicketEvent


class KnownOpenings:
    """What the store already has of what a batch wants to open, by ticket and by message.

    A message that is there belongs to the ticket that has it, unless that ticket and the new one have ids of their
    own which differ: some stores number the messages of each ticket from one.
    """

    def __init__(self, taken: Iterable[Row], said: Iterable[Row]) -> None:
        self._taken: set[str] = {external_id for (external_id,) in taken}
        self._said: dict[str, set[str | None]] = {}
        for message_id, external_id in said:
            self._said.setdefault(message_id, set()).add(external_id)

    def has(self, draft: CheckedTicket) -> bool:
        """Tell whether this is a repeat."""
        external_id, message_id = draft.shape.external_id, draft.shape.message.external_id
        if external_id is not None and external_id in self._taken:
            return True
        tickets = self._said.get(message_id, ()) if message_id else ()
        return bool(tickets) and (external_id is None or None in tickets)

    def add(self, draft: CheckedTicket) -> None:
        external_id, message_id = draft.shape.external_id, draft.shape.message.external_id
        if external_id is not None:
            self._taken.add(external_id)
        if message_id is not None:
            self._said.setdefault(message_id, set()).add(external_id)


def reading_taken(external_ids: Iterable[str], *, store_id: int) -> Statement:
    """Return what reads those of the external ids under which the store already has a ticket."""
    return _TAKEN, [store_id, texts(external_ids)]


_TAKEN = f"""
    SELECT external_id FROM helpdesk_ticket WHERE store_id = %s AND external_id = ANY({TEXTS})
"""  # noqa: S608  # a constant


def reading_said(message_ids: Iterable[str], *, store_id: int) -> Statement:
    """Return what reads which tickets of the store have a message under one of these external ids."""
    return _SAID, [store_id, texts(message_ids)]


_SAID = f"""
    SELECT message.external_id, ticket.external_id
      FROM helpdesk_message message JOIN helpdesk_ticket ticket ON ticket.id = message.ticket_id
     WHERE message.store_id = %s AND message.external_id = ANY({TEXTS})
"""  # noqa: S608  # a constant


def locking_said(message_ids: Iterable[str], *, store_id: int) -> Statement:
    """Return what lets twins wait that open a ticket with the same message and without an id of its own."""
    return _LOCK_SAID, [store_id, texts(sorted(set(message_ids)))]


_LOCK_SAID = """
    SELECT pg_advisory_xact_lock(hashtextextended(said, (SELECT %s::bigint)))
      FROM jsonb_array_elements_text(%s::jsonb) AS said
"""


class StoredTickets:
    """Tickets that are there, each with what it was opened with, by its own id or by a message's."""

    def __init__(self, drafts: Iterable[CheckedTicket], *, store_id: int) -> None:
        shapes = [draft.shape for draft in drafts]
        opened = TicketEvent.objects.select_related("ticket__customer", "message", "actor")
        opened = opened.filter(ticket__store_id=store_id, seq=1)
        by_id = opened.filter(ticket__external_id__in=[one.external_id for one in shapes if one.external_id])
        self._by_id = {event.ticket.external_id: StoredTicket(event.ticket, event) for event in by_id}
        self._by_message = self._having(
            [one.message.external_id for one in shapes if one.message.external_id], opened, store_id
        )

    def find(self, draft: CheckedTicket) -> StoredTicket:
        """Return the ticket that this is a repeat of; raises `Conflict` where it has changed under our hands."""
        external_id, message_id = draft.shape.external_id, draft.shape.message.external_id
        if external_id is not None and external_id in self._by_id:
            return self._by_id[external_id]
        for one in self._by_message.get(message_id or "", []):
            if None in (external_id, one.ticket.external_id):
                return one
        raise Conflict

    def _having(
        self, message_ids: list[str], opened: QuerySet[TicketEvent], store_id: int
    ) -> dict[str, list[StoredTicket]]:
        if not message_ids:
            return {}
        said = Message.objects.filter(store_id=store_id, external_id__in=message_ids).order_by("id")
        places = list(said.values_list("external_id", "ticket_id"))
        events = {event.ticket_id: event for event in opened.filter(ticket__in=[at for _, at in places])}
        found: dict[str, list[StoredTicket]] = {}
        for message_id, at in places:
            found.setdefault(str(message_id), []).append(StoredTicket(events[at].ticket, events[at]))
        return found


def differences(stored: StoredTicket, draft: CheckedTicket) -> list[str]:
    """Name the fields in which a repeat differs from what the store said at first."""
    return [
        _("%(field)s differs from what was stored at first, and was not changed.") % {"field": field}
        for field, (said_first, says) in _COMPARED.items()
        if (value := says(draft)) is not None and value != said_first(stored)
    ]


def _who_wrote(opened: TicketEvent) -> str:
    """Return the e-mail of the agent who wrote first, or what is known of them; empty for the customer."""
    if opened.actor is not None:
        return opened.actor.email
    return opened.message.author_name.lower() if opened.message else ""


_COMPARED: dict[str, tuple[Callable[[StoredTicket], object], Callable[[CheckedTicket], object]]] = {
    "external_id": (lambda stored: stored.ticket.external_id, lambda draft: draft.shape.external_id),
    "occurred_at": (
        lambda stored: stored.ticket.occurred_at,
        lambda draft: draft.shape.occurred_at and draft.asked_at,
    ),
    "subject": (
        lambda stored: stored.ticket.subject,
        lambda draft: draft.subject if draft.given.subject else None,
    ),
    "customer.external_id": (
        lambda stored: stored.ticket.customer.external_id,
        lambda draft: draft.shape.customer.external_id,
    ),
    "customer.email": (
        lambda stored: stored.ticket.customer.email_key,
        lambda draft: draft.shape.customer.email and email_key(draft.shape.customer.email),
    ),
    "message.body": (
        lambda stored: stored.opened.message and stored.opened.message.body,
        lambda draft: draft.shape.message.body,
    ),
    "author": (
        lambda stored: _who_wrote(stored.opened),
        lambda draft: draft.shape.author and draft.shape.author.agent.lower(),
    ),
    "priority": (lambda stored: stored.opened.payload["priority"], lambda draft: draft.given.priority),
    "channel": (lambda stored: stored.opened.payload["channel"], lambda draft: draft.given.channel),
    "tags": (lambda stored: stored.opened.payload["tags"], lambda draft: draft.tags or None),
    "metadata": (lambda stored: stored.ticket.metadata, lambda draft: draft.shape.metadata or None),
    "order": (
        lambda stored: stored.ticket.order,
        lambda draft: None if draft.shape.order is None else msgspec.to_builtins(draft.shape.order),
    ),
    "imported": (lambda stored: stored.opened.imported, lambda draft: draft.given.imported or None),
}
"""What is compared: as the store said it at first, and as it says it now. What is not said (null) differs from
nothing."""
