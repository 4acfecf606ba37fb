"""To whom a message goes by mail: settled by value when *Send* is pressed, and kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Customer, Message, MessageParty, PartyRole, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.customer_match import email_key

MOST_RECIPIENTS: Final = 20
"""So many may one message go to: more is a mailing, which people have other tools for."""


class TooManyRecipients(Refused):
    """More people than an answer goes to."""

    code = "too-many-recipients"
    place = "/cc"
    sentence = _("One message goes to %(most)d people at most.")


class NothingLeavesByMail(Refused):
    """Somebody is on Cc, and the message would never get to them."""

    code = "nothing-leaves-by-mail"
    place = "/cc"
    sentence = _("Answers to this customer do not leave by mail: nobody else would get this one.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom a message goes."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def key(self) -> str:
        """What two spellings of one address have in common."""
        return email_key(self.address)


@dataclass(frozen=True, slots=True)
class MailRecipients:
    """Whom a message is to, and who gets a copy: each address once. Made by `recipients`."""

    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...] = ()

    def __iter__(self) -> Iterator[Recipient]:
        yield from (*self.to, *self.cc)


def recipients(to: Recipient, cc: Sequence[Recipient] = ()) -> MailRecipients:
    """Return them, each address once, `to` first; raises `TooManyRecipients`."""
    first, *others = each_once((to, *cc))
    if len(others) >= MOST_RECIPIENTS:
        raise TooManyRecipients(most=MOST_RECIPIENTS)
    return MailRecipients((first,), tuple(others))


def each_once(people: Iterable[Recipient]) -> list[Recipient]:
    """Return people in their order, each address where and as it is named first."""
    found: dict[str, Recipient] = {}
    for person in people:
        found.setdefault(person.key, person)
    return list(found.values())


def customer_as_recipient(customer: Customer) -> Recipient:
    return Recipient(customer.email, customer.name)


def newcomers(people: Sequence[Recipient], *, ticket: Ticket) -> list[Recipient]:
    """Return those who have neither written on this ticket, or one that was merged into it, nor been written to."""
    others = {person.key: person for person in people if person.key != ticket.customer.email_key}
    if not others:
        return []
    on_it = Q(message__ticket=ticket) | Q(message__ticket__merged_into=ticket)
    met = MessageParty.objects.filter(on_it, address_key__in=others)
    known = set(met.values_list("address_key", flat=True))
    return [person for key, person in others.items() if key not in known]


def keep_recipients(of: Message, settled: MailRecipients) -> None:
    """Keep with a message that is stored whom it goes to, and which of them are new on its ticket."""
    named = [*((PartyRole.TO, each) for each in settled.to), *((PartyRole.CC, each) for each in settled.cc)]
    new = newcomers([*settled], ticket=of.ticket)
    MessageParty.objects.bulk_create(
        MessageParty(
            message=of,
            role=role,
            name=person.name,
            address=person.address,
            address_key=person.key,
            is_new=person in new,
        )
        for role, person in named
    )
