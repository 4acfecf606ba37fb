"""What mail said of somebody who is erased: on their tickets, and of them on those of others."""

from __future__ import annotations

from helpdesk.access.erasing import erased_mails
from helpdesk.models import (
    Customer,
    Inquiry,
    MailedReply,
    MailId,
    Message,
    MessageParty,
    PartyRole,
    RawMail,
    RawMailBytes,
    SenderBlock,
)
from helpdesk.models.mail.message_party import MessagePartyQuerySet
from helpdesk.models.mail.raw_mail import RawMailQuerySet


def forget_of(customer: Customer) -> None:
    """Delete their mail as it came, by which names the mails of their tickets knew each other, and who wrote to whom.

    That there was one is kept: the same bytes that come again are known, and so are others under the same id.
    """
    theirs = Message.objects.filter(ticket__customer=customer)
    MailedReply.objects.filter(message__in=theirs).update(said="")
    Inquiry.objects.filter(letter__in=theirs).delete()
    MessageParty.objects.filter(message__in=theirs).delete()
    _forget_mails(RawMail.objects.filter(message__in=theirs))
    if customer.email_key:
        _forget_address(customer.email_key, store=customer.store_id)
    erased_mails.remember(customer)
    MailId.objects.filter(ticket__customer=customer).delete()


def _forget_mails(mails: RawMailQuerySet) -> None:
    numbers = list(mails.values_list("pk", flat=True))
    RawMailBytes.objects.filter(mail__in=numbers).delete()
    RawMail.objects.filter(pk__in=numbers).update(sender_key="", detail="")


def _forget_address(key: str, *, store: int) -> None:
    """Take an address from where others were asked: they wrote there, had copies, or were asked themselves."""
    _forget_parties(MessageParty.objects.filter(message__store=store, address_key=key))
    Inquiry.objects.filter(letter__store=store, address_key=key).delete()
    _forget_mails(RawMail.objects.filter(store=store, sender_key=key))
    SenderBlock.objects.filter(store=store, sender=key).delete()


def _forget_parties(parties: MessagePartyQuerySet, *, called: str = "") -> None:
    """Forget who took part in mail: what they wrote to others stays, under no name or this one.

    What servers said of it may name them, and goes.
    """
    mailed = Message.objects.filter(pk__in=list(parties.values_list("message", flat=True)))
    written = parties.filter(role=PartyRole.SENDER).values("message")
    mailed.exclude(author_name="").filter(pk__in=written).update(author_name=called)
    mailed.update(bounce_reason="")
    MailedReply.objects.filter(message__in=mailed).update(said="")
    parties.delete()


def forget_colleague(key: str, *, called: str) -> None:
    """Take the address of an agent from mail that they wrote or were written; the mail itself is kept for its time."""
    _forget_parties(MessageParty.objects.filter(address_key=key), called=called)
    RawMail.objects.filter(sender_key=key).update(sender_key="")
