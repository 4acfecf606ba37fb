"""Since when a customer waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpdesk.models import Author, EventKind, Ticket, TicketEvent


def waiting_since(ticket: Ticket) -> datetime | None:
    """Return when the oldest customer message that no person has answered was sent, if there is one.

    Automatic messages ask nothing and answer nothing, a reply that bounced answers nothing, and what was
    marked as needing no reply, resolved or closed is waited for no longer.
    """
    events = list(TicketEvent.objects.filter(ticket=ticket).in_order())
    bounced = {event.payload["reply_seq"] for event in events if event.kind == EventKind.REPLY_BOUNCED}
    return _oldest_unanswered([event for event in events if event.seq not in bounced])


def _oldest_unanswered(events: Sequence[TicketEvent]) -> datetime | None:
    since: datetime | None = None
    for event in events:
        if _answers(event):
            since = None
        else:
            asked = _asked_at(event)
            since = min(filter(None, (since, asked)), default=None)
    return since


def _answers(event: TicketEvent) -> bool:
    if event.kind == EventKind.PUBLIC_REPLY_SENT:
        return event.payload["author"] == Author.AGENT and not event.payload["automatic"]
    return event.kind in (EventKind.NO_REPLY_NEEDED_MARKED, EventKind.RESOLVED, EventKind.CLOSED)


def _asked_at(event: TicketEvent) -> datetime | None:
    asks = {
        EventKind.OPENED: event.payload.get("initiated_by") != "agent",
        EventKind.CUSTOMER_MESSAGE_RECEIVED: not event.payload.get("automatic"),
        EventKind.REOPENED: event.payload.get("by") == "customer",
    }
    if event.kind == EventKind.ABSORBED and event.payload["waiting_since"]:
        return datetime.fromisoformat(event.payload["waiting_since"])
    return event.occurred_at if asks.get(EventKind(event.kind)) else None
