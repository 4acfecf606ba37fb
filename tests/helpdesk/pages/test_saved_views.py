"""Lists kept by name: whose they are, who shares them, how many they hold, and taking a removal back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, SavedView
from helpdesk.search import saved_views
from helpdesk.templatetags import saved_views as tag
from tests.make import Make


@pytest.fixture(autouse=True)
def no_banners(settings: Settings) -> None:
    settings.PAGE_BANNERS = []


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def keep(client: Client, name: str = "Urgent ones", **fields: object) -> SavedView | None:
    given = {"name": name, "page": "queue", "query": "tab=all&priority=urgent", **fields}
    assert client.post(reverse("saved-views"), given).status_code == 302
    return SavedView.objects.order_by("-pk").first()


def pins(client: Client) -> list[tuple[str, str]]:
    views = client.get(reverse("queue")).context["views"]
    return [(view.name, count) for view, _address, count, _changeable in views]


def test_a_kept_list_stands_above_the_queue_with_how_many_it_holds(
    client: Client, owner: Agent, make: Make
) -> None:
    make.ticket(now=database_now(), priority="urgent")
    make.ticket(now=database_now())
    keep(client)
    keep(client, "All of them", page="tickets", query="status=live")

    assert pins(client) == [("All of them", "2"), ("Urgent ones", "1")]


def test_that_a_list_is_kept_is_said(client: Client, owner: Agent) -> None:
    keep(client)

    assert "The list is kept." in client.get(reverse("queue")).content.decode()


def test_it_counts_no_further_than_costs_nothing(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag, "MOST", 2)
    for _ in range(3):
        make.ticket(now=database_now())
    keep(client, query="tab=all")

    assert pins(client) == [("Urgent ones", "1+")]


def test_ten_lists_are_counted_by_as_many_statements_as_one(client: Client, owner: Agent) -> None:
    keep(client, "One")
    client.get(reverse("queue"))
    before = _statements(client)
    for number in range(9):
        keep(client, f"Another {number}")
    client.get(reverse("queue"))

    assert _statements(client) == before


def _statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("queue"))
    return len(asked)


def test_overseers_share_and_members_do_not(client: Client, owner: Agent, make: Make) -> None:
    keep(client, queue=make.queue().pk)
    assert not SavedView.objects.exists()

    client.force_login(make.agent("overseer"))
    shared = keep(client, queue=make.queue().pk)
    client.force_login(owner)

    assert pins(client) == [("Urgent ones", "0")]
    assert shared is not None
    assert client.post(reverse("saved-view-removal", args=[shared.pk])).status_code == 404


@pytest.mark.parametrize("who", ["colleague", "outsider"])
def test_what_somebody_keeps_is_nobody_elses(client: Client, owner: Agent, make: Make, who: str) -> None:
    view = keep(client)
    assert view is not None
    client.force_login(make.agent(who))

    assert pins(client) == []
    for name in ("saved-view-name", "saved-view-removal", "saved-view-restoration"):
        assert client.post(reverse(name, args=[view.pk]), {"name": "x"}).status_code == 404


def test_whoever_is_deactivated_keeps_nothing(client: Client, owner: Agent) -> None:
    Agent.objects.filter(pk=owner.pk).update(is_active=False)

    keep(client)

    assert not SavedView.objects.exists()


def test_it_is_renamed_removed_and_restored(client: Client, owner: Agent) -> None:
    view = keep(client)
    assert view is not None
    client.post(reverse("saved-view-name", args=[view.pk]), {"name": "கடைகள்"})
    assert pins(client) == [("கடைகள்", "0")]

    client.post(reverse("saved-view-removal", args=[view.pk]))
    assert pins(client) == []
    client.post(reverse("saved-view-restoration", args=[view.pk]))
    assert pins(client) == [("கடைகள்", "0")]


@pytest.mark.parametrize(
    "given", [{"name": " \u200b "}, {"name": "x" * 61}, {"page": "login"}, {"query": "q" * 1001}]
)
def test_what_cannot_be_kept_is_said(client: Client, owner: Agent, given: dict[str, str]) -> None:
    keep(client, **given)

    assert not SavedView.objects.exists()


def test_there_are_no_more_than_anybody_finds_anything_among(
    client: Client, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    keep(client, "One")
    keep(client, "Two")

    assert SavedView.objects.count() == 1
