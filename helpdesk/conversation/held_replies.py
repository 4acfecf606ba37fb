"""Seconds in which a reply that leaves by mail can be taken back: until they are over it is not said."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.attachments import message_files
from helpdesk.conversation.answers import AfterReply, answer_or_ask
from helpdesk.conversation.canned import reply_actions
from helpdesk.conversation.follow_ups import merged_into, note_where
from helpdesk.conversation.mailed_replies import mailed
from helpdesk.conversation.recipients import Recipient
from helpdesk.conversation.sent_before import refuse_other_files, refuse_other_recipients, refuse_other_words
from helpdesk.conversation.unseen import heard_after
from helpdesk.models import Agent, Author, EventKind, HeldReply, MailedReply, Message, Ticket, TicketEvent
from helpdesk.models.mail.held_reply import HeldReplyQuerySet
from helpdesk.outbox import copied_database
from helpdesk.refusal import Conflict, Refused
from helpdesk.tickets.custody.absences import let_go_of_the_away
from helpdesk.tickets.message import Utterance, said_before
from helpdesk.tickets.ticket_change import TicketChange, changing, changing_onward

logger = logging.getLogger(__name__)

TRIED_AGAIN_AFTER = timedelta(seconds=30)
GIVEN_BACK_AFTER = timedelta(minutes=5)
"""Since *Send*: what cannot be said for so long, whatever the reason, is its author's again."""


class HasLeft(Conflict):
    """The reply was said before it could be taken back."""

    code = "has-left"
    sentence = _("This reply has left: it cannot be taken back any more.")


class LeavesNoMore(Refused):
    """It was to leave by mail, and nobody would get it now: its mailbox is gone, or only watches."""

    code = "leaves-no-more"
    sentence = _("Answers to this customer do not leave by mail any more.")


class SaidMeanwhile(Conflict):
    """The customer wrote on, or a colleague answered, before it was said: its author has not read that."""

    code = "said-meanwhile"
    sentence = _("Something new was said before this had left. Look at both before you send it.")


class ForSomebodyElse(Refused):
    """It was written to the customer of its ticket, and another one would get it now."""

    code = "for-somebody-else"
    sentence = _(
        "The customer is another one than when you wrote this. Look to whom it goes before you send it."
    )


def can_wait(message: Message, *, now: datetime) -> bool:
    """Whether a message that was written this moment leaves by mail, so that its author has time for second thoughts.

    Where no mail leaves, a reply that is stored is one that was sent.
    """
    if message.received_at != now or not message.public or message.author != Author.AGENT:
        return False
    return message.agent is not None and bool(time_of(message.agent)) and _leaves_by_mail(message)


def time_of(agent: Agent) -> timedelta:
    """Return how long what an agent sends is held: as they prefer, else as the settings say."""
    return settings.HOLD_REPLIES if agent.hold_seconds is None else timedelta(seconds=agent.hold_seconds)


def _leaves_by_mail(message: Message) -> bool:
    return MailedReply.objects.filter(pk=message.pk).exists()


def hold(
    *,
    ticket: Ticket,
    author: Agent,
    body: str,
    then: str,
    external_id: str,
    now: datetime,
    files: Sequence[int] = (),
    cc: Sequence[Recipient] = (),
    seen_seq: int | None = None,
    actions: Sequence[str] = (),
    holding: bool = False,
) -> HeldReply:
    """Keep a reply as it was sent, by who has read the ticket up to `seen_seq`; one that comes twice is kept once."""
    copies = [[one.address, one.name] for one in cc]
    kept: dict[str, Any] = {"author": author, "files": list(files), "cc": copies, "sent_at": now}
    when = {"leaves_at": now + time_of(author), "seen_seq": seen_seq}
    kept |= {"body": body, "then": then, "actions": list(actions), "holding": holding}
    return HeldReply.objects.get_or_create(ticket=ticket, external_id=external_id, defaults=kept | when)[0]


def take_back(*, ticket: Ticket, number: int, by: Agent) -> HeldReply:
    """Give a reply back to who has sent it, as if it never had been; raises `HasLeft`, also where it is another's."""
    held = HeldReply.objects.select_for_update().filter(ticket=ticket, pk=number, author=by).first()
    if held is None:
        raise HasLeft
    HeldReply.objects.filter(pk=held.pk).delete()
    return held


def copies_of(held: HeldReply) -> list[Recipient]:
    """Return who is to get a copy of it."""
    return [Recipient(address, name) for address, name in held.cc]


def let_go(*, now: datetime, limit: int) -> int:
    """Say what nobody has taken back in time; return how many were said, or cannot be."""
    numbers = list(_to_let_go(now).order_by("leaves_at").values_list("pk", flat=True)[:limit])
    for number in numbers:
        try:
            _let_one_go(number, now=now)
        except Exception:  # whatever it is, the others go on, and it is tried again
            logger.exception("a held reply could not be said; it is tried again")
            _try_again(HeldReply.objects.filter(pk=number), now=now)
    return len(numbers)


def _to_let_go(now: datetime) -> HeldReplyQuerySet:
    """Keep what is to be said; in a database that was put back or copied, only what was sent there since."""
    free = HeldReply.objects.to_let_go(now)
    copied_at = copied_database.look(now=now)
    return free if copied_at is None else free.filter(sent_at__gt=copied_at)


def _try_again(failed: HeldReplyQuerySet, *, now: datetime) -> None:
    failed.update(leaves_at=now + TRIED_AGAIN_AFTER)
    too_old = failed.filter(sent_at__lte=now - GIVEN_BACK_AFTER)
    give_back(too_old, why=_("Something went wrong here: it was not sent."), now=now)


def give_back(held: HeldReplyQuerySet, *, why: object, now: datetime) -> None:
    """Say no more what waits to be said: it is its author's again, and the ticket says why."""
    held.waiting().update(refused_at=now, why=str(why)[:500])


def _let_one_go(number: int, *, now: datetime) -> None:
    with transaction.atomic():
        free = HeldReply.objects.to_let_go(now).select_for_update(skip_locked=True, of=("self",))
        held = free.select_related("ticket", "author").filter(pk=number).first()
        if held is None:
            return
        try:
            with transaction.atomic():
                _say(held, now=now)
        except Refused as refused:
            give_back(HeldReply.objects.filter(pk=number), why=refused, now=now)
            _leave_nobody_waiting(held.ticket, now=now)
        else:
            held.delete()


def _leave_nobody_waiting(ticket: Ticket, *, now: datetime) -> None:
    """Take the ticket from who has it and has gone away, since it was as good as answered."""
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        if ticket.waiting_since is not None:
            let_go_of_the_away(change)


def _say(held: HeldReply, *, now: datetime) -> None:
    """Say it, dated when *Send* was pressed, unless something was said since that its author had not read."""
    token = held.external_id
    said = Utterance(body=held.body, sent_at=held.sent_at, external_id=token, holding=held.holding)
    to_last = changing_onward(held.ticket, merged_into, now=now, by=held.author, author=Author.AGENT)
    with mailed(to_last, cc=copies_of(held)) as change:
        change.is_witnessed = True
        before = said_before(change, token)
        if before is not None:
            _refuse_another(held, before)
            return
        _refuse_another_customer(held, change)
        _refuse_unheard(held)
        message = note_where(answer_or_ask(change, said, AfterReply(held.then)), asked=held.ticket)
    if not _leaves_by_mail(message):
        raise LeavesNoMore
    message_files.put_on(message, held.files, giver=held.author)
    reply_actions.apply(held.actions, ticket=message.ticket, by=held.author, now=now)


def _refuse_another_customer(held: HeldReply, change: TicketChange) -> None:
    """Raise `ForSomebodyElse` where the ticket was merged into another customer's, or has another customer."""
    changed = TicketEvent.objects.filter(
        ticket=held.ticket, kind=EventKind.CUSTOMER_CHANGED, recorded_at__gt=held.sent_at
    )
    if held.ticket.customer.email_key != change.ticket.customer.email_key or changed.exists():
        raise ForSomebodyElse


def _refuse_unheard(held: HeldReply) -> None:
    """Raise `SaidMeanwhile` where somebody else has said something before this could be said."""
    if held.seen_seq is not None and heard_after(held.ticket, held.seen_seq, but_of=held.author):
        raise SaidMeanwhile


def _refuse_another(held: HeldReply, said: Message) -> None:
    """Raise `SentBefore` where something else was said under its token: its words are its author's again."""
    refuse_other_words(said, body=held.body, public=True)
    refuse_other_recipients(said, cc=copies_of(held))
    refuse_other_files(said, numbers=held.files)
