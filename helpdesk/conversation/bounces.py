"""Replies that came back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.follow_ups import merged_into
from helpdesk.conversation.merged_waits import answered_after, pass_on_waits
from helpdesk.input.visible_text import one_line
from helpdesk.models import Author, EventKind, Message, Status, Ticket, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.custody import renewed_waits
from helpdesk.tickets.message import bring_back
from helpdesk.tickets.ticket_change import TicketChange, changing_along

LONGEST_REASON = 500
"""Characters of a server's words that are kept."""


class NotAReply(Refused):
    """Only a public message of the staff's side, on this very ticket, can have bounced."""

    code = "not-a-reply"
    sentence = _("This message is not a reply that was sent on this ticket.")


@dataclass(frozen=True, slots=True)
class ToldBounce:
    """What is known of a bounce: why, in a server's words, and when it came back (null: now)."""

    reason: str = ""
    occurred_at: datetime | None = None


NOTHING_MORE: Final = ToldBounce()


def take_back_bounced(
    *, ticket: Ticket, message: Message, now: datetime, told: ToldBounce = NOTHING_MORE
) -> bool:
    """Note that a reply never arrived: it answered nothing, and its ticket no longer waits or rests.

    A ticket on hold stays there: it waits for something else than an answer to our reply; so does one to which only
    a machine had written. Nobody has it put off any more, nor has anybody who is away. Of a merged ticket the customer
    waits on the last of the chain, unless somebody has answered there since. Why, in a server's words, stays with the
    message. False where the bounce was known; where the reply was split off, or put back, meanwhile, it bounces there.
    Raises `NotAReply`, and what `told_time.told` raises.
    """
    place = _where_it_stands(ticket, message)
    with changing_along(place, merged_into, now=now) as [change, *survivors]:
        if message.bounced_at is not None:
            return False
        reply = reply_behind(place, message)
        _note(message, told, now=now)
        at = told.occurred_at
        change.record(EventKind.REPLY_BOUNCED, occurred_at=at, message=message, reply_seq=reply.seq)
        waits = pass_on_waits([change, *survivors])
        if not (message.automatic or answered_after(place, reply.seq)):
            _wait_again(change)
            if waits:
                _wait_again(survivors[-1])
        return True


class _HasMoved(Exception):
    """The message went to another ticket before the one on which it stood was locked."""


def _where_it_stands(ticket: Ticket, message: Message) -> Ticket:
    """Lock the ticket on which a message of this one stands by now, and return it.

    A lock in vain is let go with its savepoint: whoever splits has both tickets, in order of their ids.
    """
    place = ticket
    while True:
        with suppress(_HasMoved), transaction.atomic():
            Ticket.objects.select_for_update(no_key=True).get(pk=place.pk)
            message.refresh_from_db()
            if message.ticket_id == place.pk or not _is_split(place, message.ticket):
                return place
            raise _HasMoved
        place = message.ticket


def _is_split(ticket: Ticket, other: Ticket) -> bool:
    """Tell whether one of two tickets was split off the other, or both off a third."""
    return bool({ticket.pk, ticket.split_from_id} & {other.pk, other.split_from_id} - {None})


def _note(message: Message, told: ToldBounce, *, now: datetime) -> None:
    """Note on the message when it came back, which is after it was sent, and why."""
    at = told_time.told(told.occurred_at or now, now=now, pointer="/occurred_at")
    message.bounced_at = max(at, message.sent_at) if told.occurred_at else now
    message.bounce_reason = one_line(told.reason)[:LONGEST_REASON]
    message.save(update_fields=["bounced_at", "bounce_reason"])


def _wait_again(change: TicketChange) -> None:
    if change.ticket.status != Status.ON_HOLD:
        bring_back(change, by=Author.AGENT)
    renewed_waits.have_back(change)


def reply_behind(ticket: Ticket, message: Message) -> TicketEvent:
    """Return the event by which this message was sent on this ticket; raises `NotAReply`."""
    staff = message.public and message.author != Author.CUSTOMER
    reply = TicketEvent.objects.filter(
        ticket=ticket,
        message=message,
        message__ticket=ticket,
        kind__in=[EventKind.PUBLIC_REPLY_SENT, EventKind.OPENED],
    ).first()
    if reply is None or not staff:
        raise NotAReply
    return reply
