"""Lists that were kept by name: those that ask for somebody, or are called after them, go with them."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from helpdesk.models import Agent, Customer, SavedView
from helpdesk.tickets.opening.customer_match import email_key


def delete_for_customer(customer: Customer) -> None:
    """Delete the lists, whose they are, that say their address, or their name where that has several words."""
    said = re.compile("|".join(_called(customer)) or r"(?!)", re.IGNORECASE)
    found = [
        view.pk
        for view in SavedView.objects.all()
        if said.search(f"{view.name}\n{email_key(unquote_plus(view.query))}")
    ]
    SavedView.objects.filter(pk__in=found).delete()


def _called(customer: Customer) -> list[str]:
    names = [customer.name] if " " in customer.name.strip() else []
    addresses = [customer.email, customer.email_key]
    return [rf"(?<!\w){re.escape(said)}(?!\w)" for said in (*names, *addresses) if said]


def delete_of_agent(agent: Agent) -> None:
    """Delete what an agent has kept for themself; what is shared is their queue's."""
    SavedView.objects.filter(agent=agent, queue=None).delete()
