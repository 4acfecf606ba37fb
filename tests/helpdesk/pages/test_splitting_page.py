"""Splitting messages off a ticket: chosen, seen as both tickets would be, and only then done."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Message, Ticket
from tests.helpdesk.pages.test_the_ticket_page import owner, ticket
from tests.make import Make

__all__ = ["owner", "ticket"]


@pytest.fixture
def asked(ticket: Ticket) -> Message:
    with transaction.atomic():
        return replies.receive_customer_message(
            ticket=ticket, body="My sister's parcel is lost, too.", now=database_now()
        )


def address(ticket: Ticket) -> str:
    return reverse("ticket-splitting", args=[ticket.reference])


def test_what_could_go_can_be_chosen_but_the_first_message(
    client: Client, owner: Agent, ticket: Ticket, asked: Message
) -> None:
    page = client.get(address(ticket))

    assert page.status_code == 200
    first = Message.objects.filter(ticket=ticket).earliest("pk")
    said = page.content.decode()
    assert (f'value="{asked.pk}"' in said, f'name="messages" value="{first.pk}"' in said) == (True, False)
    assert "Yes, split them off" not in said


def test_both_sides_are_seen_before_anything_is_done(
    client: Client, owner: Agent, ticket: Ticket, asked: Message
) -> None:
    page = client.get(
        address(ticket), {"messages": str(asked.pk), "email": "maria@example.com", "name": "Maria"}
    )

    said = page.content.decode()
    assert ("This ticket then" in said, "The new ticket" in said, "another person" in said) == (True,) * 3
    assert 'value="My sister' in said
    assert (Ticket.objects.count(), ticket.messages.count()) == (1, 2)


def test_what_was_looked_at_is_done_and_can_be_undone(
    client: Client, owner: Agent, ticket: Ticket, asked: Message
) -> None:
    form = {"messages": asked.pk, "email": "maria@example.com", "name": "Maria", "subject": "Another parcel"}

    page = client.post(address(ticket), form, follow=True).content.decode()

    other = Ticket.objects.get(split_from=ticket)
    assert (other.subject, other.customer.name) == ("Another parcel", "Maria")
    assert ("<undo-toast>" in page, "My sister" in page, ticket.reference in page) == (True, True, True)
    old = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert ("My sister&#x27;s parcel" in old, other.reference in old) == (False, True)

    client.post(reverse("ticket-undo", args=[other.reference]), {"seq": "1"}, follow=True)

    asked.refresh_from_db()
    assert asked.ticket == ticket


def test_a_mistyped_address_loses_nothing(
    client: Client, owner: Agent, ticket: Ticket, asked: Message
) -> None:
    page = client.post(address(ticket), {"messages": asked.pk, "email": "maria@", "subject": "Another"})

    said = page.content.decode()
    assert (page.status_code, "no e-mail address" in said, 'value="maria@"' in said) == (422, True, True)
    assert (f'value="{asked.pk}" checked' in said, 'value="Another"' in said) == (True, True)


def test_nothing_chosen_is_said(client: Client, owner: Agent, ticket: Ticket, asked: Message) -> None:
    assert "Choose at least one message" in client.post(address(ticket), {"x": "y"}).content.decode()


@pytest.mark.parametrize(("who", "status"), [("colleague", 200), ("outsider", 404)])
def test_whoever_sees_the_ticket_sees_the_page(
    client: Client, make: Make, ticket: Ticket, who: str, status: int
) -> None:
    client.force_login(make.agent(who))

    assert client.get(address(ticket)).status_code == status
    assert client.post(address(ticket), {}).status_code == (422 if status == 200 else 404)


def test_who_was_deactivated_is_asked_to_log_in(client: Client, owner: Agent, ticket: Ticket) -> None:
    Agent.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get(address(ticket)).status_code == 302
