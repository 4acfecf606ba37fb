"""The way out of replies: one mail for each, by the mailbox of its store, told once that it has left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from helpdesk.attachments.file_answer import FileWaits
from helpdesk.mail.composing.address_text import bare_address
from helpdesk.mail.composing.mail_composition import compose, envelope_recipients
from helpdesk.mail.composing.outgoing_mail import OutgoingMail, Unsendable
from helpdesk.mail.consent import access_tokens
from helpdesk.mail.leaving import reply_outcome
from helpdesk.mail.leaving.receipt_content import receipt_mail
from helpdesk.mail.leaving.reply_content import reply_mail
from helpdesk.mail.leaving.reply_outcome import Handover
from helpdesk.mail.servers.smtp_server import smtp_server_of
from helpdesk.models import Mailbox, MailboxMode, MailedReply, MessageParty, PartyRole, Receipt
from helpdesk.models.mail.mailed_reply import MailedReplyQuerySet
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import AttemptFailed, Channel, MessageRefused, Needless, Parcel, Sent, named_each
from helpdesk.outbox.mail_server import AllRefused, Refusals, is_for_good


def way_out(key: int) -> str | None:
    """Return the server of the reply's mailbox, while that answers and there is somebody to write to."""
    reply = _replies().filter(pk=key).first()
    if reply is None or not _waiting(reply):
        return None
    mailbox = reply.mailbox
    return mail_server.way_out_of_mailbox(mailbox) if mailbox and mailbox.mode == MailboxMode.FULL else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail a reply to those who have not got it, and note in the same breath who has; raises `AttemptFailed`.

    Whoever dies between the server's word and ours sends it once more, under the same `Message-ID`.
    """
    reply = _replies().filter(pk=parcel.key).first()
    waiting = _waiting(reply) if reply else []
    if reply is None or reply.mailbox is None or not waiting:
        return Needless()
    if _says_nothing_any_more(reply, now=now):
        reply_outcome.note_needless(reply, now=now)
        return Needless()
    try:
        refusals = _hand_over(reply, waiting, mailbox=reply.mailbox, now=now)
    except AllRefused as refused:
        refusals = refused.refusals
    except AttemptFailed as failure:
        return _failed(reply, waiting, failure, now=now)
    return _noted(reply, _handover(waiting, refusals), refusals, now=now)


def _says_nothing_any_more(reply: MailedReply, *, now: datetime) -> bool:
    """Tell whether it is a receipt whose promise has passed, or whose question waits for nobody by now."""
    receipt = _receipt(reply)
    return receipt is not None and (
        reply.message.ticket.waiting_since is None
        or (receipt.promised_at is not None and receipt.promised_at <= now)
    )


def _waiting(reply: MailedReply) -> Sequence[MessageParty]:
    """Return for whom no server has taken it yet.

    Nobody once it was refused and taken back, nor once whom it is to was erased: copies are of something.
    """
    parties = list(MessageParty.objects.filter(message=reply.message_id).written_to().in_order())
    if reply.refused_at is not None or all(party.role != PartyRole.TO for party in parties):
        return []
    return [party for party in parties if party.taken_at is None and party.failed_at is None]


def whom(keys: Collection[int]) -> dict[int, str]:
    known = MailedReply.objects.filter(pk__in=keys).values_list("pk", "message__ticket__reference")
    return named_each(_("Reply on %s"), dict(known), keys)


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send, whom=whom)


def _replies() -> MailedReplyQuerySet:
    return MailedReply.objects.select_related(
        "mailbox", "message__receipt", "message__ticket__customer", "message__ticket__store"
    )


def _hand_over(
    reply: MailedReply, waiting: Sequence[MessageParty], *, mailbox: Mailbox, now: datetime
) -> Refusals:
    """Compose it and hand it over; an address that is none is refused by us as a server would."""
    try:
        mail = _mail_of(reply, mailbox=mailbox)
        raw, sender = compose(mail), bare_address(mailbox.address)
        still = {bare_address(party.address) for party in waiting}
        recipients = [address for address in envelope_recipients(mail) if address in still]
    except Unsendable as unsendable:
        raise MessageRefused(
            "it has no form that can be sent", for_good=True, words=str(unsendable)
        ) from None
    except FileWaits as waits:
        raise MessageRefused("a file of it is not scanned yet", words=str(waits)) from None
    server = smtp_server_of(mailbox, now=now)
    with access_tokens.doubted_where_refused(mailbox, now=now):
        return mail_server.hand_over(raw, sender=sender, recipients=recipients, server=server)


def _mail_of(reply: MailedReply, *, mailbox: Mailbox) -> OutgoingMail:
    """Return a reply as the mail that it leaves as. Raises `Unsendable`."""
    receipt = _receipt(reply)
    return receipt_mail(reply, receipt, mailbox=mailbox) if receipt else reply_mail(reply, mailbox=mailbox)


def _receipt(reply: MailedReply) -> Receipt | None:
    return getattr(reply.message, "receipt", None)


def _handover(waiting: Sequence[MessageParty], refusals: Refusals) -> Handover:
    """Return who has it, who never will, and who may later, by what the server said of each."""
    codes = [(party, refusals.codes.get(bare_address(party.address))) for party in waiting]
    return Handover(
        taken=[party for party, code in codes if code is None],
        failed=[party for party, code in codes if code is not None and is_for_good(code)],
        later=[party for party, code in codes if code is not None and not is_for_good(code)],
    )


def _noted(reply: MailedReply, handover: Handover, refusals: Refusals, *, now: datetime) -> Sent | Needless:
    """Note what became of it, and have it tried again for those who may still get it.

    The outbox knows them by their numbers: it names nobody.
    """
    reply_outcome.note_handover(reply, handover, words=_words(handover, refusals), now=now)
    reached = tuple(str(party.pk) for party in handover.taken)
    if handover.later:
        return Sent(reached, missed=tuple(str(party.pk) for party in handover.later), why=str(refusals))
    return Sent(reached) if reached else Needless()


def _words(handover: Handover, refusals: Refusals) -> str:
    """Return what the server said, of each whom it named, or of the only one there is."""
    alone = not handover.taken and len(refusals.said) == 1
    return "".join(refusals.said.values()) if alone else refusals.words()


def _failed(
    reply: MailedReply, waiting: Sequence[MessageParty], failure: AttemptFailed, *, now: datetime
) -> Needless:
    """Note why it has not left; what no attempt can mend is taken back, all else is raised again."""
    words = failure.words or str(failure)
    if isinstance(failure, MessageRefused) and failure.for_good:
        reply_outcome.note_handover(reply, Handover(failed=waiting), words=words, now=now)
        return Needless()
    reply_outcome.note_words(reply, words=words)
    failure.missed = ()  # by address: who waits for it is known here
    raise failure
