"""What a receipt is as a mail: a machine's, in the thread of what it answers, and without a word of strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail
from helpdesk.mail.composing.reply_subject import reply_subject
from helpdesk.mail.composing.signed_address import signed_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.leaving.reply_content import named_in
from helpdesk.mail.leaving.reply_thread import thread_of
from helpdesk.models import Mailbox, MailedReply, PartyRole, Receipt


def receipt_mail(reply: MailedReply, receipt: Receipt, *, mailbox: Mailbox) -> OutgoingMail:
    """Return a receipt as a mail to whom it tells, in the thread of what it answers."""
    message, ticket = reply.message, reply.message.ticket
    thread = thread_of(message, mailbox=mailbox)
    written = receipt_as_written(
        message.body,
        mailbox=mailbox,
        to=named_in(message)[PartyRole.TO],
        subject=ticket.subject,
        language=receipt.language,
        at=message.sent_at,
    )
    return replace(
        written,
        reply_to=signed_address(mailbox.address, ticket=ticket.pk, key=mail_keys()[0]),
        message_id=thread.message_id,
        in_reply_to=thread.answered,
        references=thread.before,
    )


def receipt_as_written(
    text: str, *, mailbox: Mailbox, to: Sequence[Correspondent], subject: str, language: str, at: datetime
) -> OutgoingMail:
    """Return what is read of a receipt. It quotes nothing: the sender of what it answers may be forged."""
    return OutgoingMail(
        sender=Correspondent(mailbox.public_name, mailbox.address),
        to=to,
        subject=reply_subject(subject),
        text=text,
        signature=mailbox.signature or mailbox.public_name,
        language=language,
        sent_at=at,
        message_id="",
        automatic=True,
    )
