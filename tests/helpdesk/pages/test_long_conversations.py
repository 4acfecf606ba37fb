"""Long conversations and long messages: the beginning and the newest part, the rest where it is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.models import Agent, Reading, Ticket
from helpdesk.pages.ticket.timeline.timeline import SHOWN_AT_ONCE
from helpdesk.pages.ticket.timeline.timeline_message import SHOWN_CHARACTERS
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket
from tests.make import NOW, Make

NOTES = 2 * SHOWN_AT_ONCE + 10
NUMBERS = range(1, NOTES + 1)
MINUTE = timedelta(minutes=1)
ASKED = NOW - timedelta(days=1)
PASSED_OVER = "a" * 40 + "b"
"""What no token of a page happens to hold."""


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def long(make: Make, owner: Agent) -> Ticket:
    """Asked once, and much noted since."""
    noted = [
        past_facts.AgentNoted(at=ASKED + number * MINUTE, by=owner, body=f"Note {number}.")
        for number in NUMBERS
    ]
    return written(make, noted, body="Where is it?")


def written(make: Make, facts: Sequence[past_facts.PastFact], *, body: str) -> Ticket:
    """Write a conversation as history: many messages at once."""
    asked = NewTicket(subject="Where?", message=NewMessage(body=body), occurred_at=ASKED)
    with transaction.atomic():
        [ticket] = write_conversations(
            [PastConversation(opening=asked, facts=tuple(facts))], store=make.store(), now=database_now()
        )
    assert ticket.ticket is not None
    return Ticket.objects.get(pk=ticket.ticket.pk)


def note(ticket: Ticket, by: Agent, times: int, *, now: datetime, first: int = 1) -> None:
    with transaction.atomic():
        for number in range(first, first + times):
            replies.add_note(ticket=ticket, author=by, body=f"Note {number}.", now=now)


def shown(client: Client, ticket: Ticket, query: str = "", *, page: str = "ticket") -> str:
    return client.get(reverse(page, args=[ticket.reference]) + query).content.decode()


def notes_in(page: str) -> list[int]:
    """Return the numbers of the notes that stand on a page, in order."""
    return [int(number) for number in re.findall(r"Note (\d+)\.", page)]


def test_a_long_history_shows_its_beginning_its_newest_part_and_the_way_to_the_rest(
    client: Client, long: Ticket
) -> None:
    page = shown(client, long)

    assert "Where is it?" in page
    assert notes_in(page) == [*range(NOTES - SHOWN_AT_ONCE + 1, NOTES + 1)]
    assert f"Show all {NOTES - SHOWN_AT_ONCE} earlier entries" in page
    assert page.index("Where is it?") < page.index("Show earlier entries") < page.index(f"Note {NOTES}.")


def test_all_of_it_is_there_for_who_asks(client: Client, long: Ticket) -> None:
    assert notes_in(shown(client, long, "?all=1")) == [*range(1, NOTES + 1)]


def test_going_back_page_by_page_shows_every_entry_once(client: Client, long: Ticket) -> None:
    for name in ("ticket", "ticket-earlier-messages"):
        found: list[int] = []
        page = shown(client, long)
        while before := re.search(r'href="\?before=(\d+)"', page):
            found = notes_in(page) + found
            page = shown(client, long, f"?before={before[1]}", page=name)
        found = notes_in(page) + found
        assert found == [*range(1, NOTES + 1)]


def test_a_part_that_is_put_in_says_nothing_twice(client: Client, long: Ticket) -> None:
    part = shown(client, long, "?before=20", page="ticket-earlier-messages")
    assert "Where is it?" not in part
    assert "<html" not in part
    assert notes_in(part) == [*range(1, 19)]


@pytest.mark.parametrize("before", ["", "0", "-1", "x", "9" * 30, "²", "999999"])
def test_nonsense_about_where_to_go_on_is_no_fault(client: Client, long: Ticket, before: str) -> None:
    for page in ("ticket", "ticket-earlier-messages"):
        address = reverse(page, args=[long.reference])
        assert client.get(address, {"before": before}).status_code == 200


def test_a_long_message_shows_its_beginning_until_all_of_it_is_asked_for(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = make.ticket(now=database_now(), body="a" * SHOWN_CHARACTERS + "b" * 90_000)
    message, page = ticket.messages.get(), shown(client, ticket)
    assert ("It goes on" in page, PASSED_OVER in page) == (True, False)
    assert f"?rest={message.pk}#m{message.pk}" in page

    whole = shown(client, ticket, f"?rest={message.pk}")
    assert ("It goes on" in whole, PASSED_OVER in whole, "b" * 90_000 in whole) == (False, True, True)


def test_neither_length_nor_number_of_messages_costs_a_statement(
    client: Client,
    owner: Agent,
    make: Make,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    said = [
        past_facts.CustomerWrote(at=ASKED + number * MINUTE, body=f"{number} " * 9_000) for number in NUMBERS
    ]
    longest = written(make, said, body="Where is it?")
    shown(client, longest)
    with django_assert_max_num_queries(15):
        page = shown(client, longest)
    assert len(page) < SHOWN_AT_ONCE * SHOWN_CHARACTERS * 2


def came_back(ticket: Ticket) -> None:
    """Let everybody's last visit lie an hour back."""
    for reading in Reading.objects.filter(ticket=ticket):
        Reading.objects.filter(pk=reading.pk).update(read_at=reading.read_at - timedelta(hours=1))


def test_it_opens_at_what_is_new_since_this_agent_was_here(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    note(ticket, make.agent("colleague"), 2, now=database_now())
    assert "New since you were here" not in shown(client, ticket)

    came_back(ticket)
    note(ticket, owner, 1, first=3, now=database_now())
    note(ticket, make.agent("colleague"), 2, first=4, now=database_now())
    page = shown(client, ticket)
    new = page.index("New since you were here")
    assert page.index("Note 3.") < new < page.index("Note 4.")
    assert page.count("data-starts") == 1

    assert "New since you were here" in shown(client, ticket)
    came_back(ticket)
    assert "New since you were here" not in shown(client, ticket)


def test_ones_own_words_are_nothing_new(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    shown(client, ticket)
    came_back(ticket)
    note(ticket, owner, 2, now=database_now())
    assert "New since you were here" not in shown(client, ticket)


def test_where_nothing_is_new_it_opens_at_the_first_message_that_waits(
    client: Client, owner: Agent, make: Make
) -> None:
    now = database_now()
    ticket = make.ticket(now=now - timedelta(hours=2))
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Which?", now=now - timedelta(hours=1))
    with transaction.atomic():
        first = replies.receive_customer_message(ticket=ticket, body="The lamp.", now=now)
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=now)

    [item] = re.findall(r'<li class="message customer" id="m(\d+)"\s+data-starts>', shown(client, ticket))
    assert int(item) == first.pk


def test_looking_at_an_earlier_part_is_not_reading_the_newest(client: Client, long: Ticket) -> None:
    shown(client, long, "?before=20")
    assert not Reading.objects.exists()
