"""A claim says before it ends that it does, and is kept by a press."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets.assignment import claim
from tests.helpdesk.pages.test_the_ticket_page import owner, place, said, ticket
from tests.make import Make

__all__ = ["owner", "ticket"]

TOLD = "Returns to the queue in 1 min."


def claimed_long_ago(ticket: Ticket, by: Agent) -> None:
    """Let somebody have claimed the ticket so long ago that a minute is left."""
    with transaction.atomic():
        claim(ticket=ticket, by=by, now=database_now())
    Ticket.objects.filter(pk=ticket.pk).update(claim_ends_at=database_now() + timedelta(seconds=30))


def shown(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def test_whoever_has_claimed_it_is_told_and_keeps_it(client: Client, owner: Agent, ticket: Ticket) -> None:
    claimed_long_ago(ticket, owner)
    assert TOLD in shown(client, ticket)
    assert TOLD in client.get(reverse("tickets")).content.decode()

    assert said(client, ticket, "claim") == "It stays with you until you give it back."
    assert TOLD not in shown(client, ticket)
    assert said(client, ticket, "claim") == "It was yours to keep already."


def test_nobody_else_is_told_or_keeps_it(client: Client, owner: Agent, make: Make, ticket: Ticket) -> None:
    claimed_long_ago(ticket, make.agent("colleague"))

    assert TOLD not in shown(client, ticket)
    assert said(client, ticket, "claim") == "It has gone back to the queue. Claim it again, if nobody has."


def test_to_outsiders_and_to_who_is_gone_there_is_no_such_ticket(
    client: Client, make: Make, owner: Agent, ticket: Ticket
) -> None:
    claimed_long_ago(ticket, owner)
    client.force_login(make.agent("outsider"))
    assert client.post(place(ticket, "claim")).status_code == 404

    client.force_login(owner)
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.post(place(ticket, "claim")).headers["Location"].startswith(reverse("login"))
    ticket.refresh_from_db()
    assert ticket.claim_ends_at is not None
