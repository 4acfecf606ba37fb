"""What became of a reply on its way: written down with the ticket's events, so that its clocks know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from helpdesk.conversation.bounces import ToldBounce, reply_behind, take_back_bounced
from helpdesk.conversation.follow_ups import merged_into
from helpdesk.conversation.mailed_replies import REPLY_MAIL, let_next_leave, tell_sent
from helpdesk.conversation.merged_waits import pass_on_waits
from helpdesk.models import Delivery, EventKind, MailedReply, Message, MessageParty, PartyRole, Ticket
from helpdesk.models.mail.message_party import MessagePartyQuerySet
from helpdesk.tickets.ticket_change import TicketChange, changing_along

logger = logging.getLogger(__name__)

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What a server made of a mail: it took it for some, never will for others, and for the rest it may later."""

    taken: Sequence[MessageParty] = ()
    failed: Sequence[MessageParty] = ()
    later: Sequence[MessageParty] = ()


def note_handover(reply: MailedReply, handover: Handover, *, words: str, now: datetime) -> None:
    """Note for whom a server has taken it. It has left once it was taken for whom it is to, and is refused if for them.

    That somebody on Cc is not reached is noted with them alone: the others have the reply.
    """
    with transaction.atomic():
        _parties(handover.taken).update(taken_at=now)
        _parties(handover.failed).update(failed_at=now)
        if any(party.role == PartyRole.TO for party in handover.failed):
            note_refused(reply, words=words, now=now)
        elif any(party.role == PartyRole.TO for party in handover.taken):
            note_left(reply, now=now)
        if words:
            MailedReply.objects.filter(pk=reply.pk).update(said=words[:LONGEST_WORDS])


def _parties(parties: Iterable[MessageParty]) -> MessagePartyQuerySet:
    return MessageParty.objects.filter(pk__in=[party.pk for party in parties])


def note_left(reply: MailedReply, *, now: datetime) -> None:
    """Note that a server has accepted it: it counts from when it was sent, whatever its clocks were told meanwhile."""
    with transaction.atomic(), changing_along(reply.message.ticket, merged_into, now=now) as chain:
        if not MailedReply.objects.leaving().filter(pk=reply.pk).update(left_at=now, said=""):
            return
        reply.refresh_from_db(fields=["delayed_at", "left_at", "said"])
        if reply.delayed_at is not None:
            _tell_clocks(EventKind.REPLY_LEFT, reply, chain)
        if reply.message.public:
            tell_sent([reply.message], now=now)
        let_next_leave(reply.message, now=now)


def note_refused(reply: MailedReply, *, words: str, now: datetime) -> None:
    """Note that it cannot leave: it has answered nothing, as if it had come back; a letter to others never did."""
    with transaction.atomic():
        if reply.message.public:
            take_back_bounced(ticket=reply.message.ticket, message=reply.message, now=now)
        told = {"refused_at": now, "said": words[:LONGEST_WORDS]}
        if MailedReply.objects.leaving().filter(pk=reply.pk).update(**told):
            let_next_leave(reply.message, now=now)
        else:
            transaction.set_rollback(True)  # somebody was faster, and it may have left


def note_came_back(*, ticket: Ticket, message: Message, told: ToldBounce, now: datetime) -> bool:
    """Note that a reply is said to have come back, as `take_back_bounced` does; raises what that raises.

    One that was still leaving, by what we knew, is sent no more: whoever says so knows better.
    """
    is_news = take_back_bounced(ticket=ticket, message=message, now=now, told=told)
    leaving = MailedReply.objects.leaving().filter(pk=message.pk)
    if leaving.update(refused_at=now, said=told.reason[:LONGEST_WORDS]):
        let_next_leave(message, now=now)
    return is_news


def note_needless(reply: MailedReply, *, now: datetime) -> None:
    """Note that what a machine had to say is not sent, for it is not so any more: nobody has missed anything."""
    told = {"refused_at": now, "said": _("It was not needed any more.")}
    with transaction.atomic():
        MailedReply.objects.leaving().filter(pk=reply.pk).update(**told)
        let_next_leave(reply.message, now=now)


def note_words(reply: MailedReply, *, words: str) -> None:
    """Keep what was said of the latest attempt, for those who look at the ticket."""
    MailedReply.objects.leaving().filter(pk=reply.pk).update(said=words[:LONGEST_WORDS])


def follow(*, longest: timedelta, now: datetime, limit: int) -> int:
    """Tell the clocks of replies that are leaving for so long, or were given up; return of how many.

    Of those that have left it is noted whom nobody tries to reach any more.
    """
    replies = MailedReply.objects.select_related("message__ticket").order_by("leaving_since")
    told = _tell_of_each(replies.taking_long(now - longest)[:limit], _note_delayed, now=now)
    told += _tell_of_each(replies.leaving().filter(_IS_GIVEN_UP)[:limit], _note_given_up, now=now)
    _note_unreached(now=now)
    return told


def _tell_of_each(replies: Iterable[MailedReply], note: Callable[..., None], *, now: datetime) -> int:
    """Note of each what has become of it; return of how many. One of which it fails holds up no other."""
    told = 0
    for reply in replies:
        try:
            note(reply, now=now)
            told += 1
        except Exception:  # whatever it is, the others go on, and it is tried again
            logger.exception("clocks could not be told of a reply that leaves; it is tried again")
    return told


def _note_given_up(reply: MailedReply, *, now: datetime) -> None:
    note_refused(reply, words=reply.said or _why_given_up(reply), now=now)


def _note_delayed(reply: MailedReply, *, now: datetime) -> None:
    with transaction.atomic(), changing_along(reply.message.ticket, merged_into, now=now) as chain:
        waits = MailedReply.objects.leaving().filter(pk=reply.pk, delayed_at=None)
        if waits.update(delayed_at=now):
            _tell_clocks(EventKind.REPLY_DELAYED, reply, chain)


def _tell_clocks(kind: EventKind, reply: MailedReply, chain: Sequence[TicketChange]) -> None:
    """Write down what has come of a reply, on its ticket and on those in which that went up."""
    seq = reply_behind(reply.message.ticket, reply.message).seq
    chain[0].record(kind, message=reply.message, reply_seq=seq)
    pass_on_waits(chain)


def _note_unreached(*, now: datetime) -> None:
    given_up = Delivery.objects.given_up().filter(address__channel=REPLY_MAIL).values("address__key")
    waits = MessageParty.objects.waiting().filter(
        message__in=given_up, message__mailed__left_at__isnull=False
    )
    waits.update(failed_at=now)


_IS_GIVEN_UP = Exists(
    Delivery.objects.given_up().filter(address__channel=REPLY_MAIL, address__key=OuterRef("pk"))
)


def _why_given_up(reply: MailedReply) -> str:
    deliveries = Delivery.objects.given_up().filter(address__channel=REPLY_MAIL, address__key=reply.pk)
    return str(deliveries.values_list("last_error", flat=True).last() or "")
