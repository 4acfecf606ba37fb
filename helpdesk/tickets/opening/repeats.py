"""A ticket that is sent again: unchanged, but what differs is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    then, now = _first_said(stored), _says(draft)
    return [
        _("%(field)s differs from what was stored at first, and was not changed.") % {"field": field}
        for field, value in now.items()
        if value is not None and value != then[field]
    ]


def _first_said(stored: StoredTicket) -> dict[str, object]:
    ticket, customer = stored.ticket, stored.ticket.customer
    payload, message = stored.opened.payload, stored.opened.message
    return {
        "occurred_at": ticket.occurred_at,
        "subject": ticket.subject,
        "customer.external_id": customer.external_id,
        "customer.email": customer.email_key,
        "message.body": message.body if message else None,
        "priority": payload["priority"],
        "channel": payload["channel"],
        "tags": payload["tags"],
        "metadata": ticket.metadata,
        "order": ticket.order,
        "imported": stored.opened.imported,
    }


def _says(draft: CheckedTicket) -> dict[str, object]:
    """What is not said (null) differs from nothing."""
    shape = draft.shape
    return {
        "occurred_at": shape.occurred_at and draft.asked_at,
        "subject": draft.subject,
        "customer.external_id": shape.customer.external_id,
        "customer.email": shape.customer.email and shape.customer.email.casefold(),
        "message.body": shape.message.body,
        "priority": shape.priority,
        "channel": shape.channel,
        "tags": draft.tags,
        "metadata": shape.metadata,
        "order": None if shape.order is None else msgspec.to_builtins(shape.order),
        "imported": shape.imported,
    }
