"""Writing by mail to somebody who is not the customer: unseen by them, and no answer to them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.answers import NothingSaid
from helpdesk.conversation.mailed_replies import mailbox_of, send_by_mail
from helpdesk.conversation.recipients import MailRecipients, NothingLeavesByMail
from helpdesk.input.visible_text import is_visible
from helpdesk.models import Agent, Message, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.message import Utterance, said_before, write_note
from helpdesk.tickets.ticket_change import changing


class CustomerAmongThem(Refused):
    """What the customer gets is an answer to them, and no letter to somebody else."""

    code = "customer-among-them"
    place = "/cc"
    sentence = _("The customer is among them: what they are to read is a public reply.")


def write_to_third_party(
    *,
    ticket: Ticket,
    author: Agent,
    body: str,
    to: MailRecipients,
    now: datetime,
    external_id: str | None = None,
) -> Message:
    """Write to people outside by mail: a note that leaves. It answers no customer and stops no clock.

    A repeat with the same external id returns the message that is there. Raises `CustomerAmongThem`, `NothingSaid`,
    `NothingLeavesByMail` and `NotAMember`.
    """
    said = Utterance(body=body, external_id=external_id)
    with changing(ticket, now=now, by=author) as change:
        refuse_the_customer(to, ticket=ticket)
        if not is_visible(body):
            raise NothingSaid
        message = said_before(change, external_id) or write_note(change, said)
    for written in change.messages:
        _let_leave(written, to, ticket=ticket, now=now)
    return message


def refuse_the_customer(to: MailRecipients, *, ticket: Ticket) -> None:
    """Raise `CustomerAmongThem` where the customer would get a letter to somebody else."""
    if ticket.customer.email_key in {person.key for person in to}:
        raise CustomerAmongThem


def _let_leave(message: Message, to: MailRecipients, *, ticket: Ticket, now: datetime) -> None:
    mailbox = mailbox_of(ticket)
    if mailbox is None:
        raise NothingLeavesByMail(pointer="")
    send_by_mail(message, to, mailbox=mailbox, now=now)
