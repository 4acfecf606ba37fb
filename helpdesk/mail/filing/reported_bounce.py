"""What a delivery report does to the reply that it tells of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from helpdesk.conversation.bounces import NotAReply, ToldBounce
from helpdesk.mail.filing.filed_mail import FiledMail
from helpdesk.mail.filing.mail_thread import has_written_as_third_party
from helpdesk.mail.leaving.reply_outcome import note_came_back
from helpdesk.mail.reading.delivery_report import DeliveryReport, DeliveryState
from helpdesk.models import MailId, MailOutcome, Message, MessageParty, PartyRole, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.tickets.opening.customer_match import email_key


def settle_report(report: DeliveryReport, *, known: Mapping[str, MailId], now: datetime) -> FiledMail:
    """Take back exactly the reply that never arrived; what may still arrive is only noted.

    Who was not reached is noted with them. A report that fails for somebody on Cc alone, or for somebody else on the
    ticket, takes nothing back: the customer has the reply.
    """
    row = known.get(report.message_id)
    message = row.message if row else None
    if row is None or message is None:
        return FiledMail(MailOutcome.BOUNCE, reason=MailReason.NO_TICKET)
    failed = {email_key(each.address) for each in report.recipients if each.state == DeliveryState.FAILED}
    copies = _note_unreached(message, failed, now=now)
    if not (message.public and _failed_for_the_customer(failed - copies, row.ticket)):
        delayed = any(each.state == DeliveryState.DELAYED for each in report.recipients)
        return FiledMail(MailOutcome.BOUNCE, message, MailReason.MAY_ARRIVE if delayed else None)
    try:
        note_came_back(ticket=row.ticket, message=message, now=now, told=ToldBounce(_reason(report)))
    except NotAReply:
        return FiledMail(MailOutcome.BOUNCE, message, MailReason.NO_TICKET)
    return FiledMail(MailOutcome.BOUNCE, message, MailReason.TAKEN_BACK)


def _note_unreached(message: Message, failed: Collection[str], *, now: datetime) -> set[str]:
    """Note of whom it was sent to that it did not reach them; return which of them had a copy."""
    sent_to = MessageParty.objects.written_to().filter(message=message, message__mailed__isnull=False)
    unreached = sent_to.filter(address_key__in=failed)
    unreached.filter(failed_at=None).update(failed_at=now)
    return set(unreached.filter(role=PartyRole.CC).values_list("address_key", flat=True))


def _failed_for_the_customer(failed: Collection[str], ticket: Ticket) -> bool:
    """Tell whether one of these may be the customer: by an address, too, to which they have their mail sent on."""
    return any(not has_written_as_third_party(ticket, key) for key in failed)


def _reason(report: DeliveryReport) -> str:
    """Return why it failed, in the reporting server's words, for the first recipient of whom it says so."""
    said = (each.words or each.status for each in report.recipients if each.state == DeliveryState.FAILED)
    return next(filter(None, said), "")
