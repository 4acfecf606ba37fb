"""Public replies leave by mail where their store has a mailbox that answers: with what says them, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import MappingProxyType

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import (
    MailRecipients,
    NothingLeavesByMail,
    Recipient,
    customer_as_recipient,
    keep_recipients,
    recipients,
)
from helpdesk.models import (
    Author,
    Delivery,
    Mailbox,
    MailboxMode,
    MailedReply,
    Message,
    RawMail,
    Store,
    Ticket,
)
from helpdesk.outbox import items
from helpdesk.refusal import Refused
from helpdesk.tickets.ticket_change import TicketChange
from helpdesk.webhooks import webhook_facts

REPLY_MAIL = "reply_mail"
"""The channel of the outbox; its key is the message's number, so that no two replies are ever one mail."""

REPLY = "reply"

BY_MAIL = "email"
"""The channel of tickets that a mail opened."""


NO_COPIES: Mapping[int, Sequence[Recipient]] = MappingProxyType({})


class OnlyWatched(Refused):
    """What would be written here as an answer would never leave, and stop clocks all the same."""

    code = "only-watched"
    sentence = _(
        "Attend only watches this mailbox: answer in your mail program, and the answer is found there."
    )


class StoreOnlyWatched(OnlyWatched):
    """What would be written first would never leave, as nothing of this store does."""

    place = "/author"
    sentence = _(
        "Attend only watches the mailboxes of this store, and sends nothing: write to the customer in your mail"
        " program."
    )


@contextmanager
def mailed(
    changing: AbstractContextManager[TicketChange], *, cc: Sequence[Recipient] = ()
) -> Iterator[TicketChange]:
    """Change a ticket, and have what was said in public leave by mail once that is written, to the customer and `cc`.

    History and notes stay where they are. Without a mailbox or a customer's address nothing leaves: a reply that is
    stored is one that was sent. Raises `TooManyRecipients`, and `NothingLeavesByMail` where `cc` would get nothing.
    """
    with changing as change:
        yield change
    if not change.imported:
        let_leave(change.messages, ticket=change.ticket, now=change.now, cc=cc)


def let_leave(
    messages: Iterable[Message], *, ticket: Ticket, now: datetime, cc: Sequence[Recipient] = ()
) -> None:
    """Have those of a ticket's new messages leave that its customer is to read; raises as `mailed` does."""
    replies = [message for message in messages if _leaves(message)]
    mailbox = mailbox_of(ticket) if replies and ticket.customer.email else None
    if mailbox is None:
        if replies and cc:
            raise NothingLeavesByMail
        tell_sent(replies, now=now)
        return
    settled = recipients(customer_as_recipient(ticket.customer), cc)
    for message in replies:
        send_by_mail(message, settled, mailbox=mailbox, now=now)


def let_first_words_leave(
    tickets: Sequence[Ticket], *, now: datetime, cc: Mapping[int, Sequence[Recipient]] = NO_COPIES
) -> None:
    """Have what we wrote first on new tickets of a store leave: its mailboxes are asked for once, however many.

    `cc` says by a ticket's number who gets a copy. Raises `NothingLeavesByMail` where they would get nothing.
    """
    if not tickets:  # most are opened by who asks: Django would write the query down before it asks nothing
        return
    said = Message.objects.filter(ticket__in=tickets).select_related("ticket__customer").order_by("pk")
    answering = list(_of_store(tickets[0], Mailbox.objects.answering()))
    stay: list[Message] = []
    for message in said:
        customer, mailbox = message.ticket.customer, _nearest_of(message.ticket, answering)
        copies = cc.get(message.ticket_id, ())
        if mailbox is not None and customer.email:
            settled = recipients(customer_as_recipient(customer), copies)
            send_by_mail(message, settled, mailbox=mailbox, now=now)
        elif copies:
            raise NothingLeavesByMail(pointer="/message/cc")
        else:
            stay.append(message)
    tell_sent(stay, now=now)


def tell_sent(replies: Iterable[Message], *, now: datetime) -> None:
    """Tell whoever has subscribed to it that replies were sent; what a machine sends unasked is nobody's word."""
    said = [reply for reply in replies if reply.public and not reply.automatic]
    webhook_facts.note((webhook_facts.of_sent(one.ticket, one.pk, by=one.author) for one in said), now=now)


def send_by_mail(message: Message, settled: MailRecipients, *, mailbox: Mailbox, now: datetime) -> None:
    """Have a message that is stored leave by a mailbox, to exactly these, once those before it have."""
    keep_recipients(message, settled)
    MailedReply.objects.create(message=message, mailbox=mailbox, leaving_since=now)
    let_next_leave(message, now=now)
    if message.public and message.author == Author.AGENT and not message.automatic:
        _hurry_receipt(message.ticket_id, now=now)


def let_next_leave(said: Message, *, now: datetime) -> None:
    """Put into the outbox what is next to leave of a message's conversation: one after the other, as they were said.

    Letters to third parties do not wait for replies, nor these for them. The ticket is locked: whoever says more, or
    knows what became of the one before, does it after us and looks again.
    """
    list(Ticket.objects.filter(pk=said.ticket_id).select_for_update(no_key=True).values_list("pk"))
    alike = MailedReply.objects.leaving().filter(message__ticket=said.ticket_id, message__public=said.public)
    number = alike.order_by("pk").values_list("pk", flat=True).first()
    if number is not None and not _is_in_the_outbox(number):
        items.put(channel_name=REPLY_MAIL, key=number, kind=REPLY, numbers=[number], now=now)


def _hurry_receipt(ticket_id: int, *, now: datetime) -> None:
    """Have a receipt that was put off looked at at once: an answer needs no promise before it, and waits behind it."""
    theirs = MailedReply.objects.leaving().filter(message__receipt__ticket=ticket_id)
    waiting = Delivery.objects.waiting().filter(address__channel=REPLY_MAIL, address__key__in=theirs)
    waiting.filter(due_at__gt=now).update(due_at=now)


def _is_in_the_outbox(number: int) -> bool:
    return Delivery.objects.filter(address__channel=REPLY_MAIL, address__key=number).exists()


def _leaves(message: Message) -> bool:
    return message.public and message.author != Author.CUSTOMER and not message.way


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox by which a ticket is answered, of those of its store that answer.

    It is the one that was written to last, else one for the ticket's queue, else the first; none for a ticket that
    `is_only_watched`.
    """
    nearest = _nearest(ticket)
    return nearest if nearest is not None and nearest.mode == MailboxMode.FULL else None


def is_only_watched(ticket: Ticket) -> bool:
    """Tell whether it came to a mailbox that is only watched: people answer it in another program, not from here."""
    nearest = _nearest(ticket) if ticket.channel == BY_MAIL else None
    return nearest is not None and nearest.mode == MailboxMode.WATCH


def with_ways_out(stores: QuerySet[Store]) -> QuerySet[Store]:
    """Say of each whether what is begun there leaves by mail, and whether its mailboxes are all only watched."""
    theirs = Mailbox.objects.filter(store=OuterRef("pk"))
    leaves = Exists(theirs.answering())
    return stores.annotate(is_answered_by_mail=leaves, is_only_watched=Exists(theirs) & ~leaves)


def _nearest(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox that is nearest to a ticket: one that is only watched to a ticket that came by mail alone."""
    mailboxes = Mailbox.objects.all() if ticket.channel == BY_MAIL else Mailbox.objects.answering()
    boxes = list(_of_store(ticket, mailboxes))
    return _nearest_of(ticket, boxes, written_to=_written_to(ticket) if len(boxes) > 1 else None)


def _of_store(ticket: Ticket, mailboxes: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    return mailboxes.filter(store=ticket.store_id).order_by("pk")


def _nearest_of(
    ticket: Ticket, mailboxes: Iterable[Mailbox], *, written_to: int | None = None
) -> Mailbox | None:
    return min(
        mailboxes,
        key=lambda box: (box.pk != written_to, box.queue_id != ticket.queue_id),
        default=None,
    )


def _written_to(ticket: Ticket) -> int | None:
    came = RawMail.objects.filter(message__ticket=ticket, mailbox__isnull=False).order_by("-pk")
    return came.values_list("mailbox", flat=True).first()
