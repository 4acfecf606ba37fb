"""Filing: a letter becomes a ticket, a message, or a line that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.conf import settings

from helpdesk.access.erasing import erased_mails
from helpdesk.conversation import inquiries, replies
from helpdesk.conversation.mailed_replies import BY_MAIL
from helpdesk.input.visible_text import one_line, storable
from helpdesk.mail.addressing.colleagues import is_colleague
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.filing import mail_ids
from helpdesk.mail.filing.filed_mail import FiledMail
from helpdesk.mail.filing.kept_beside import keep_beside
from helpdesk.mail.filing.mail_thread import MailThread, is_alone, own_thread, thread_of
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.mail.filing.mail_twin import is_the_same
from helpdesk.mail.filing.mail_writer import MailWriter, writer_of
from helpdesk.mail.filing.reported_bounce import settle_report
from helpdesk.mail.filing.sent.sent_filing import file_sent
from helpdesk.mail.reading.automatic import Automatic
from helpdesk.mail.reading.forwarded import forwarded_sender
from helpdesk.mail.reading.letter import Letter
from helpdesk.mail.receipts.receipts import send_receipt
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Attachment, Author, Mailbox, MailOutcome, Message, RawMail, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.refusal import Refused
from helpdesk.tickets.ended_ticket import last_of_chain
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.draft import LONGEST_NAME
from helpdesk.tickets.opening.new_ticket import Email, NewCustomer, NewMessage, NewTicket

HOUR: Final = timedelta(hours=1)


def file_letter(
    letter: Letter, *, mail: RawMail, now: datetime, files: Sequence[Attachment] = ()
) -> FiledMail:
    """File a letter and its files, and say what became of it; its mail is locked by whoever calls.

    What a person wrote joins the ticket that it belongs to or opens one, unless its sender is blocked. What a machine
    wrote is kept on its ticket and touches no clock. What another program sent from the mailbox has answered. Raises
    what the verbs of tickets raise.
    """
    own = mail_ids.own_id(letter, mail)
    ids = [own, *mail_ids.named_ids(letter), *([letter.report.message_id] if letter.report else [])]
    mail_ids.wait_for_twins(filter(None, ids), store_id=mail.store_id)
    ours = OurAddresses(mail.store.environment)
    writer = writer_of(letter, own=ours, forms=settings.MAIL_FORM_SENDERS)
    mail.sender_key = writer.key
    known = mail_ids.known_ids(ids, store_id=mail.store_id)
    given = MailToFile(mail, letter, writer, ours, own, known, now, files)
    return file_sent(given) if mail.was_sent else _file(given)


def _file(given: MailToFile) -> FiledMail:
    if _is_erased(given):
        return FiledMail(MailOutcome.PASSED, reason=MailReason.ERASED)
    before = given.known.get(given.own)
    if before is not None and before.message is not None:
        if is_the_same(before.message, given):
            return FiledMail(MailOutcome.JOINED, before.message, MailReason.KNOWN)
        given = _under_another_id(given)
    if given.letter.report is not None:
        return settle_report(given.letter.report, known=given.known, now=given.now)
    if sender_blocks.stop(given.mail, given.writer.key, now=given.now):
        return FiledMail(MailOutcome.BLOCKED, detail=one_line(storable(given.letter.subject)))
    thread = thread_of(given.letter, own=given.own, writer=given.writer, store=given.store, known=given.known)
    if given.letter.automatic is not None:
        return _keep_automatic(given, thread)
    if _is_too_much(given):
        return FiledMail(MailOutcome.SET_ASIDE, reason=MailReason.TOO_MANY)
    if thread is not None and is_alone(given, thread):
        return _begin_beside(given, ended=last_of_chain(thread.ticket))
    return _join(given, thread) if thread else _open(given)


def _begin_beside(given: MailToFile, *, ended: Ticket) -> FiledMail:
    """Go on where they went on before when somebody else's ticket had ended; else open one that follows it."""
    theirs = own_thread(given.writer, ended=ended)
    return _join(given, theirs) if theirs else _open(given, follows=ended)


def _is_erased(given: MailToFile) -> bool:
    return erased_mails.is_erased(
        given.own, sender_key=given.writer.key, sent_at=given.at, store_id=given.store.pk
    )


def _under_another_id(given: MailToFile) -> MailToFile:
    known = {value: row for value, row in given.known.items() if value != given.own}
    return replace(given, own=mail_ids.id_by_bytes(given.mail), known=known)


def _keep_automatic(given: MailToFile, thread: MailThread | None) -> FiledMail:
    is_bounce = given.letter.automatic == Automatic.BOUNCE
    outcome = MailOutcome.BOUNCE if is_bounce else MailOutcome.AUTOMATIC
    if thread is None:
        return FiledMail(outcome, reason=MailReason.NO_TICKET)
    return FiledMail(outcome, _say(given, thread, automatic=True))


def _is_too_much(given: MailToFile) -> bool:
    """Tell whether their address has written so much within an hour, by the time of the mails, that it may loop."""
    if given.mail.asked_again_at is not None or not given.writer.address:
        return False
    theirs = RawMail.objects.filter(
        store=given.store,
        sender_key=given.writer.key,
        outcome__in=[MailOutcome.OPENED, MailOutcome.JOINED],
        message__sent_at__range=(given.at - HOUR, given.at),
    )
    return theirs.count() >= settings.MAIL_PER_SENDER


def _join(given: MailToFile, thread: MailThread) -> FiledMail:
    if given.is_too_old_for(last_of_chain(thread.ticket)):
        message = _say(given, replace(thread, customer=None), automatic=False)
        return FiledMail(MailOutcome.JOINED, message, MailReason.EARLIER)
    message = _say(given, thread, automatic=False)
    if not thread.by_customer:
        return _of_a_third_party(given, message)
    mail_ids.note_named(mail_ids.named_ids(given.letter), ticket=message.ticket)
    if message.ticket.follows_id is not None and message.ticket.received_at == given.now:
        _send_receipt(given, message, _written_to(given))
        return FiledMail(MailOutcome.OPENED, message, MailReason.FOLLOW_UP)
    return FiledMail(MailOutcome.JOINED, message)


def _of_a_third_party(given: MailToFile, message: Message) -> FiledMail:
    """Say so, and note on what somebody outside was asked that they have written."""
    named = [row.message for row in given.known.values() if row.message is not None]
    inquiries.note_answered(
        ticket=message.ticket, letters=named, address_key=given.writer.key, answered_at=message.sent_at
    )
    return FiledMail(MailOutcome.JOINED, message, MailReason.THIRD_PARTY)


def _say(given: MailToFile, thread: MailThread, *, automatic: bool) -> Message:
    """Say it on the ticket: as its customer, or as a third party, whose words are a note and touch no clock."""
    if thread.by_customer:
        message = replies.receive_customer_message(
            ticket=thread.ticket,
            body=given.body,
            now=given.now,
            sent_at=given.at,
            automatic=automatic,
            imported=given.is_history,
            customer=thread.customer,
        )
    else:
        message = replies.add_note(
            ticket=last_of_chain(thread.ticket),
            author=None,
            body=given.body,
            now=given.now,
            sent_at=given.at,
            author_name=_named(given.writer),
            otherwise=Author.THIRD_PARTY,
            imported=given.is_history,
        )
    keep_beside(given, message=message)
    return message


def _named(writer: MailWriter) -> str:
    named = f"{writer.name} <{writer.address}>" if writer.name and writer.address else writer.address
    return one_line(storable(named or writer.name))[:LONGEST_NAME]


def _open(given: MailToFile, *, follows: Ticket | None = None) -> FiledMail:
    email = _sendable(given.writer.address)
    if email is None:
        return FiledMail(MailOutcome.SET_ASIDE, reason=MailReason.NOBODY)
    mailbox = _written_to(given)
    queue = mailbox.queue if mailbox else None
    [opened] = opening.open_tickets([_shape(given, email)], store=given.store, now=given.now, queue=queue)
    if opened.ticket is None:
        raise opened.refusal or Refused
    if follows is not None:
        opened.ticket.follows = follows
        opened.ticket.save(update_fields=["follows"])
    message = Message.objects.get(ticket=opened.ticket)
    message.ticket = opened.ticket
    keep_beside(given, message=message)
    mail_ids.note_named(mail_ids.named_ids(given.letter), ticket=opened.ticket)
    _send_receipt(given, message, mailbox)
    return FiledMail(MailOutcome.OPENED, message, MailReason.FOLLOW_UP if follows else None)


def _send_receipt(given: MailToFile, question: Message, mailbox: Mailbox | None) -> None:
    if not given.is_history:
        send_receipt(question, mailbox=mailbox, writer=given.writer, now=given.now)


def _sendable(address: str) -> str | None:
    try:
        return msgspec.convert(address, Email) if address else None
    except msgspec.ValidationError:
        return None


def _shape(given: MailToFile, email: str) -> NewTicket:
    writer = given.writer
    return NewTicket(
        message=NewMessage(body=given.body),
        customer=NewCustomer(email=email, name=storable(writer.name) or None),
        occurred_at=given.at,
        subject=storable(given.letter.subject) or None,
        channel=BY_MAIL,
        metadata=_handed_on_by(given),
        imported=given.is_history,
    )


def _handed_on_by(given: MailToFile) -> dict[str, str]:
    """Return through whom it came, and whose mail a colleague forwards: whoever looks at the ticket decides on it."""
    writer = given.writer
    through = {"from": storable(writer.through)} if writer.through else {}
    inner = forwarded_sender(given.letter)
    email = _sendable(inner.address) if inner else None
    if inner is None or email is None or not is_colleague(writer.key, ours=given.ours):
        return through
    return through | {"forwarded_from": email, "forwarded_name": storable(inner.name)}


def _written_to(given: MailToFile) -> Mailbox | None:
    """Return the mailbox to which it was written, or else where it came."""
    addresses = [each.address for each in (*given.letter.to, *given.letter.cc)]
    boxes = Mailbox.objects.filter(store=given.store).select_related("queue")
    return boxes.known_by(addresses).first() or given.mail.mailbox
