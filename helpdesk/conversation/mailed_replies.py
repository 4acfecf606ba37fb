"""Public replies leave by mail where their store has a mailbox that answers: with what says them, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from helpdesk.conversation.recipients import (
    MailRecipients,
    NothingLeavesByMail,
    Recipient,
    customer_as_recipient,
    keep_recipients,
    recipients,
)
from helpdesk.models import Author, Mailbox, MailedReply, Message, RawMail, Ticket
from helpdesk.outbox import items
from helpdesk.tickets.ticket_change import TicketChange

REPLY_MAIL = "reply_mail"
"""The channel of the outbox; its key is the message's number, so that no two replies are ever one mail."""

REPLY = "reply"


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
        return
    settled = recipients(customer_as_recipient(ticket.customer), cc)
    for message in replies:
        send_by_mail(message, settled, mailbox=mailbox, now=now)


def send_by_mail(message: Message, settled: MailRecipients, *, mailbox: Mailbox, now: datetime) -> None:
    """Have a message that is stored leave by a mailbox, to exactly these."""
    keep_recipients(message, settled)
    MailedReply.objects.create(message=message, mailbox=mailbox, leaving_since=now)
    items.put(channel_name=REPLY_MAIL, key=message.pk, kind=REPLY, numbers=[message.pk], now=now)


def _leaves(message: Message) -> bool:
    return message.public and message.author != Author.CUSTOMER and not message.way


def mailbox_of(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox by which a ticket is answered, of those of its store that answer.

    It is the one that was written to last, else one for the ticket's queue, else the first.
    """
    answering = list(Mailbox.objects.answering().filter(store=ticket.store_id).order_by("pk"))
    written_to = _written_to(ticket) if len(answering) > 1 else None
    nearest = sorted(answering, key=lambda box: (box.pk != written_to, box.queue_id != ticket.queue_id))
    return nearest[0] if nearest else None


def _written_to(ticket: Ticket) -> int | None:
    came = RawMail.objects.filter(message__ticket=ticket, mailbox__isnull=False).order_by("-pk")
    return came.values_list("mailbox", flat=True).first()
