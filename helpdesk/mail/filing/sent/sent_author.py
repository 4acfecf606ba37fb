"""Who answered outside Attend: one of the agents, or else the mailbox by its public name."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from helpdesk.mail.addressing.colleagues import is_agent
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import Agent, Ticket
from helpdesk.tickets.membership import works_in
from helpdesk.tickets.opening.customer_match import email_key


class SentAuthor(NamedTuple):
    """An agent, or a name."""

    agent: Agent | None
    name: str


def is_ours(letter: Letter, *, ours: OurAddresses) -> bool:
    """Tell whether it is from an address of ours, or an agent's; others' mail may have been moved there."""
    address = letter.sender.address.lower()
    return address in ours or is_agent(address)


def author_of(given: MailToFile, *, ticket: Ticket) -> SentAuthor:
    """Return the agent of the ticket's queue whose address it is from, or whose name if nobody else has it.

    Whoever asked on the ticket does not answer themself.
    """
    known = [agent for agent in _agents_like(given.letter) if works_in(agent, queue_id=ticket.queue_id)]
    others = [agent for agent in known if email_key(agent.email) != ticket.customer.email_key]
    if len(others) == 1:
        return SentAuthor(others[0], "")
    box = given.mail.mailbox
    return SentAuthor(None, box.public_name if box else given.store.name)


def _agents_like(letter: Letter) -> list[Agent]:
    address, name = letter.sender.address.lower(), letter.sender.name.strip()
    active = Agent.objects.filter(is_active=True)
    by_address = list(active.filter(email=address)) if address else []
    return by_address or list(active.filter(Q(name__iexact=name) & ~Q(name="")))
