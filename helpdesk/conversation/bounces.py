"""Replies that came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import one_line
from helpdesk.models import Author, EventKind, Message, Status, Ticket, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.message import bring_back
from helpdesk.tickets.state.ticket_story import state_of
from helpdesk.tickets.ticket_change import TicketChange, changing_all

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
    a machine had written. Where the ticket has been merged, its customer waits on the last of the chain, unless
    somebody has answered there since. Why, in a server's words, stays with the message. False where the bounce was
    known. Raises `NotAReply`, and what `told_time.told` raises.
    """
    chain = list(survivors(ticket))
    with changing_all(ticket, *chain[-1:], now=now, by=None) as [change, *survivor]:
        message.refresh_from_db()
        if message.bounced_at is not None:
            return False
        reply = reply_behind(ticket, message)
        _note(message, told, now=now)
        at = told.occurred_at
        change.record(EventKind.REPLY_BOUNCED, occurred_at=at, message=message, reply_seq=reply.seq)
        if not (message.automatic or _answered_after(ticket, reply.seq)):
            _wait_again(change)
            for last in survivor:
                _wait_there(last, change, chain)
        return True


def _note(message: Message, told: ToldBounce, *, now: datetime) -> None:
    """Note on the message when it came back, which is after it was sent, and why."""
    at = told_time.told(told.occurred_at or now, now=now, pointer="/occurred_at")
    message.bounced_at = max(at, message.sent_at) if told.occurred_at else now
    message.bounce_reason = one_line(told.reason)[:LONGEST_REASON]
    message.save(update_fields=["bounced_at", "bounce_reason"])


def survivors(ticket: Ticket) -> Iterator[Ticket]:
    """Yield the tickets in which this one went up, one after the other."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
        yield ticket


def _wait_again(change: TicketChange) -> None:
    if change.ticket.status != Status.ON_HOLD:
        bring_back(change, by=Author.AGENT)


def _wait_there(last: TicketChange, bounced: TicketChange, chain: Sequence[Ticket]) -> None:
    """Let the last of the chain take in once more who waits, now that it is known that they do."""
    since = _waiting_but_for_the_merge(bounced)
    if since is None or _answered_in(chain, bounced.ticket):
        return
    last.record(EventKind.ABSORBED, ticket=bounced.ticket.pk, waiting_since=since.isoformat())
    _wait_again(last)


def _waiting_but_for_the_merge(change: TicketChange) -> datetime | None:
    """Return since when the ticket's customer would wait if it had not been merged."""
    return state_of(each for each in change.all_events() if each.kind != EventKind.MERGED_INTO).waiting_since


def _answered_in(chain: Sequence[Ticket], merged: Ticket) -> bool:
    """Tell whether a person has answered on a ticket of the chain after the one before it came in."""
    for place, survivor in enumerate(chain):
        came = chain[place - 1] if place else merged
        absorbed = TicketEvent.objects.filter(
            ticket=survivor, kind=EventKind.ABSORBED, payload__ticket=came.pk
        ).first()
        if absorbed is not None and _answered_after(survivor, absorbed.seq):
            return True
    return False


def reply_behind(ticket: Ticket, message: Message) -> TicketEvent:
    """Return the event by which this message was sent on this ticket; raises `NotAReply`."""
    staff = message.public and message.author != Author.CUSTOMER
    reply = TicketEvent.objects.filter(
        ticket=ticket, message=message, kind__in=[EventKind.PUBLIC_REPLY_SENT, EventKind.OPENED]
    ).first()
    if reply is None or not staff:
        raise NotAReply
    return reply


def _answered_after(ticket: Ticket, seq: int) -> bool:
    """Tell whether an answer by a person after this event did arrive."""
    later = TicketEvent.objects.filter(
        ticket=ticket,
        seq__gt=seq,
        kind=EventKind.PUBLIC_REPLY_SENT,
        payload__author=Author.AGENT,
        payload__automatic=False,
        message__bounced_at=None,
    )
    return later.exists()
