"""Receipts: whoever writes first is told at once that it came, and by when a person answers. Once a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from helpdesk.conversation.answers import answer
from helpdesk.conversation.mailed_replies import send_by_mail
from helpdesk.conversation.recipients import customer_as_recipient, recipients
from helpdesk.database.statement import run
from helpdesk.input.language_tag import language_of
from helpdesk.mail.addressing.colleagues import is_agent
from helpdesk.mail.filing.mail_writer import MailWriter
from helpdesk.mail.reading.automatic import is_machine_address
from helpdesk.mail.receipts.promised_answer import promised_at
from helpdesk.mail.receipts.receipt_language import receipt_locale
from helpdesk.mail.receipts.receipt_text import opening_of, receipt_text
from helpdesk.models import Mailbox, Message, Receipt, Store
from helpdesk.tickets.message import Utterance
from helpdesk.tickets.opening.repeats import locking_said
from helpdesk.tickets.ticket_change import changing

A_DAY: Final = timedelta(hours=24)
MOST_A_DAY: Final = 3
"""So many receipts an address gets within a day: who forges a sender shall not fill somebody's mailbox by us."""

STALE_AFTER: Final = timedelta(hours=6)
"""A mail that was written longer ago is read late or told of as history: "it has just come" would be wrong."""


def send_receipt(
    question: Message, *, mailbox: Mailbox | None, writer: MailWriter, now: datetime
) -> Receipt | None:
    """Tell whoever wrote the mail that has opened a ticket that it came; null where nothing is to be told.

    It is written down with the ticket, leaves by the mailbox that was written to, and touches no clock.
    """
    if mailbox is None or not mailbox.sends_receipts or question.sent_at < now - STALE_AFTER:
        return None
    if not _is_a_stranger(writer) or _has_had_enough(writer.key, now=now):
        return None
    return _send(question, mailbox, now=now)


def _is_a_stranger(writer: MailWriter) -> bool:
    """Tell whether a person wrote who can be answered, and is none of us; of a form, the person that it names."""
    named = writer.address and not (writer.by_form and not writer.through)
    if not named or is_machine_address(writer.address):
        return False
    return not is_agent(writer.key)


def _has_had_enough(address_key: str, *, now: datetime) -> bool:
    """Tell whether an address has had its receipts of the day, of whatever store; others who ask wait their turn."""
    run(*locking_said([f"receipts of {address_key}"], store_id=0))
    theirs = Receipt.objects.filter(
        customer__store__in=Store.objects.values("pk"),  # the index of addresses begins with them
        customer__email_key=address_key,
        written_at__gt=now - A_DAY,
    )
    return theirs.count() >= MOST_A_DAY


def _send(question: Message, mailbox: Mailbox, *, now: datetime) -> Receipt:
    ticket = question.ticket
    customer, by = ticket.customer, promised_at(ticket, now=now)
    locale = receipt_locale(
        profile=customer.locale, words=question.body, mailbox=mailbox.locale, store=ticket.store.locale
    )
    text = receipt_text(
        opening=opening_of(mailbox.receipt_openings, language_of(locale)),
        reference=ticket.reference,
        locale=locale,
        timezone=customer.timezone or ticket.store.timezone,
        by=by,
    )
    with changing(ticket, now=now) as change:
        message = answer(change, Utterance(body=text, automatic=True))
    to_whom = recipients(customer_as_recipient(customer))
    send_by_mail(message, to_whom, mailbox=mailbox, now=now)
    return Receipt.objects.create(
        message=message, ticket=ticket, customer=customer,
        language=language_of(locale), promised_at=by, written_at=now,
    )  # fmt: skip
