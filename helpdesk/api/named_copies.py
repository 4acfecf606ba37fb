"""Who gets a copy of what an agent writes: those whom a request names, else those whom the page would offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused
from helpdesk.conversation.mailed_replies import mailbox_of
from helpdesk.conversation.recipients import Recipient
from helpdesk.input.visible_text import isolated
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.addressing.sendable_email import sendable_email
from helpdesk.mail.addressing.ticket_answer import copies_of_answer
from helpdesk.mail.addressing.typed_addresses import NoAddress
from helpdesk.models import Message, PartyRole, Store, Ticket
from helpdesk.tickets.ended_ticket import last_of_chain


def copies_of_reply(ticket: Ticket, named: Sequence[str] | None) -> Sequence[Recipient]:
    """Return those who are named but for ourselves, or where nobody is said (null) those of the newest mail.

    Of a merged ticket it is the mail on the last of its chain, where the reply will stand. Raises `NoAddress`.
    """
    if named is not None:
        return named_copies(named, store=ticket.store)
    last = last_of_chain(ticket)
    leaves = bool(last.customer.email) and mailbox_of(last) is not None
    return copies_of_answer(last) if leaves else ()


def named_copies(named: Sequence[str], *, store: Store, at: str = "/cc") -> list[Recipient]:
    """Return those who are named but for ourselves; raises `NoAddress` with every one that is none."""
    wrong = [NoAddress(typed=isolated(each), pointer=f"{at}/{place}") for place, each in _unsendable(named)]
    if wrong:
        raise wrong[0].with_others(wrong[1:])
    ours = OurAddresses(store.environment)
    return [Recipient(each) for each in named if each not in ours]


def _unsendable(named: Sequence[str]) -> Iterator[tuple[int, str]]:
    return ((place, each) for place, each in enumerate(named) if sendable_email(each) is None)


def odd_copies(*, pointer: str) -> RequestRefused:
    """Return the refusal (422) of copies of what no agent writes to the customer now."""
    detail = _("Only what an agent writes to the customer now goes to others besides.")
    return RequestRefused(422, "contradiction", detail, pointer=pointer)


def copies_told(message: Message) -> set[str]:
    """Return the keys of those to whom a message went besides, as it was stored."""
    return {party.address_key for party in message.parties.all() if party.role == PartyRole.CC}


def copies_meant(named: Sequence[str], *, ticket: Ticket) -> set[str]:
    """Return the keys of those who are meant by a request that names them: neither ourselves, nor the customer."""
    meant = {each.key for each in named_copies(named, store=ticket.store)}
    return meant - {ticket.customer.email_key or ""}


def left_out(named: Sequence[str] | None, *, store: Store, at: str = "/cc") -> list[str]:
    """Say which of those who are named get no copy, for they are us."""
    ours = OurAddresses(store.environment)
    sentence = _("%(pointer)s is an address of ours, and was left out.")
    places = [place for place, each in enumerate(named or ()) if each in ours]
    return [sentence % {"pointer": f"{at}/{place}"} for place in places]
