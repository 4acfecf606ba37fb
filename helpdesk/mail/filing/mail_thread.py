"""Into which ticket a mail goes, and as whose word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from helpdesk.conversation.follow_ups import has_ended_for_good
from helpdesk.mail.addressing.colleagues import is_colleague
from helpdesk.mail.composing.signed_address import ticket_of_address
from helpdesk.mail.filing.mail_ids import named_ids
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.mail.filing.mail_writer import MailWriter
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import Author, Customer, MailId, MessageParty, RawMail, Store, Ticket
from helpdesk.tickets.ended_ticket import last_of_chain

_REFERENCE: Final = re.compile(r"(?<![0-9A-Za-z-])T-[0-9A-HJKMNP-TV-Z]{7}(?![0-9A-Za-z])")
MOST_REFERENCES: Final = 5


@dataclass(frozen=True, slots=True)
class MailThread:
    """The ticket that a mail belongs to, and who of its customers wrote it; None where somebody else did."""

    ticket: Ticket
    customer: Customer | None

    @property
    def by_customer(self) -> bool:
        return self.customer is not None


def thread_of(
    letter: Letter, *, own: str, writer: MailWriter, store: Store, known: Mapping[str, MailId]
) -> MailThread | None:
    """Return where a mail goes on; None if it begins something.

    By the address that we signed for answers, of several rather that of a ticket of the writer's own; by the mails that
    it answers, of which `known` says what is known; by one that names it and came sooner, if the customer of that
    ticket wrote it; by a reference in its subject, if whoever wrote it takes part there, and not a form for them.
    """
    signed = [MailThread(ticket, _customer_of(ticket, writer)) for ticket in _by_address(letter, store)]
    if signed:
        return next((thread for thread in signed if thread.by_customer), signed[0])
    named = (known[value] for value in named_ids(letter) if value in known)
    spoken_of = (known[value] for value in (own,) if value in known)
    for row in (*named, *spoken_of):
        customer = _customer_of(row.ticket, writer)
        if customer is not None or row.message is not None:
            return MailThread(row.ticket, customer)
    return None if writer.by_form else next(_by_subject(letter, writer, store), None)


def _by_address(letter: Letter, store: Store) -> QuerySet[Ticket]:
    keys = mail_keys()
    numbers = (ticket_of_address(each.address, keys=keys) for each in (*letter.to, *letter.cc))
    tickets = Ticket.objects.filter(store=store, pk__in=[number for number in numbers if number])
    return tickets.select_related("customer").order_by("pk")


def _by_subject(letter: Letter, writer: MailWriter, store: Store) -> Iterator[MailThread]:
    for ticket in tickets_named_in(letter.subject, store=store):
        customer = _customer_of(ticket, writer)
        if customer is not None or (writer.address and _has_written(ticket, writer.key)):
            yield MailThread(ticket, customer)


def tickets_named_in(subject: str, *, store: Store) -> QuerySet[Ticket]:
    """Return the tickets of a store whose references stand in a subject."""
    references = _REFERENCE.findall(subject)[:MOST_REFERENCES]
    return Ticket.objects.filter(store=store, reference__in=references).select_related("customer")


def _customer_of(ticket: Ticket, writer: MailWriter) -> Customer | None:
    """Return who the writer is of those who asked there; None where they did not."""
    asked = customers_on(last_of_chain(ticket)) if writer.address else ()
    return next((each for each in asked if each.email_key == writer.key), None)


def customers_on(last: Ticket) -> Iterator[Customer]:
    """Yield who asked on the last ticket of a chain, and on those that were merged into it: it goes on for them all."""
    yield last.customer
    for merged in last.merged.select_related("customer"):
        yield from customers_on(merged)


def has_written_as_third_party(ticket: Ticket, address_key: str) -> bool:
    """Tell whether somebody other than the customer has written on a ticket from this address."""
    return address_key != ticket.customer.email_key and _has_written(ticket, address_key)


def _has_written(ticket: Ticket, address_key: str) -> bool:
    theirs = RawMail.objects.filter(store=ticket.store_id, sender_key=address_key, message__ticket=ticket)
    return theirs.exists()


def is_alone(given: MailToFile, thread: MailThread) -> bool:
    """Tell whether nobody looks any more where a mail of a third party would go: its ticket has ended for good.

    A colleague, and whoever was written to there as a third party, still speaks of what has ended.
    """
    last = last_of_chain(thread.ticket)
    if thread.by_customer or given.is_history or not has_ended_for_good(last):
        return False
    return not (is_colleague(given.writer.key, ours=given.ours) or _was_asked(given, thread.ticket, last))


def _was_asked(given: MailToFile, *tickets: Ticket) -> bool:
    """Tell whether it answers a letter of ours to somebody outside, or is from where one was sent."""
    named = (row.message for row in given.known.values() if row.message is not None)
    if any(message.author == Author.AGENT and not message.public for message in named):
        return True
    letters = MessageParty.objects.written_to().filter(
        message__ticket__in=tickets, message__author=Author.AGENT, message__public=False
    )
    return letters.filter(address_key=given.writer.key).exists()


def own_thread(writer: MailWriter, *, ended: Ticket) -> MailThread | None:
    """Return the ticket that somebody else began when they wrote to an ended one, if they did."""
    theirs = Ticket.objects.filter(follows=ended, customer__email_key=writer.key).select_related("customer")
    begun = theirs.order_by("-id").first() if writer.address else None
    return MailThread(begun, begun.customer) if begun else None
