"""Who stood in for the customer is shown on the ticket, and an agent says who it really is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Mailbox, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db

FORWARDED = """Can you take this?

---------- Forwarded message ---------
From: "Jon <b> Smith" <jon@example.com>
Date: Mon, Mar 9, 2026 at 3:00 PM
Subject: My lamp
To: Colleague <colleague@shop.example>

Where is my lamp?
"""


@pytest.fixture
def mailbox(make: Make, client: Client) -> Mailbox:
    client.force_login(make.agent())
    return make.mailbox()


def came(mailbox: Mailbox, body: str = "Hello", **headers: str) -> Ticket:
    kept = post(mailbox.store, mail(body, **headers))  # type: ignore[arg-type]  # names of headers
    assert kept.message is not None
    return kept.message.ticket


def shown(client: Client, ticket: Ticket) -> str:
    return " ".join(client.get(reverse("ticket", args=[ticket.reference])).content.decode().split())


def say(client: Client, ticket: Ticket, **given: str) -> str:
    address = reverse("ticket-customer", args=[ticket.reference])
    page = client.post(address, given, follow=True).content.decode()
    ticket.refresh_from_db()
    return page


def test_through_whom_a_mail_came_is_shown(client: Client, mailbox: Mailbox) -> None:
    ticket = came(mailbox, by="mailer@shopify.com", Reply_To="jon@example.com")

    assert "It came from <bdi>mailer@shopify.com</bdi>" in shown(client, ticket)


@pytest.mark.parametrize("by", ["owner@example.com", "anybody@shop.example"])
def test_the_inner_sender_of_a_forwarded_mail_is_offered_and_pressed(
    client: Client, mailbox: Mailbox, by: str
) -> None:
    ticket = came(mailbox, FORWARDED, by=by, subject="Fwd: My lamp")
    assert ticket.customer.email == by
    page = shown(client, ticket)
    assert "Make <bdi>jon@example.com</bdi> the customer" in page
    assert 'name="name" value="Jon &lt;b&gt; Smith"' in page

    say(client, ticket, email="jon@example.com", name="Jon Smith")
    assert (ticket.customer.email, ticket.customer.name) == ("jon@example.com", "Jon Smith")
    assert "Make <bdi>" not in shown(client, ticket)


@pytest.mark.parametrize("by", ["jon@example.net", "eve@gmail.com"])
def test_what_a_customer_forwards_offers_nobody(client: Client, make: Make, by: str) -> None:
    client.force_login(make.agent())
    ticket = came(make.mailbox("lampshop@gmail.com"), FORWARDED, by=by, subject="Fwd: My lamp")

    assert "jon@example.com</bdi> the customer" not in shown(client, ticket)


def test_anybody_can_be_named(client: Client, mailbox: Mailbox) -> None:
    ticket = came(mailbox, by="mailer@shopify.com", Reply_To="typo@exmaple.com")
    page = say(client, ticket, email=" Jon@Example.com ", name="Jon\r\nSmith")

    assert "They are the customer now." in page
    assert (ticket.customer.email, ticket.customer.name) == ("Jon@Example.com", "Jon  Smith")
    assert "They were the customer already." in say(client, ticket, email="jon@example.com")


@pytest.mark.parametrize(
    "typed", ["", "jon", "jon@example.com, eve@example.com", "a@b\u202ec", "x" * 100_000]
)
def test_what_is_no_address_is_refused(client: Client, mailbox: Mailbox, typed: str) -> None:
    ticket = came(mailbox)
    before = ticket.customer

    assert "is no e-mail address" in say(client, ticket, email=typed)
    assert ticket.customer == before


def test_it_can_be_undone(client: Client, mailbox: Mailbox) -> None:
    ticket = came(mailbox)
    say(client, ticket, email="eve@example.com")
    client.post(reverse("ticket-undo", args=[ticket.reference]))

    ticket.refresh_from_db()
    assert ticket.customer.email == "jon@example.com"


def test_the_outsider_reaches_no_ticket(client: Client, make: Make, mailbox: Mailbox) -> None:
    ticket = came(mailbox)
    client.force_login(make.agent("outsider"))

    address = reverse("ticket-customer", args=[ticket.reference])
    assert client.post(address, {"email": "eve@example.com"}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.customer.email == "jon@example.com"
