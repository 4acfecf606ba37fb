"""Saying something on a ticket: replies, notes, and what the customer says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TypedDict, Unpack

from helpdesk.conversation.answers import AfterReply, answer, answer_or_ask, hear, settle
from helpdesk.conversation.follow_ups import (
    begin_anew,
    gone_on_in,
    has_ended_for_good,
    merged_into,
    note_where,
)
from helpdesk.conversation.mailed_replies import mailed
from helpdesk.conversation.mentions.mention_mail import tell
from helpdesk.conversation.recipients import Recipient
from helpdesk.conversation.unseen import refuse_unseen
from helpdesk.models import Agent, Author, Customer, Message, Ticket, Way
from helpdesk.refusal import UnknownValue
from helpdesk.tickets.assignment import refuse_own_question
from helpdesk.tickets.message import Utterance, said_before, write_note
from helpdesk.tickets.ticket_change import TicketChange, changing, changing_onward


class HowAnswered(TypedDict, total=False):
    """What an answer is besides its words, as an `Utterance` says it."""

    automatic: bool
    holding: bool
    way: str


def reply_in_public(
    *,
    ticket: Ticket,
    author: Agent | None,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    then: AfterReply = AfterReply.KEEP_OPEN,
    seen_seq: int | None = None,
    external_id: str | None = None,
    author_name: str = "",
    imported: bool = False,
    cc: Sequence[Recipient] = (),
    holding: bool = False,
) -> Message:
    """Answer the customer, and whoever gets a copy by mail; a `holding` answer leaves them waiting for substance.

    A repeat with the same external id returns the message that is there. Waiting reopens a resolved ticket, answering
    takes one that nobody has, what is said on a merged one is said on the last of its chain. In history the author may
    be a name. Raises as `told_time.told`, `mailed` and `refuse_unseen` do, and `TicketEnded`, `NotAMember`.
    """
    said = _answer(body, sent_at, external_id, author_name, holding=holding)
    to_last = changing_onward(ticket, merged_into, now=now, by=author, author=Author.AGENT, imported=imported)
    with mailed(to_last, cc=cc) as change:
        return said_before(change, external_id) or _reply(change, said, then, ticket, seen_seq)


def _answer(
    body: str, at: datetime | None, external_id: str | None, author_name: str, **how: Unpack[HowAnswered]
) -> Utterance:
    return Utterance(body=body, sent_at=at, external_id=external_id, author_name=author_name, **how)


def _reply(
    change: TicketChange, said: Utterance, then: AfterReply, asked: Ticket, seen_seq: int | None
) -> Message:
    """Answer; where the author is the customer, nothing is answered: they have asked on."""
    if change.by is not None:
        refuse_unseen(asked, seen_seq=seen_seq, writer=change.by)
    return note_where(answer_or_ask(change, said, then), asked=asked)


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
    holding: bool = False,
) -> Message:
    """Let a machine answer the customer; for promises that isn't an answer, unless a policy says so.

    What it sends `automatic`ally, unasked, is none even then.
    """
    said = _answer(body, sent_at, external_id, author_name, automatic=automatic, holding=holding)
    to_last = changing_onward(ticket, merged_into, now=now, author=Author.BOT, imported=imported)
    with mailed(to_last) as change:
        message = said_before(change, external_id) or answer(change, said)
        return note_where(message, asked=ticket)


def answer_elsewhere(
    *,
    ticket: Ticket,
    by: Agent | None,
    way: str,
    body: str,
    now: datetime,
    answered_at: datetime | None = None,
    then: AfterReply = AfterReply.KEEP_OPEN,
    external_id: str | None = None,
    author_name: str = "",
    imported: bool = False,
    holding: bool = False,
) -> Message:
    """Note what an agent answered by phone, in person or in a chat: it is an answer like any other.

    In history the agent may be a mere name. Raises `UnknownValue`, `OwnQuestion`, and as `reply_in_public`.
    """
    _check_way(way)
    said = _answer(body, answered_at, external_id, author_name, way=way, holding=holding)
    to_last = changing_onward(ticket, merged_into, now=now, by=by, author=Author.AGENT, imported=imported)
    with to_last as change:
        return said_before(change, external_id) or _note_down(change, said, then, ticket)


def _check_way(way: str) -> None:
    if way not in dict(Way.told()):
        raise UnknownValue(pointer="/way", value=way)


def _note_down(change: TicketChange, said: Utterance, then: AfterReply, asked: Ticket) -> Message:
    refuse_own_question(change)
    return note_where(settle(change, said, then), asked=asked)


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
    with mailed(changing_onward(ticket, merged_into, now=now, by=author, imported=imported)) as change:
        message = said_before(change, external_id) or answer(change, said)
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
    otherwise: Author = Author.BOT,
    imported: bool = False,
    mentions: Sequence[Agent] = (),
) -> Message:
    """Add a note that the customer never sees, on a ticket in any state; `otherwise` says whose without an author.

    Those whom it `mentions` hear of it: see `mentioned_in`.
    """
    kind = Author.AGENT if author else otherwise
    said = Utterance(body=body, sent_at=sent_at, external_id=external_id, author_name=author_name)
    with changing(ticket, now=now, by=author, author=kind, imported=imported) as change:
        known = said_before(change, external_id)
        message = known or write_note(change, said, mentions=mentions)
    if known is None:
        tell(mentions, message, now=None if imported else now)
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
    customer: Customer | None = None,
) -> Message:
    """Take in what the customer says; unless automatic it brings a waiting or resolved ticket back.

    It is said on the last ticket of the chain of one that was merged, and opens another ticket where the one
    that it is for was closed or put aside: for the `customer` who says it, where that may be one whose ticket was
    merged. History is told as it was: there it raises `TicketEnded`.
    """
    said = Utterance(body=body, sent_at=sent_at, external_id=external_id, automatic=automatic)
    onward = partial(gone_on_in, customer=customer)
    with changing_onward(ticket, onward, now=now, author=Author.CUSTOMER, imported=imported) as change:
        message = said_before(change, external_id) or _hear_or_begin_anew(change, said, customer)
        return note_where(message, asked=ticket)


def _hear_or_begin_anew(change: TicketChange, said: Utterance, customer: Customer | None) -> Message:
    if said.automatic or change.imported or not has_ended_for_good(change.ticket):
        return hear(change, said)
    return begin_anew(change, said, customer or change.ticket.customer)
