"""A page that stands hears what happened since, and nothing is sent from it before its writer has seen that."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import assignment, ticket_status
from tests.make import Make


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def typed(ticket: Ticket, **fields: object) -> dict[str, object]:
    start = {"mode": "public", "then": "wait", "body": "Here it is.", "seen_seq": ticket.last_seq}
    return {**start, "token": str(uuid4()), **fields}


def send(client: Client, ticket: Ticket, form: dict[str, object]) -> tuple[int, str]:
    answer = client.post(reverse("ticket-messages", args=[ticket.reference]), form, follow=True)
    return answer.status_code, unescape(answer.content.decode())


def newer(client: Client, ticket: Ticket) -> str:
    """Return what a page that was opened before anything happened hears of."""
    address = reverse("ticket-newer-messages", args=[ticket.reference])
    return unescape(client.get(f"{address}?seen=1").content.decode())


def seen_on(page: str) -> int:
    found = re.search(r'name="seen_seq" value="(\d+)"', page)
    assert found
    return int(found[1])


def test_what_a_colleague_ended_is_not_reopened_without_a_word(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    form = typed(ticket, body="My long answer.")
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())
    status, page = send(client, ticket, form)

    assert status == 409
    assert "This ticket has changed since you opened it." in page
    assert "\u2068Colleague\u2069 resolved it" in page
    assert "My long answer." in page
    assert "Send, open it again and wait for the customer" in page
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED

    status, page = send(client, ticket, form | {"seen_seq": seen_on(page)})
    assert "Sent. The ticket waits for the customer." in page


def test_a_refused_text_does_not_count_as_having_seen_what_came_meanwhile(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    form = typed(ticket, body=" ")
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="It came!", now=database_now())

    status, page = send(client, ticket, form)
    assert status == 422
    assert "1 message came after you opened this page." in page
    assert "New since you looked" in page


def test_a_standing_page_hears_who_did_what_and_how_the_ticket_stands(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    assert "notice" not in newer(client, ticket)
    colleague = make.agent("colleague")
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=colleague, now=database_now())
        ticket_status.resolve(ticket=ticket, by=colleague, now=database_now())
        replies.add_note(ticket=ticket, author=colleague, body="Called them.", now=database_now())

    told = newer(client, ticket)
    for words in ("claimed it", "resolved it", "added a note"):
        assert f"\u2068Colleague\u2069 {words}." in told
    page = client.get(reverse("ticket", args=[ticket.reference]) + "?part=live").content.decode()
    standing = page.partition('id="standing"')[2].partition("</p>")[0]
    assert "Resolved" in standing
    assert "<bdi>Colleague</bdi>" in standing


def test_a_standing_page_hears_of_what_a_machine_sent_too(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    with transaction.atomic():
        replies.send_automatically(ticket=ticket, body="We have it.", now=database_now())

    told = newer(client, ticket)
    assert "notice" in told
    assert "public reply sent." in told
    assert "came after you opened this page" not in told


def test_of_a_long_absence_the_latest_changes_are_told(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    with transaction.atomic():
        for status in (Status.ON_HOLD, Status.OPEN) * 4:
            ticket_status.set_status(
                ticket=ticket, status=status, by=make.agent("colleague"), now=database_now()
            )
    assert newer(client, ticket).count("set the status") == 5


def test_the_sentence_after_sending_says_how_the_ticket_stands(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status=Status.ON_HOLD, by=owner, now=database_now())
    said = send(client, ticket, typed(ticket, then="keep_open"))[1]
    assert "Sent. The ticket stays on hold." in said

    ticket.refresh_from_db()
    send(client, ticket, typed(ticket, then="resolve"))
    ticket.refresh_from_db()
    said = send(client, ticket, typed(ticket, then="keep_open"))[1]
    assert "Sent, and the ticket is resolved." in said


def test_a_second_press_with_other_words_is_not_swallowed(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    first = typed(ticket, body="It is on its way.")
    send(client, ticket, first)
    status, page = send(client, ticket, first | {"body": "It is on its way, and here is its number."})

    assert status == 409
    assert "An earlier version of this was sent already" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    assert token[1] != first["token"]

    again = first | {"body": "And here is its number.", "token": token[1], "seen_seq": seen_on(page)}
    assert send(client, ticket, again)[0] == 200
    assert ticket.messages.filter(author="agent").count() == 2


def test_a_note_is_not_said_to_be_added_where_a_reply_had_left(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    first = typed(ticket, body="It is on its way.")
    send(client, ticket, first)
    status, page = send(client, ticket, first | {"mode": "note"})

    assert status == 409
    assert "The customer does not see it." not in page
    assert ticket.messages.filter(author="agent", public=True).count() == 1


def test_what_was_sent_bears_the_token_of_its_draft(client: Client, owner: Agent, ticket: Ticket) -> None:
    form = typed(ticket)
    assert f'data-sent="{form["token"]}"' in send(client, ticket, form)[1]


def test_what_is_wrong_with_a_text_is_tied_to_its_field(client: Client, owner: Agent, ticket: Ticket) -> None:
    plain = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "id_body_error" not in plain

    page = send(client, ticket, typed(ticket, body=""))[1]
    assert 'aria-describedby="id_body_error"' in page
    assert '<div id="id_body_error" role="alert">' in page


def test_resolving_asks_and_says_whether_somebody_waits(client: Client, owner: Agent, ticket: Ticket) -> None:
    address = reverse("ticket", args=[ticket.reference])
    assert "Resolve it unanswered" in client.get(address).content.decode()

    send(client, ticket, typed(ticket))
    assert "Yes, resolve it" in client.get(address).content.decode()
