"""The customer's card and shoes: who may look, what is shown, and that a failure costs no answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Customer, Ticket
from helpdesk.pages.ticket.customer import customer_card
from tests.make import Make

PAGES = ("ticket-as-the-customer", "ticket-customer-card")
JON = "jon@example.com"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(
        now=database_now() - timedelta(hours=3), email=JON, order={"id": "1001", "status": "unfulfilled"}
    )


def shown(client: Client, ticket: Ticket, page: str, **headers: str) -> str:
    answer = client.get(reverse(page, args=[ticket.reference]), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("name", "status"), [("owner", 200), ("colleague", 200), ("outsider", 404)])
def test_who_may_see_the_ticket_may_see_it(
    client: Client, make: Make, ticket: Ticket, page: str, *, name: str, status: int
) -> None:
    client.force_login(make.agent(name))
    assert client.get(reverse(page, args=[ticket.reference])).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_whoever_was_deactivated_is_asked_to_log_in(
    client: Client, make: Make, ticket: Ticket, page: str
) -> None:
    client.force_login(make.agent("owner"))
    Agent.objects.update(is_active=False)
    assert client.get(reverse(page, args=[ticket.reference])).status_code == 302


def test_the_card_tells_of_other_tickets_and_of_orders_that_the_reader_may_see(
    client: Client, make: Make, ticket: Ticket
) -> None:
    now = database_now()
    make.ticket(now=now, email=JON, subject="The lamp", order={"id": "900", "status": "delivered"})
    make.ticket(now=now, email=JON, subject="Unseen", queue=make.queue("Elsewhere"))
    client.force_login(make.agent("owner"))
    card = shown(client, ticket, "ticket-customer-card", HX_Request="true")

    for words in ("The lamp", "900", "delivered", "1001", "1 other ticket"):
        assert words in card
    assert "Unseen" not in card
    assert "<html" not in card


def test_who_writes_for_the_first_time_is_said_to(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent("owner"))
    assert "Writes to us for the first time." in shown(client, ticket, "ticket-customer-card")


def test_a_card_that_cannot_be_read_is_a_sentence_and_no_failure(
    client: Client, make: Make, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **named: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(customer_card, "past_of", broken)
    client.force_login(make.agent("owner"))
    assert "could not be read just now" in shown(client, ticket, "ticket-customer-card")


def test_the_card_is_bounded_in_time_and_few_statements(client: Client, make: Make, ticket: Ticket) -> None:
    for number in range(12):
        make.ticket(now=database_now(), email=JON, subject=f"Again {number}")
    client.force_login(make.agent("owner"))
    with CaptureQueriesContext(connection) as asked:
        card = shown(client, ticket, "ticket-customer-card", HX_Request="true")
    assert "Writes often" in card
    assert card.count("Again") == customer_card.TICKETS_SHOWN
    assert [query for query in asked if "statement_timeout" in query["sql"]]
    assert len([query for query in asked if 'FROM "helpdesk_ticket"' in query["sql"]]) == len(
        ["it", "others"]
    )


def test_the_ticket_as_the_customer_lives_it_has_no_word_of_ours_among_ourselves(
    client: Client, make: Make, ticket: Ticket
) -> None:
    Customer.objects.update(timezone="Asia/Kolkata", locale="he")
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=make.agent("owner"), body="Angry one.", now=database_now())
    client.force_login(make.agent("owner"))
    page = shown(client, ticket, "ticket-as-the-customer")

    assert "Where is my order?" in page
    assert "3 hr without a word, and still waiting" in page
    assert "Asia/Kolkata" in page
    assert 'dir="rtl"' in page
    assert "Angry one." not in page


def test_it_costs_the_same_however_much_was_said(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent("owner"))
    counts = []
    for _ in range(2):
        shown(client, ticket, "ticket-as-the-customer")
        with CaptureQueriesContext(connection) as asked:
            shown(client, ticket, "ticket-as-the-customer")
        counts.append(len(asked))
        with transaction.atomic():
            for _again in range(5):
                replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
    assert counts[0] == counts[1]
