"""A list says how many there are, as far as that costs little, and why there is none."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.input.digit_groups import grouped
from helpdesk.models import Agent
from helpdesk.pages.lists import list_size, ticket_list
from tests.make import Make


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def page(client: Client, query: str = "") -> str:
    return client.get(reverse("tickets") + query).content.decode()


def count(client: Client, query: str = "") -> str:
    found = re.search(r'<span class="soft">([^<]*ticket[^<]*)</span>', page(client, query))
    return found[1] if found else ""


def test_a_list_says_how_many_it_holds_on_each_of_its_pages(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_list, "PAGE_SIZE", 2)
    for _ in range(5):
        make.ticket(now=database_now())
    make.ticket(now=database_now(), priority="urgent")
    older = client.get(reverse("tickets")).context["older"]

    assert count(client) == "6 tickets"
    assert count(client, f"?{older}") == "6 tickets"
    assert count(client, "?priority=urgent") == "1 ticket"
    assert count(client, "?priority=low") == "0 tickets"


def test_it_counts_no_further_than_is_worth_it(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_list, "PAGE_SIZE", 1)
    monkeypatch.setattr(list_size, "COUNTED", 3)
    for _ in range(3):
        make.ticket(now=database_now())
    assert count(client) == "3 tickets"

    make.ticket(now=database_now())
    make.ticket(now=database_now())
    assert count(client) == "more than 3 tickets"
    assert grouped(10_000) == "10,000"


def test_an_empty_list_says_which_of_its_reasons_it_is(client: Client, owner: Agent, make: Make) -> None:
    assert "No tickets yet" in page(client)
    assert "Set things up" not in page(client)

    make.ticket(now=database_now())
    assert "Nothing matches" in page(client, "?priority=low")
    assert "Nothing older" in page(client, "?before=2000-01-01T00:00:00Z,1")

    client.force_login(make.agent("admin"))
    make.store("Trial", environment="test")
    client.post(reverse("environment"), {"environment": "test"})
    assert "Set things up" in page(client)


def test_whoever_is_in_no_queue_is_told_so(client: Client, make: Make) -> None:
    stranger = make.agent("owner")
    stranger.memberships.all().delete()
    client.force_login(stranger)
    assert "You are in no queue yet" in page(client)
