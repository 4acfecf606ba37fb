"""Answers, and what the customer says, as part of a change to a ticket that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import is_visible
from helpdesk.models import Author, EventKind, Message, Status, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time, undo
from helpdesk.tickets.assignment import take_by_answering
from helpdesk.tickets.custody import renewed_waits
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.message import Utterance, bring_back, say
from helpdesk.tickets.ticket_change import TicketChange


class AfterReply(StrEnum):
    """What a reply does to the ticket besides: it leaves it as it stands but for a new one, or lets it stand so."""

    KEEP_OPEN = "keep_open"
    WAIT = "wait"
    RESOLVE = "resolve"
    OPEN = "open"


_STANDING: Final = {AfterReply.WAIT: Status.PENDING, AfterReply.OPEN: Status.OPEN}
"""How a ticket stands, live, after an answer that says so."""


class NothingSaid(Refused):
    """An answer in which there is nothing to see: nobody is answered by it."""

    code = "nothing-said"
    place = "/body"
    sentence = gettext_lazy("There is nothing to see in this answer.")


def answer_or_ask(change: TicketChange, said: Utterance, then: AfterReply) -> Message:
    """Answer, unless it is the customer who speaks, who happens to work here: they have asked on."""
    if not change.by_the_customer:
        if then in _STANDING and said.sent_at is None:
            undo.take_back_end(change)
        return settle(change, said, then)
    change.author = Author.CUSTOMER
    change.notice(_("You asked this yourself: what you write counts as the customer's."))
    return hear(change, said)


def settle(change: TicketChange, said: Utterance, then: AfterReply) -> Message:
    """Answer, have the ticket if nobody has it, and let it stand as whoever answers wants it.

    Raises `NothingSaid`, but for history, of which more may have been seen than is told.
    """
    if not change.imported and not is_visible(said.body):
        raise NothingSaid
    message = answer(change, said)
    take_by_answering(change)
    go_on(change, then, message)
    return message


def answer(change: TicketChange, said: Utterance) -> Message:
    """Answer the customer, here in public or by another way, as part of a change that goes on.

    Raises `TicketEnded`.
    """
    refuse_ended(change.ticket, but=[Status.RESOLVED])
    message = say(change, _after_what_it_answers(change, said), public=said.is_to_be_read)
    change.record(
        EventKind.PUBLIC_REPLY_SENT,
        occurred_at=message.sent_at,
        message=message,
        author=message.author,
        automatic=said.automatic,
        **({"way": said.way} if said.way else {}),
        **({"holding": True} if said.holding else {}),
    )
    if said.sent_at is not None and _is_by_a_person(message) and change.state.waiting_since is not None:
        change.notice(_("This was said before what the customer wrote last: they still wait for an answer."))
    return message


def _is_by_a_person(message: Message) -> bool:
    return message.author == Author.AGENT and not message.automatic


def _after_what_it_answers(change: TicketChange, said: Utterance) -> Utterance:
    """Let an answer by a clock that is a little slow count after what the customer had said when it came."""
    if said.sent_at is None or change.imported or change.is_witnessed:
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
        renewed_waits.have_back(change)
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
    elif then in _STANDING:
        _stand(change, _STANDING[then], at)
    elif then == AfterReply.KEEP_OPEN and status == Status.NEW:
        change.turn(Status.OPEN, occurred_at=at)


def _stand(change: TicketChange, wanted: Status, at: datetime | None) -> None:
    if change.ticket.status == Status.RESOLVED:
        change.record(EventKind.REOPENED, occurred_at=at, by=Author.AGENT)
    if change.ticket.status != wanted:
        change.turn(wanted, occurred_at=at)
