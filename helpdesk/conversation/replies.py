"""Saying something on a ticket: replies, notes, and what the customer says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Max
from django.utils.translation import gettext as _

from helpdesk.conversation.follow_ups import (
    begin_anew,
    gone_on_in,
    has_ended_for_good,
    merged_into,
    note_where,
)
from helpdesk.conversation.unseen import refuse_unseen
from helpdesk.models import Agent, Author, EventKind, Message, Status, Ticket, TicketEvent, Way
from helpdesk.refusal import UnknownValue
from helpdesk.tickets import told_time, undo
from helpdesk.tickets.assignment import refuse_own_question
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.message import Utterance, bring_back, said_before, say, write_note
from helpdesk.tickets.ticket_change import TicketChange, changing, changing_onward


class AfterReply(StrEnum):
    """What a reply does to the ticket besides."""

    KEEP_OPEN = "keep_open"
    WAIT = "wait"
    RESOLVE = "resolve"


def reply_in_public(
    *,
    ticket: Ticket,
    author: Agent,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    then: AfterReply = AfterReply.KEEP_OPEN,
    seen_seq: int | None = None,
    external_id: str | None = None,
    imported: bool = False,
) -> Message:
    """Answer the customer; stops clocks at `sent_at`, the instant the person pressed send.

    A repeat with the same external id returns the message that is there. Waiting reopens a resolved
    ticket; what is said on a merged one is said on the last of its chain. Raises what `refuse_unseen`
    raises about what came after `seen_seq`, `TicketEnded`, `NotAMember`, and what `told_time.told` raises.
    Where the author is the customer, nothing is answered: they have asked on.
    """
    with changing_onward(ticket, merged_into, now=now, by=author, imported=imported) as change:
        if before := said_before(change, external_id, asked=ticket):
            return before
        refuse_unseen(ticket, seen_seq=seen_seq, writer=author)
        message = _answer_or_ask(change, Utterance(body=body, sent_at=sent_at, external_id=external_id), then)
        return note_where(message, asked=ticket)


def _answer_or_ask(change: TicketChange, said: Utterance, then: AfterReply) -> Message:
    """Answer, unless it is the customer who speaks, who happens to work here: they have asked on."""
    if not change.by_the_customer:
        if then == AfterReply.WAIT and said.sent_at is None:
            undo.take_back_end(change)
        message = answer(change, said)
        go_on(change, then, message)
        return message
    change.author = Author.CUSTOMER
    change.notice(_("You asked this yourself: what you write counts as the customer's."))
    return hear(change, said)


def reply_as_bot(
    *,
    ticket: Ticket,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    author_name: str = "",
    automatic: bool = False,
    imported: bool = False,
) -> Message:
    """Let a machine answer the customer; for promises that isn't an answer, unless a policy says so.

    What it sends `automatic`ally, unasked, is none even then.
    """
    said = Utterance(
        body=body, sent_at=sent_at, external_id=external_id, author_name=author_name, automatic=automatic
    )
    with changing_onward(ticket, merged_into, now=now, author=Author.BOT, imported=imported) as change:
        message = said_before(change, external_id, asked=ticket) or answer(change, said)
        return note_where(message, asked=ticket)


def answer_elsewhere(
    *,
    ticket: Ticket,
    by: Agent,
    way: str,
    body: str,
    now: datetime,
    answered_at: datetime | None = None,
    then: AfterReply = AfterReply.KEEP_OPEN,
    external_id: str | None = None,
    imported: bool = False,
) -> Message:
    """Note what an agent answered by phone, in person or in a chat, and when: it is an answer like any other.

    The note is for colleagues; the customer has heard it. Raises `UnknownValue`, `OwnQuestion`, `TicketEnded`,
    `NotAMember`, and what `told_time.told` raises.
    """
    if way not in Way.values:
        raise UnknownValue(pointer="/way", value=way)
    said = Utterance(body=body, sent_at=answered_at, external_id=external_id, way=way)
    with changing_onward(ticket, merged_into, now=now, by=by, imported=imported) as change:
        if before := said_before(change, external_id, asked=ticket):
            return before
        refuse_own_question(change)
        message = answer(change, said)
        go_on(change, then, message)
        return note_where(message, asked=ticket)


def send_automatically(
    *,
    ticket: Ticket,
    body: str,
    now: datetime,
    author: Agent | None = None,
    sent_at: datetime | None = None,
    external_id: str | None = None,
    imported: bool = False,
) -> Message:
    """Let a machine tell the customer something unasked, in an agent's name or nobody's; touches no clock.

    A receipt is one, an agent's out-of-office another. It leaves the ticket as it stands.
    """
    said = Utterance(body=body, sent_at=sent_at, external_id=external_id, automatic=True)
    with changing_onward(ticket, merged_into, now=now, by=author, imported=imported) as change:
        message = said_before(change, external_id, asked=ticket) or answer(change, said)
        return note_where(message, asked=ticket)


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
    kind = Author.AGENT if author else Author.BOT
    said = Utterance(body=body, sent_at=sent_at, external_id=external_id, author_name=author_name)
    with changing(ticket, now=now, by=author, author=kind, imported=imported) as change:
        return said_before(change, external_id) or write_note(change, said)


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

    It is said on the last ticket of the chain of one that was merged, and opens another ticket where the one
    that it is for was closed or put aside. History is told as it was: there it raises `TicketEnded`.
    """
    said = Utterance(body=body, sent_at=sent_at, external_id=external_id, automatic=automatic)
    with changing_onward(ticket, gone_on_in, now=now, author=Author.CUSTOMER, imported=imported) as change:
        message = said_before(change, external_id, asked=ticket) or _hear_or_begin_anew(change, said)
        return note_where(message, asked=ticket)


def _hear_or_begin_anew(change: TicketChange, said: Utterance) -> Message:
    if said.automatic or change.imported or not has_ended_for_good(change.ticket):
        return hear(change, said)
    return begin_anew(change, said)


def answer(change: TicketChange, said: Utterance) -> Message:
    """Answer the customer, here in public or by another way, as part of a change that goes on.

    Raises `TicketEnded`.
    """
    refuse_ended(change.ticket, but=[Status.RESOLVED])
    message = say(change, _after_what_it_answers(change, said), public=not said.way)
    change.record(
        EventKind.PUBLIC_REPLY_SENT,
        occurred_at=message.sent_at,
        message=message,
        author=message.author,
        automatic=said.automatic,
        **({"way": said.way} if said.way else {}),
    )
    if said.sent_at is not None and _is_by_a_person(message) and change.state.waiting_since is not None:
        change.notice(_("This was said before what the customer wrote last: they still wait for an answer."))
    return message


def _is_by_a_person(message: Message) -> bool:
    return message.author == Author.AGENT and not message.automatic


def _after_what_it_answers(change: TicketChange, said: Utterance) -> Utterance:
    """Let an answer by a clock that is a little slow count after what the customer had said when it came."""
    if said.sent_at is None or change.imported:
        return said
    at = told_time.told(said.sent_at, now=change.now, pointer="/sent_at")
    if at <= change.now - told_time.CLOCK_DIFFERENCE:
        return said
    asked = TicketEvent.objects.filter(
        ticket=change.ticket, kind__in=[EventKind.OPENED, EventKind.CUSTOMER_MESSAGE_RECEIVED]
    )
    heard_at = asked.aggregate(last=Max("occurred_at"))["last"]
    return replace(said, sent_at=max(at, heard_at))


def hear(change: TicketChange, said: Utterance) -> Message:
    """Take in what the customer says, as part of a change that goes on.

    Raises `TicketEnded`; what is automatic is kept however the ticket ended.
    """
    if not said.automatic:
        refuse_ended(change.ticket, but=[Status.RESOLVED])
    message = say(change, said)
    heard = change.record(
        EventKind.CUSTOMER_MESSAGE_RECEIVED,
        occurred_at=message.sent_at,
        message=message,
        automatic=said.automatic,
    )
    if not said.automatic:
        at = _when_a_message_turns(change, message)
        bring_back(change, by=Author.CUSTOMER, occurred_at=at, message_seq=heard.seq)
    return message


def _when_a_message_turns(change: TicketChange, message: Message) -> datetime | None:
    """Return when a message changes how its ticket stands: when we hear of it, or in history when it was said."""
    return message.sent_at if change.imported else None


def go_on(change: TicketChange, then: AfterReply, message: Message) -> None:
    """Let the ticket stand where the writer of an answer wants it, unless something newer is known of it."""
    status, at = Status(change.ticket.status), _when_a_message_turns(change, message)
    if then != AfterReply.KEEP_OPEN and change.is_overtaken(message.sent_at):
        then = AfterReply.KEEP_OPEN
    if then == AfterReply.RESOLVE and status != Status.RESOLVED:
        change.record(EventKind.RESOLVED, occurred_at=at)
    elif then == AfterReply.WAIT and status != Status.PENDING:
        if status == Status.RESOLVED:
            change.record(EventKind.REOPENED, occurred_at=at, by=Author.AGENT)
        change.turn(Status.PENDING, occurred_at=at)
    elif then == AfterReply.KEEP_OPEN and status == Status.NEW:
        change.turn(Status.OPEN, occurred_at=at)
