"""To whom an answer on a ticket goes, by the mails of its conversation."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from helpdesk.conversation.recipients import MailRecipients, Recipient, customer_as_recipient
from helpdesk.mail.addressing.answer_recipients import AnsweredMail, answering_all, answering_outside
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.models import Author, Message, MessageParty, PartyRole, Ticket, Way
from helpdesk.models.mail.message_party import by_role

_BETWEEN_THEM_AND_US = Q(
    Q(message__public=True) | Q(message__way=Way.MAIL),
    message__author__in=[Author.CUSTOMER, Author.AGENT],
    message__automatic=False,
)
"""What the customer wrote and what agents answered: whom we left out of our last mail stays out of the next."""


def copies_of_answer(ticket: Ticket) -> tuple[Recipient, ...]:
    """Return who gets a copy of an answer to the customer: whoever else the newest mail between them and us names."""
    theirs = MessageParty.objects.filter(_BETWEEN_THEM_AND_US, message__ticket=ticket)
    newest = theirs.order_by("-message__sent_at", "-message_id").values("message")[:1]
    mail = answered_mail(MessageParty.objects.filter(message__in=newest).in_order())
    ours = OurAddresses(ticket.store.environment)
    return answering_all(mail, to=customer_as_recipient(ticket.customer), ours=ours).cc


def recipients_outside(answered: Message) -> MailRecipients | None:
    """Return to whom an answer to a third party's message goes; None where it did not come by mail."""
    ticket = answered.ticket
    mail = answered_mail(answered.parties.in_order())
    ours = OurAddresses(ticket.store.environment)
    return answering_outside(mail, customer=customer_as_recipient(ticket.customer), ours=ours)


def answered_mail(parties: Iterable[MessageParty]) -> AnsweredMail:
    """Return as a value who is named in a message's mail."""
    named = {
        role: tuple(Recipient(party.address, party.name) for party in theirs)
        for role, theirs in by_role(parties).items()
    }
    return AnsweredMail(next(iter(named[PartyRole.SENDER]), None), named[PartyRole.TO], named[PartyRole.CC])
