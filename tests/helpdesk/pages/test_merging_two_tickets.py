"""Merging is looked at before it is done: a slip in the reference loses nothing and merges nothing."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import ticket_status
from tests.make import Make

ANNA = {"external_id": "anna", "name": "Anna"}
CARL = {"external_id": "carl", "name": "Carl", "email": "carl@example.com"}


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is it?", customer=ANNA)


@pytest.fixture(autouse=True)
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def look(client: Client, ticket: Ticket, typed: str) -> tuple[int, str]:
    page = client.get(f"{reverse('ticket-merging', args=[ticket.reference])}?into={quote(typed)}")
    return page.status_code, unescape(page.content.decode())


def confirm(client: Client, ticket: Ticket, page: str) -> HttpResponse:
    """Press the button of a page on which two tickets were looked at."""
    fields = dict(re.findall(r'<input type="hidden" name="(into|customer)" value="([^"]*)"', page))
    return client.post(reverse("ticket-merged-into", args=[ticket.reference]), fields)  # type: ignore[return-value]


def is_merged(ticket: Ticket) -> bool:
    ticket.refresh_from_db()
    return ticket.status == Status.MERGED


def test_two_tickets_are_shown_and_then_merged(client: Client, make: Make, ticket: Ticket) -> None:
    other = make.ticket(now=database_now(), subject="And when?", customer=ANNA)
    status, page = look(client, ticket, f" {other.reference.lower()} ")

    assert status == 200
    for words in ("Where is it?", "And when?", "This ticket ends", "This one goes on", "Yes, merge them"):
        assert words in page
    assert "two customers" not in page
    assert not is_merged(ticket)
    assert confirm(client, ticket, page).status_code == 302
    assert is_merged(ticket)
    assert other.reference in client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def test_another_customers_ticket_is_said_to_be_one(client: Client, make: Make, ticket: Ticket) -> None:
    other = make.ticket(now=database_now(), customer=CARL)
    page = look(client, ticket, other.reference)[1]

    assert "<bdi>Carl</bdi> alone will be answered" in page
    assert "carl@<wbr>example.<wbr>com" in page


def test_what_was_not_looked_at_is_shown_before_it_is_done(
    client: Client, make: Make, ticket: Ticket
) -> None:
    other = make.ticket(now=database_now(), customer=CARL)
    address = reverse("ticket-merged-into", args=[ticket.reference])
    for fields in ({}, {"into": other.reference}, {"into": other.reference, "customer": ticket.customer_id}):
        answer = client.post(address, fields, follow=True)
        assert "Merge" in answer.content.decode()
    assert "Yes, merge them" in answer.content.decode()
    assert not is_merged(ticket)


@pytest.mark.parametrize("typed", ["T-NOTHERE", "t-0", "<b>", "T-1\0", "x" * 500, "É"])
def test_a_mistyped_reference_stays_and_is_said(client: Client, ticket: Ticket, typed: str) -> None:
    status, page = look(client, ticket, typed)
    assert status == 422
    assert "that you can see. Look at its reference again." in page
    assert 'aria-describedby="into-hint into-error"' in page
    assert "Yes, merge them" not in page


def test_a_foreign_ticket_is_as_if_it_were_not_there(client: Client, make: Make, ticket: Ticket) -> None:
    foreign = make.ticket(now=database_now(), queue=make.queue("Elsewhere"), subject="A secret")
    status, page = look(client, ticket, foreign.reference)
    assert status == 422
    assert "A secret" not in page

    fields = {"into": foreign.reference, "customer": foreign.customer_id}
    client.post(reverse("ticket-merged-into", args=[ticket.reference]), fields)
    assert not is_merged(ticket)


def test_why_two_tickets_cannot_be_one_is_said_beside_the_field(
    client: Client, make: Make, owner: Agent, ticket: Ticket
) -> None:
    elsewhere = make.ticket(now=database_now(), store=make.store("Another shop"))
    ended = make.ticket(now=database_now())
    with transaction.atomic():
        ticket_status.close(ticket=ended, by=owner, now=database_now())

    assert "Only tickets of one store can be merged." in look(client, ticket, elsewhere.reference)[1]
    assert "A ticket cannot be merged into itself." in look(client, ticket, ticket.reference)[1]
    assert "This ticket is closed." in look(client, ticket, ended.reference)[1]


def test_what_changed_after_the_look_is_said(
    client: Client, make: Make, owner: Agent, ticket: Ticket
) -> None:
    other = make.ticket(now=database_now(), customer=ANNA)
    page = look(client, ticket, other.reference)[1]
    with transaction.atomic():
        ticket_status.close(ticket=other, by=owner, now=database_now())

    answer = confirm(client, ticket, page)
    assert "This ticket is closed." in client.get(answer.headers["Location"]).content.decode()
    assert not is_merged(ticket)


def test_the_form_is_there_before_anything_is_typed(client: Client, ticket: Ticket) -> None:
    status, page = look(client, ticket, "")
    assert status == 200
    assert ("Merge" in page, 'id="into-error"' in page) == (True, False)


def test_a_reference_is_understood_as_people_read_it_out(client: Client, make: Make, ticket: Ticket) -> None:
    other = make.ticket(now=database_now(), subject="And when?", customer=ANNA)
    spoken = other.reference.removeprefix("T-").replace("0", "o").replace("1", "l")

    assert "And when?" in look(client, ticket, f"{spoken[:3]} {spoken[3:]}")[1]


def test_the_customers_other_live_tickets_are_proposed(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    other = make.ticket(now=database_now(), customer=ANNA)
    stranger = make.ticket(now=database_now(), customer={"email": "someone.else@example.com"})

    _status, page = look(client, ticket, "T-XXXXXXX")

    proposed = [f'name="into" value="{one.reference}"' in page for one in (other, stranger)]
    assert proposed == [True, False]
    assert 'id="into-error"' in page
    assert 'name="into" value="T-XXXXXXX"' in page
