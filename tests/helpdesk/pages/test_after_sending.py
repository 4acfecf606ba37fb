"""After sending: what the button says becomes of the ticket, and one goes on where one prefers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import AfterSending, Agent, Status, Ticket
from helpdesk.tickets import ticket_status
from tests.make import Make

BUTTONS = {"wait": Status.PENDING, "resolve": Status.RESOLVED, "open": Status.OPEN}
STANDS = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED)


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


def send(client: Client, ticket: Ticket, *, follow: bool = False, **fields: Any) -> Any:
    ticket.refresh_from_db()
    typed = {"mode": "public", "then": "wait", "body": "Here.", "seen_seq": ticket.last_seq, "token": uuid4()}
    address = reverse("ticket-messages", args=[ticket.reference])
    return client.post(address, typed | fields, follow=follow)


def stand(ticket: Ticket, status: str, by: Agent) -> None:
    if status != Status.NEW:
        with transaction.atomic():
            ticket_status.set_status(ticket=ticket, status=status, by=by, now=database_now())


@pytest.mark.parametrize("status", STANDS)
@pytest.mark.parametrize(("button", "becomes"), BUTTONS.items())
def test_a_button_does_what_it_says_however_the_ticket_stood(
    client: Client, owner: Agent, make: Make, ticket: Ticket, status: str, button: str, becomes: str
) -> None:
    stand(ticket, status, make.agent("colleague"))

    assert send(client, ticket, then=button).status_code == 302

    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since, ticket.messages.filter(author="agent").count()) == (
        becomes,
        None,
        1,
    )


@pytest.mark.parametrize(("button", "becomes"), BUTTONS.items())
def test_on_one_that_the_customer_reopened_meanwhile_it_asks_first(
    client: Client, owner: Agent, ticket: Ticket, button: str, becomes: str
) -> None:
    stand(ticket, Status.RESOLVED, owner)
    ticket.refresh_from_db()
    seen = ticket.last_seq
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Not yet!", now=database_now())

    assert send(client, ticket, then=button, seen_seq=seen).status_code == 409
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    send(client, ticket, then=button)
    ticket.refresh_from_db()
    assert ticket.status == becomes


def test_one_that_was_resolved_a_moment_ago_by_oneself_stands_open_as_if_it_never_had_been(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    stand(ticket, Status.RESOLVED, owner)
    send(client, ticket, then="open")

    assert "undone" in ticket.events.values_list("kind", flat=True)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_whoever_answers_what_nobody_has_is_told_that_it_is_theirs(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    first = send(client, ticket, follow=True).content.decode()
    second = send(client, ticket, follow=True).content.decode()

    assert "Nobody had this ticket: it is yours now." in first
    assert "it is yours now" not in second
    ticket.refresh_from_db()
    assert ticket.assignee == owner


def test_staying_is_usual_and_leads_to_what_was_said(client: Client, owner: Agent, ticket: Ticket) -> None:
    answer = send(client, ticket)
    message = ticket.messages.get(author="agent")
    assert answer["Location"] == f"{reverse('ticket', args=[ticket.reference])}#m{message.pk}"


def test_the_next_ticket_is_taken_as_by_its_button(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    waits = make.ticket(now=database_now())
    answer = send(client, ticket, after_sending="next")

    assert answer["Location"] == reverse("ticket", args=[waits.reference])
    waits.refresh_from_db()
    assert waits.assignee == owner
    last = send(client, waits, after_sending="next", follow=True)
    assert last.redirect_chain[-1][0] == reverse("queue")
    assert "Nothing is left to take." in last.content.decode()


@pytest.mark.parametrize(
    ("told", "leads_to"),
    [("", "/"), ("/tickets/?status=open", "/tickets/?status=open"), ("https://evil.example/", "/")],
)
def test_back_to_the_list_as_it_stood_and_nowhere_else(
    client: Client, owner: Agent, ticket: Ticket, told: str, leads_to: str
) -> None:
    answer = send(client, ticket, after_sending="list", next=told)
    assert answer["Location"] == (reverse("queue") if leads_to == "/" else leads_to)


def test_what_was_chosen_beside_the_button_is_preferred_from_then_on(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    send(client, ticket, after_sending="list")
    owner.refresh_from_db()
    assert owner.after_sending == AfterSending.LIST
    assert send(client, ticket)["Location"] == reverse("queue")

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert '<option value="list" selected>' in page
    send(client, ticket, after_sending="nowhere")
    owner.refresh_from_db()
    assert owner.after_sending == AfterSending.LIST


def test_a_note_stays_on_its_ticket_and_a_refused_answer_keeps_the_choice(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    noted = send(client, ticket, mode="note", then="note", after_sending="list")
    assert noted["Location"].startswith(reverse("ticket", args=[ticket.reference]))
    refused = send(client, ticket, body=" ", after_sending="next")
    assert (refused.status_code, '<option value="next" selected>' in refused.content.decode()) == (422, True)
    owner.refresh_from_db()
    assert owner.after_sending == AfterSending.STAY
