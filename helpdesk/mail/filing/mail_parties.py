"""Who wrote a mail and to whom, kept with the message that it has become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from helpdesk.input.visible_text import one_line, storable
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.mail.reading.headers.mail_addresses import MailAddress
from helpdesk.models import Message, MessageParty, PartyRole
from helpdesk.tickets.opening.customer_match import email_key

MOST_PARTIES: Final = 100
"""So many are kept of a mail, in its order: nobody answers to more."""


def keep_parties(given: MailToFile, *, message: Message) -> None:
    """Keep by value who wrote a message and to whom; whoever is named twice in a line is kept once."""
    parties = [_party(role, named, message) for role, named in _named(given) if named.address][:MOST_PARTIES]
    MessageParty.objects.bulk_create(parties, ignore_conflicts=True)


def _named(given: MailToFile) -> Iterator[tuple[PartyRole, MailAddress]]:
    yield PartyRole.SENDER, MailAddress(given.writer.address, given.writer.name)
    yield from ((PartyRole.TO, each) for each in given.letter.to)
    yield from ((PartyRole.CC, each) for each in given.letter.cc)


def _party(role: PartyRole, named: MailAddress, message: Message) -> MessageParty:
    address = storable(named.address)
    known_as = {"name": one_line(storable(named.name)), "address": address, "address_key": email_key(address)}
    return MessageParty(message=message, role=role, **known_as)
