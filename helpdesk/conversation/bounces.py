"""Replies that came back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Author, EventKind, Message, Status, Ticket, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets.message import bring_back
from helpdesk.tickets.ticket_change import changing


class NotAReply(Refused):
    """Only a public message of the staff's side, on this very ticket, can have bounced."""

    code = "not-a-reply"
    sentence = _("This message is not a reply that was sent on this ticket.")


def take_back_bounced(*, ticket: Ticket, message: Message, now: datetime) -> bool:
    """Note that a reply never arrived: it answered nothing, and its ticket no longer waits or rests.

    A ticket on hold stays there: it waits for something else than an answer to our reply. False where the
    bounce was known. Raises `NotAReply`.
    """
    with changing(ticket, now=now) as change:
        message.refresh_from_db()
        if message.bounced_at is not None:
            return False
        reply = _reply_behind(ticket, message)
        message.bounced_at = now
        message.save(update_fields=["bounced_at"])
        change.record(EventKind.REPLY_BOUNCED, message=message, reply_seq=reply.seq)
        if ticket.status != Status.ON_HOLD and not _answered_after(ticket, reply):
            bring_back(change, by=Author.AGENT)
        return True


def _reply_behind(ticket: Ticket, message: Message) -> TicketEvent:
    staff = message.public and message.author != Author.CUSTOMER
    reply = TicketEvent.objects.filter(
        ticket=ticket, message=message, kind__in=[EventKind.PUBLIC_REPLY_SENT, EventKind.OPENED]
    ).first()
    if reply is None or not staff:
        raise NotAReply
    return reply


def _answered_after(ticket: Ticket, reply: TicketEvent) -> bool:
    """Tell whether a later answer by a person did arrive."""
    later = TicketEvent.objects.filter(
        ticket=ticket,
        seq__gt=reply.seq,
        kind=EventKind.PUBLIC_REPLY_SENT,
        payload__author=Author.AGENT,
        payload__automatic=False,
        message__bounced_at=None,
    )
    return later.exists()
