"""What another program sent from a mailbox: it has answered whoever asked, when it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from helpdesk.conversation import outside_answers, replies
from helpdesk.conversation.follow_ups import has_ended_for_good
from helpdesk.input.visible_text import storable
from helpdesk.mail.filing import mail_ids
from helpdesk.mail.filing.filed_mail import FiledMail
from helpdesk.mail.filing.kept_beside import keep_beside
from helpdesk.mail.filing.mail_thread import customers_on, tickets_named_in
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.mail.filing.sent.sent_author import author_of, is_ours
from helpdesk.mail.reading.headers.header_block import head_of
from helpdesk.mail.reading.headers.mail_addresses import address_in
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import (
    Author,
    MailedReply,
    MailOutcome,
    Message,
    RawMail,
    RawMailBytes,
    Ticket,
    TicketEvent,
)
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.tickets import told_time
from helpdesk.tickets.ended_ticket import last_of_chain
from helpdesk.tickets.opening.customer_match import email_key

QUESTION_WITHIN: Final = timedelta(minutes=10)
"""So long an answer waits for its question, which lies in another folder; longer while that is not read."""


def is_before_its_question(letter: Letter, *, mail: RawMail, now: datetime) -> bool:
    """Tell whether nothing is here yet of what a mail of ours answers, and it may still come; of history all has."""
    if not mail.was_sent or mail.arrived_at is not None:
        return False
    if not mail_ids.names_only_strangers(letter, mail):
        return False
    if tickets_named_in(letter.subject, store=mail.store).exists():
        return False
    return _may_still_come(mail, now=now)


def file_sent(given: MailToFile) -> FiledMail:
    """File a mail of our side; what left from here is known, what belongs to no ticket is passed over.

    Raises what the verbs of tickets raise.
    """
    if not is_ours(given.letter, ours=given.ours):
        return FiledMail(MailOutcome.PASSED, reason=MailReason.NOT_OURS)
    ticket = _ticket_of(given)
    before = _said_here(given, ticket)
    if before is not None:
        return FiledMail(MailOutcome.JOINED, before, MailReason.KNOWN)
    return _answer(given, ticket) if ticket else FiledMail(MailOutcome.PASSED, reason=MailReason.NO_TICKET)


def _ticket_of(given: MailToFile) -> Ticket | None:
    """Return the ticket that it speaks of, rather one whose customer it was sent to: by ids, or else by reference."""
    ids = (*mail_ids.named_ids(given.letter), given.own)
    named = [given.known[value].ticket for value in ids if value in given.known]
    by_reference = [] if named else list(tickets_named_in(given.letter.subject, store=given.store))
    spoken_of = dict.fromkeys((*named, *by_reference))
    theirs = (ticket for ticket in spoken_of if _is_to_its_customer(given, ticket))
    return next(theirs, named[0] if named else None)


def _is_to_its_customer(given: MailToFile, ticket: Ticket) -> bool:
    """Tell whether it was sent to whoever asked, at their address or where they wished to be answered."""
    letter = given.letter
    addressed = {email_key(each.address) for each in (*letter.to, *letter.cc) if each.address}
    asked = {each.email_key for each in customers_on(last_of_chain(ticket))}
    return not addressed.isdisjoint(asked) or not addressed.isdisjoint(_wished(given))


def _wished(given: MailToFile) -> Iterator[str]:
    """Yield where the mails that it answers wish to be answered."""
    answered = _answered(given)
    kept = RawMailBytes.objects.filter(mail__message=answered) if answered else ()
    for original in kept:
        yield email_key(address_in(head_of(bytes(original.raw)).raw("reply-to")).address)


def _answered(given: MailToFile) -> Message | None:
    """Return the customer's message that it answers, if that is here."""
    rows = (given.known[value] for value in mail_ids.named_ids(given.letter) if value in given.known)
    said = (row.message for row in rows if row.message is not None)
    return next((message for message in said if message.author == Author.CUSTOMER), None)


def _said_here(given: MailToFile, ticket: Ticket | None) -> Message | None:
    """Return the message that it is: by its id, or as what left from here at that second, under whichever id."""
    row = given.known.get(given.own)
    if row is not None and row.message is not None and row.message.public:
        return row.message
    date = given.letter.date
    if ticket is None or date is None:
        return None
    second = (date, date + timedelta(microseconds=999_999))
    left = MailedReply.objects.filter(
        message__ticket__in=[ticket, last_of_chain(ticket)], message__sent_at__range=second
    )
    return next((reply.message for reply in left.select_related("message")), None)


def _may_still_come(mail: RawMail, *, now: datetime) -> bool:
    """Tell whether a question that was there before may still be fetched, or lies here unread."""
    until = mail.received_at + QUESTION_WITHIN
    box = mail.mailbox
    if now < until or (box is not None and (box.read_at is None or box.read_at < mail.received_at)):
        return True
    return RawMail.objects.unread().filter(store=mail.store, was_sent=False, received_at__lt=until).exists()


def _answer(given: MailToFile, ticket: Ticket) -> FiledMail:
    """Say it on the ticket: as an answer, unless it can have answered nobody; then as a note."""
    last, at = last_of_chain(ticket), _sent_at(given)
    why_none = _why_no_answer(given, ticket, last, at=at)
    author = author_of(given, ticket=last)
    said: dict[str, Any] = {
        "ticket": last, "body": given.body, "now": given.now, "sent_at": at,
        "author_name": storable(author.name), "imported": given.is_history,
    }  # fmt: skip
    if why_none is not None:
        message = replies.add_note(author=author.agent, otherwise=Author.AGENT, **said)
    elif given.letter.automatic is not None:
        message = outside_answers.take_in_answer(by=None, automatic=True, **said)
    else:
        message = outside_answers.take_in_answer(by=author.agent, **said)
        mail_ids.note_named(mail_ids.named_ids(given.letter), ticket=last)
    keep_beside(given, message=message)
    return _filed(given, message, why_none)


def _sent_at(given: MailToFile) -> datetime:
    """Return when it was sent: by its date, but no sooner than what it answers, for clocks differ a little.

    A date that lies further before that is not believed: then it is when we found it.
    """
    asked = _answered(given)
    if asked is None or given.at >= asked.sent_at:
        return given.at
    is_near = asked.sent_at - given.at <= told_time.CLOCK_DIFFERENCE
    return asked.sent_at if is_near else given.came_at


def _why_no_answer(given: MailToFile, ticket: Ticket, last: Ticket, *, at: datetime) -> MailReason | None:
    if not _is_to_its_customer(given, ticket):
        return MailReason.TO_OTHERS
    if has_ended_for_good(last):
        return MailReason.ENDED
    opened_at = TicketEvent.objects.get(ticket=last, seq=1).occurred_at
    return MailReason.EARLIER if at < opened_at or given.is_too_old_for(last) else None


def _filed(given: MailToFile, message: Message, why_none: MailReason | None) -> FiledMail:
    if given.letter.automatic is not None:
        return FiledMail(MailOutcome.AUTOMATIC, message, why_none)
    return FiledMail(MailOutcome.JOINED, message, why_none or MailReason.OUTSIDE)
