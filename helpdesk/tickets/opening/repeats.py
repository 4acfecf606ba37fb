"""A ticket that is sent again: unchanged, but what differs is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from django.utils.translation import gettext as _

from helpdesk.database.statement import TEXTS, Statement, texts
from helpdesk.models import Ticket, TicketEvent
from helpdesk.tickets.opening.draft import CheckedTicket


class StoredTicket(msgspec.Struct, frozen=True):
    """A ticket with its `opened` event, which remembers what the store said at first."""

    ticket: Ticket
    opened: TicketEvent


def reading_taken(external_ids: Iterable[str], *, store_id: int) -> Statement:
    """Return what reads those of the external ids under which the store already has a ticket."""
    return _TAKEN, [store_id, texts(external_ids)]


_TAKEN = f"""
    SELECT external_id FROM helpdesk_ticket WHERE store_id = %s AND external_id = ANY({TEXTS})
"""  # noqa: S608  # a constant


def read_stored(external_ids: Sequence[str], *, store_id: int) -> dict[str, StoredTicket]:
    """Return the store's tickets by external id, with what they were opened with."""
    if not external_ids:
        return {}
    events = TicketEvent.objects.select_related("ticket__customer", "message").filter(
        ticket__store_id=store_id, ticket__external_id__in=external_ids, seq=1
    )
    return {str(event.ticket.external_id): StoredTicket(event.ticket, event) for event in events}


def differences(stored: StoredTicket, draft: CheckedTicket) -> list[str]:
    """Name the fields in which a repeat differs from what the store said at first."""
    return [
        _("%(field)s differs from what was stored at first, and was not changed.") % {"field": field}
        for field, (said_first, says) in _COMPARED.items()
        if (value := says(draft)) is not None and value != said_first(stored)
    ]


_COMPARED: dict[str, tuple[Callable[[StoredTicket], object], Callable[[CheckedTicket], object]]] = {
    "occurred_at": (
        lambda stored: stored.ticket.occurred_at,
        lambda draft: draft.shape.occurred_at and draft.asked_at,
    ),
    "subject": (lambda stored: stored.ticket.subject, lambda draft: draft.subject),
    "customer.external_id": (
        lambda stored: stored.ticket.customer.external_id,
        lambda draft: draft.shape.customer.external_id,
    ),
    "customer.email": (
        lambda stored: stored.ticket.customer.email_key,
        lambda draft: draft.shape.customer.email and draft.shape.customer.email.casefold(),
    ),
    "message.body": (
        lambda stored: stored.opened.message and stored.opened.message.body,
        lambda draft: draft.shape.message.body,
    ),
    "priority": (lambda stored: stored.opened.payload["priority"], lambda draft: draft.shape.priority),
    "channel": (lambda stored: stored.opened.payload["channel"], lambda draft: draft.shape.channel),
    "tags": (lambda stored: stored.opened.payload["tags"], lambda draft: draft.tags),
    "metadata": (lambda stored: stored.ticket.metadata, lambda draft: draft.shape.metadata),
    "order": (
        lambda stored: stored.ticket.order,
        lambda draft: None if draft.shape.order is None else msgspec.to_builtins(draft.shape.order),
    ),
    "imported": (lambda stored: stored.opened.imported, lambda draft: draft.shape.imported),
}
"""What is compared: as the store said it at first, and as it says it now. What is not said (null) differs from
nothing."""
