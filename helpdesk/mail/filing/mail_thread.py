"""Into which ticket a mail goes, and as whose word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from helpdesk.mail.composing.signed_address import ticket_of_address
from helpdesk.mail.filing.mail_ids import named_ids
from helpdesk.mail.filing.mail_writer import MailWriter
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import MailId, RawMail, Store, Ticket
from helpdesk.tickets.ended_ticket import last_of_chain

_REFERENCE: Final = re.compile(r"(?<![0-9A-Za-z-])T-[0-9A-HJKMNP-TV-Z]{7}(?![0-9A-Za-z])")
MOST_REFERENCES: Final = 5


@dataclass(frozen=True, slots=True)
class MailThread:
    """The ticket that a mail belongs to, and whether its customer wrote it."""

    ticket: Ticket
    by_customer: bool


def thread_of(
    letter: Letter, *, own: str, writer: MailWriter, store: Store, known: Mapping[str, MailId]
) -> MailThread | None:
    """Return where a mail goes on; None if it begins something.

    By the address that we signed for answers; by the mails that it answers, of which `known` says what is known; by
    one that names it and came sooner, if the customer of that ticket wrote it; by a reference in its subject, if
    whoever wrote it takes part there, and not a form for them.
    """
    signed = _by_address(letter, store)
    if signed is not None:
        return MailThread(signed, _is_customer(signed, writer))
    named = (known[value] for value in named_ids(letter) if value in known)
    spoken_of = (known[value] for value in (own,) if value in known)
    for row in (*named, *spoken_of):
        by_customer = _is_customer(row.ticket, writer)
        if by_customer or row.message is not None:
            return MailThread(row.ticket, by_customer)
    return None if writer.by_form else next(_by_subject(letter, writer, store), None)


def _by_address(letter: Letter, store: Store) -> Ticket | None:
    keys = mail_keys()
    numbers = (ticket_of_address(each.address, keys=keys) for each in (*letter.to, *letter.cc))
    tickets = Ticket.objects.filter(store=store, pk__in=[number for number in numbers if number])
    return tickets.select_related("customer").first()


def _by_subject(letter: Letter, writer: MailWriter, store: Store) -> Iterator[MailThread]:
    for ticket in tickets_named_in(letter.subject, store=store):
        if _is_customer(ticket, writer):
            yield MailThread(ticket, by_customer=True)
        elif writer.address and _has_written(ticket, writer.key):
            yield MailThread(ticket, by_customer=False)


def tickets_named_in(subject: str, *, store: Store) -> QuerySet[Ticket]:
    """Return the tickets of a store whose references stand in a subject."""
    references = _REFERENCE.findall(subject)[:MOST_REFERENCES]
    return Ticket.objects.filter(store=store, reference__in=references).select_related("customer")


def _is_customer(ticket: Ticket, writer: MailWriter) -> bool:
    """Tell whether the writer asked on the ticket, or on the last of the chain into which it was merged."""
    asked = {ticket.customer.email_key, last_of_chain(ticket).customer.email_key}
    return bool(writer.address) and writer.key in asked


def has_written_as_third_party(ticket: Ticket, address_key: str) -> bool:
    """Tell whether somebody other than the customer has written on a ticket from this address."""
    return address_key != ticket.customer.email_key and _has_written(ticket, address_key)


def _has_written(ticket: Ticket, address_key: str) -> bool:
    theirs = RawMail.objects.filter(store=ticket.store_id, sender_key=address_key, message__ticket=ticket)
    return theirs.exists()
