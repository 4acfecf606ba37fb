"""The way out of replies: one mail for each, by the mailbox of its store, told once that it has left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from helpdesk.mail.composing.address_text import bare_address
from helpdesk.mail.composing.mail_composition import compose, envelope_recipients
from helpdesk.mail.composing.outgoing_mail import Unsendable
from helpdesk.mail.leaving import reply_outcome
from helpdesk.mail.leaving.reply_content import reply_mail
from helpdesk.models import Mailbox, MailboxMode, MailedReply
from helpdesk.models.mail.mailed_reply import MailedReplyQuerySet
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import AttemptFailed, Channel, MessageRefused, Needless, Parcel, Sent


def way_out(key: int) -> str | None:
    """Return the server of the reply's mailbox, while that answers and there is somebody to write to."""
    reply = _replies().filter(pk=key).first()
    if reply is None or not reply.message.ticket.customer.email:
        return None
    mailbox = reply.mailbox
    return mail_server.way_out_of_mailbox(mailbox) if mailbox and mailbox.mode == MailboxMode.FULL else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail a reply that has not left, and note in the same breath that it has; raises `AttemptFailed`.

    Whoever dies between the server's word and ours sends it once more, under the same `Message-ID`.
    """
    reply = _replies().leaving().filter(pk=parcel.key).first()
    if reply is None or reply.mailbox is None:
        return Needless()
    try:
        _hand_over(reply, reply.mailbox)
    except AttemptFailed as failure:
        return _failed(reply, failure, now=now)
    reply_outcome.note_left(reply, now=now)
    return Sent((str(reply.message.ticket.customer_id),))


def whom(key: int) -> str:
    reply = _replies().filter(pk=key).first()
    return _("Reply on %s") % (reply.message.ticket.reference if reply else key)


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send, whom=whom)


def _replies() -> MailedReplyQuerySet:
    return MailedReply.objects.select_related(
        "mailbox", "message__ticket__customer", "message__ticket__store"
    )


def _hand_over(reply: MailedReply, mailbox: Mailbox) -> None:
    """Compose it and hand it over; an address that is none is refused by us as a server would."""
    try:
        mail = reply_mail(reply, mailbox=mailbox)
        raw, sender, recipients = compose(mail), bare_address(mailbox.address), envelope_recipients(mail)
    except Unsendable as unsendable:
        raise MessageRefused(
            "it has no form that can be sent", for_good=True, words=str(unsendable)
        ) from None
    server = mail_server.server_of_mailbox(mailbox)
    mail_server.hand_over(raw, sender=sender, recipients=recipients, server=server)


def _failed(reply: MailedReply, failure: AttemptFailed, *, now: datetime) -> Needless:
    """Note why it has not left; what no attempt can mend is taken back, all else is raised again."""
    words = failure.words or str(failure)
    if isinstance(failure, MessageRefused) and failure.for_good:
        reply_outcome.note_refused(reply, words=words, now=now)
        return Needless()
    reply_outcome.note_words(reply, words=words)
    raise failure
