"""The page on which a ticket is found: by whom, with which place shown, and what it says where there is nothing."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Ticket
from helpdesk.pages.lists import search_page
from helpdesk.search import search_rows
from tests.make import NOW, Make


@pytest.fixture(autouse=True)
def no_banners(settings: Settings) -> None:
    settings.PAGE_BANNERS = []


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def asked(make: Make, **fields: object) -> Ticket:
    """Open a ticket, and have it written by what it is found."""
    ticket = make.ticket(now=database_now(), **fields)  # type: ignore[arg-type]
    search_rows.write([ticket.pk])
    return ticket


def look(client: Client, **query: str) -> str:
    answer = client.get(reverse("search"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, **query: str) -> list[str]:
    return re.findall(r'href="/tickets/(T-[^/"]+)/"', look(client, **query))


def test_the_place_is_shown_with_the_words_marked(client: Client, owner: Agent, make: Make) -> None:
    ticket = asked(make, subject="Lid of a kettle", body="The lid <b> of my KETTLE broke.")

    page = look(client, q="kettle broke ")

    assert f"/tickets/{ticket.reference}/" in page
    assert "Lid of a <mark>kettle</mark>" in page
    assert "The lid &lt;b&gt; of my <mark>KETTLE</mark> <mark>broke</mark>." in page


def test_a_note_is_found_and_called_one(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=NOW)
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=owner, body="He is a duke.", now=NOW)
    search_rows.write([ticket.pk])

    page = look(client, q="duke")

    assert "note" in page
    assert "<mark>duke</mark>." in page


def test_what_was_found_in_no_message_is_called_by_its_name(client: Client, owner: Agent, make: Make) -> None:
    asked(make, order={"id": "ORD-4711/22"}, customer={"email": "zelda@example.com", "name": "Zelda"})

    assert "order:" in look(client, q="ORD-4711/22")
    assert "<mark>zelda@example.com</mark>" in look(client, q="zelda@example.com")


def test_a_reference_leads_to_its_ticket(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=NOW)

    for spelled in (ticket.reference, ticket.reference.lower(), f" {ticket.reference[2:]} "):
        answer = client.get(reverse("search"), {"q": spelled})
        assert answer.headers["Location"] == reverse("ticket", args=[ticket.reference])


@pytest.mark.parametrize(("who", "sees"), [
    ("owner", True), ("colleague", True), ("overseer", True), ("admin", True), ("outsider", False),
])  # fmt: skip
def test_who_may_see_a_ticket_finds_it(client: Client, make: Make, who: str, sees: bool) -> None:
    ticket = asked(make, body="kettle")
    client.force_login(make.agent(who))

    assert found(client, q="kettle") == ([ticket.reference] if sees else [])
    assert found(client, q="kettle", queue=str(ticket.queue_id)) == ([ticket.reference] if sees else [])
    assert ("Location" in client.get(reverse("search"), {"q": ticket.reference}).headers) == sees


def test_a_ticket_that_was_just_moved_is_seen_by_nobody_who_may_not(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = asked(make, body="kettle")
    Ticket.objects.filter(pk=ticket.pk).update(queue=make.queue("Elsewhere"))

    assert found(client, q="kettle") == []


def test_whoever_is_not_logged_in_or_no_more_is_led_to_the_login(client: Client, make: Make) -> None:
    assert client.get(reverse("search")).status_code == 302
    gone = make.agent("colleague")
    client.force_login(gone)
    Agent.objects.filter(pk=gone.pk).update(is_active=False)

    assert client.get(reverse("search"), {"q": "x"}).headers["Location"].startswith(reverse("login"))


def test_only_this_environment_is_searched(client: Client, owner: Agent, make: Make) -> None:
    asked(make, body="kettle")
    asked(make, body="kettle", store=make.store("Trial", environment=Environment.TEST))

    assert len(found(client, q="kettle")) == 1


def test_what_was_merged_says_so_and_what_was_deleted_is_left_out(
    client: Client, owner: Agent, make: Make
) -> None:
    into, merged, deleted = (asked(make, body="kettle") for _ in range(3))
    Ticket.objects.filter(pk=merged.pk).update(status="merged", merged_into=into)
    Ticket.objects.filter(pk=deleted.pk).update(status="deleted")
    search_rows.write([merged.pk, deleted.pk])

    assert set(found(client, q="kettle")) == {into.reference, merged.reference}
    assert f"merged into <bdi>{into.reference}</bdi>" in look(client, q="kettle")
    assert deleted.reference in found(client, q="kettle", status="deleted")
    assert len(found(client, q="kettle", status="all")) == 3


def test_more_goes_on_where_the_page_ends(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_page, "PAGE_SIZE", 2)
    tickets = [asked(make, body="kettle").reference for _ in range(5)]
    seen, query = [], {"q": "kettle"}
    for _page in range(3):
        page = look(client, **query)
        seen += re.findall(r'href="/tickets/(T-[^/"]+)/"', page)
        more = re.search(r'href="\?[^"]*after=(\d+)', page)
        query = {"q": "kettle", "after": more[1] if more else ""}

    assert seen == tickets[::-1]


def test_each_empty_page_says_why(client: Client, owner: Agent, make: Make) -> None:
    assert "Any word of it will do" in look(client)
    assert "Any word of it will do" in look(client, q=" ?! ")
    assert "Nothing found" in look(client, q="kettle")
    assert "Clear the filters" in look(client, q="kettle", status="closed")


@pytest.mark.parametrize("query", [
    {"q": "kettle", "queue": "x", "store": "-1", "status": "odd", "from": "2026-13-01", "to": "0001-01-01"},
    {"q": "\x00"}, {"q": "k" * 10_000}, {"q": "kettle", "after": "9" * 30}, {"q": "'); --"},
])  # fmt: skip
def test_whatever_an_address_says_is_answered(
    client: Client, owner: Agent, make: Make, query: dict[str, str]
) -> None:
    asked(make, body="kettle")

    look(client, **query)


def test_a_page_asks_the_same_however_many_are_found(
    client: Client, owner: Agent, make: Make, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(search_page.PAGE_SIZE + 5):
        asked(make, body="kettle")
    look(client, q="kettle")

    with django_assert_max_num_queries(14):
        look(client, q="kettle ")


def test_the_field_stands_on_every_page(client: Client, owner: Agent) -> None:
    page = client.get(reverse("tickets")).content.decode()

    assert 'action="/search/"' in page
    assert 'data-key="/"' in page
