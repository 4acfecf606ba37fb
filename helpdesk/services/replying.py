"""Saying something on a ticket: replies, notes, what the customer says, and replies that came back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Actor, Agent, Author, EventKind, Message, Status, Ticket, TicketEvent
from helpdesk.services.ended import refuse_ended
from helpdesk.services.recording import Change, changing
from helpdesk.services.refusal import Conflict, Refused


class Then(StrEnum):
    """What a reply does to the ticket besides."""

    KEEP_OPEN = "keep_open"
    WAIT = "wait"
    RESOLVE = "resolve"


class SomethingNewer(Conflict):
    """A public reply or a customer's message has appeared since the writer last looked."""

    code = "something-newer"
    sentence = _("Something new has been said on this ticket. Look at it before you send.")


class NotAReply(Refused):
    """Only a public message of the staff's side, on this very ticket, can have bounced."""

    code = "not-a-reply"
    sentence = _("This message is not a reply that was sent on this ticket.")


def reply_in_public(
    *,
    ticket: Ticket,
    author: Agent,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    then: Then = Then.KEEP_OPEN,
    seen_seq: int | None = None,
    external_id: str | None = None,
    imported: bool = False,
) -> Message:
    """Answer the customer; stops clocks at `sent_at`, the instant the person pressed send.

    A repeat with the same external id returns the message that is there. Waiting reopens a resolved
    ticket. Raises `SomethingNewer` where a public message came after `seen_seq`, `TicketEnded`,
    `NotAMember`, and what `moment.told` raises.
    """
    with changing(ticket, now=now, by=author, imported=imported) as change:
        if repeated := _repeat(change, external_id):
            return repeated
        refuse_ended(ticket, but=[Status.RESOLVED])
        _refuse_unseen(ticket, seen_seq)
        message = _say(
            change, Author.AGENT, body, sent_at=sent_at, external_id=external_id, agent=author, public=True
        )
        _record_reply(change, message)
        _stand(change, then, message.sent_at)
        return message


def reply_as_bot(
    *,
    ticket: Ticket,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    author_name: str = "",
    imported: bool = False,
) -> Message:
    """Let a machine answer the customer; for promises that isn't an answer, unless a policy says so."""
    with changing(ticket, now=now, actor=Actor.BOT, imported=imported) as change:
        if repeated := _repeat(change, external_id):
            return repeated
        refuse_ended(ticket, but=[Status.RESOLVED])
        message = _say(
            change, Author.BOT, body, sent_at=sent_at, external_id=external_id, name=author_name, public=True
        )
        _record_reply(change, message)
        return message


def send_receipt(
    *, ticket: Ticket, body: str, now: datetime, sent_at: datetime | None = None, imported: bool = False
) -> Message:
    """Tell the customer automatically that their message came in; touches no clock."""
    with changing(ticket, now=now, imported=imported) as change:
        refuse_ended(ticket, but=[Status.RESOLVED])
        message = _say(change, Author.SYSTEM, body, sent_at=sent_at, public=True, automatic=True)
        _record_reply(change, message)
        return message


def add_note(
    *,
    ticket: Ticket,
    author: Agent | None,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    author_name: str = "",
    imported: bool = False,
) -> Message:
    """Add a note that the customer never sees, on a ticket in any state; without an author a bot's."""
    actor = Actor.AGENT if author else Actor.BOT
    with changing(ticket, now=now, by=author, actor=actor, imported=imported) as change:
        if repeated := _repeat(change, external_id):
            return repeated
        return write_note(change, body, sent_at=sent_at, external_id=external_id, name=author_name)


def write_note(
    change: Change,
    body: str,
    *,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    name: str = "",
) -> Message:
    """Write a note as part of a change that goes on."""
    message = _say(
        change,
        Author(change.actor),
        body,
        sent_at=sent_at,
        external_id=external_id,
        agent=change.by,
        name=name,
        public=False,
    )
    change.record(EventKind.NOTE_ADDED, occurred_at=message.sent_at, message=message)
    return message


def receive_customer_message(
    *,
    ticket: Ticket,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    automatic: bool = False,
    external_id: str | None = None,
    imported: bool = False,
) -> Message:
    """Take in what the customer says; unless automatic it brings a waiting or resolved ticket back.

    Raises `TicketEnded` on a closed ticket: the door opens a new one.
    """
    with changing(ticket, now=now, actor=Actor.CUSTOMER, imported=imported) as change:
        if repeated := _repeat(change, external_id):
            return repeated
        refuse_ended(ticket, but=[Status.RESOLVED])
        message = _say(
            change,
            Author.CUSTOMER,
            body,
            sent_at=sent_at,
            external_id=external_id,
            public=True,
            automatic=automatic,
        )
        change.record(
            EventKind.CUSTOMER_MESSAGE_RECEIVED,
            occurred_at=message.sent_at,
            message=message,
            automatic=automatic,
        )
        if not automatic:
            _bring_back(change, message.sent_at)
        return message


def take_back_bounced(*, ticket: Ticket, message: Message, now: datetime) -> bool:
    """Note that a reply never arrived: it answered nothing, and its ticket no longer waits or rests.

    False where that was known. Raises `NotAReply`.
    """
    with changing(ticket, now=now) as change:
        message.refresh_from_db()
        if message.bounced_at is not None:
            return False
        reply = _reply_behind(ticket, message)
        message.bounced_at = now
        message.save(update_fields=["bounced_at"])
        change.record(EventKind.REPLY_BOUNCED, message=message, reply_seq=reply.seq)
        if not _answered_after(ticket, reply):
            _bring_back_from_bounce(change)
        return True


def _repeat(change: Change, external_id: str | None) -> Message | None:
    if external_id is None:
        return None
    return Message.objects.filter(ticket=change.ticket, external_id=external_id).first()


def _refuse_unseen(ticket: Ticket, seen_seq: int | None) -> None:
    if seen_seq is None:
        return
    newer = TicketEvent.objects.filter(
        ticket=ticket,
        seq__gt=seen_seq,
        kind__in=[EventKind.PUBLIC_REPLY_SENT, EventKind.CUSTOMER_MESSAGE_RECEIVED],
        payload__automatic=False,
    )
    if newer.exists():
        raise SomethingNewer


def _say(
    change: Change,
    author: Author,
    body: str,
    *,
    public: bool,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    agent: Agent | None = None,
    name: str = "",
    automatic: bool = False,
) -> Message:
    return Message.objects.create(
        ticket=change.ticket,
        store_id=change.ticket.store_id,
        author=author,
        agent=agent,
        author_name=name,
        public=public,
        automatic=automatic,
        body=body,
        external_id=external_id,
        sent_at=change.said_at(sent_at),
        received_at=change.now,
    )


def _record_reply(change: Change, message: Message) -> None:
    change.record(
        EventKind.PUBLIC_REPLY_SENT,
        occurred_at=message.sent_at,
        message=message,
        author=message.author,
        automatic=message.automatic,
    )


def _stand(change: Change, then: Then, at: datetime) -> None:
    """Let the ticket stand where the writer of a reply wants it."""
    status = Status(change.ticket.status)
    if then == Then.RESOLVE and status != Status.RESOLVED:
        change.ticket.status = Status.RESOLVED
        change.record(EventKind.RESOLVED, occurred_at=at)
    elif then == Then.WAIT and status != Status.PENDING:
        if status == Status.RESOLVED:
            change.record(EventKind.REOPENED, occurred_at=at, by=Actor.AGENT)
        change.turn(Status.PENDING, occurred_at=at)
    elif then == Then.KEEP_OPEN and status == Status.NEW:
        change.turn(Status.OPEN, occurred_at=at)


def _bring_back(change: Change, at: datetime | None, *, by: Actor = Actor.CUSTOMER) -> None:
    status = Status(change.ticket.status)
    if status == Status.RESOLVED:
        change.ticket.status = Status.OPEN
        change.record(EventKind.REOPENED, occurred_at=at, by=by)
    elif status in (Status.PENDING, Status.ON_HOLD):
        change.turn(Status.OPEN, occurred_at=at)


def _bring_back_from_bounce(change: Change) -> None:
    """A ticket on hold waits for something else than the answer to our reply."""
    if change.ticket.status != Status.ON_HOLD:
        _bring_back(change, None, by=Actor.AGENT)


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
        actor_kind=Actor.AGENT,
        message__bounced_at=None,
    )
    return later.exists()
