"""What an agent's board opens with: remembered for them alone, seen to be so, and gone as soon as they say."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Environment, Membership
from tests.make import Make
from tests.monitor.pages.test_the_board import begun, plain

__all__ = ["begun"]


def remember(client: Client, address: str, what: str = "remember") -> Any:
    return client.post(reverse("board-opening"), {"address": address, "what": what})


def opened(client: Client) -> str:
    """Return where the board leads that is asked for nothing; "" where it shows itself."""
    return client.get(reverse("board")).headers.get("Location", "")


@pytest.fixture
def address(make: Make, owner: Agent) -> str:
    return f"queue={make.queue().pk}&days=28&metric=next_response&time=open"


def test_a_board_that_is_remembered_opens_so_by_an_address_that_says_it(
    client: Client, owner: Agent, address: str
) -> None:
    assert opened(client) == ""
    assert remember(client, address).headers["Location"] == f"{reverse('board')}?{address}"

    assert opened(client) == f"?{address}"
    page = plain(client.get(reverse("board"), QUERY_STRING=address))
    assert "Your board opens with this." in page
    assert "Remember this as my board" not in page


def test_an_address_wins_and_says_that_the_board_opens_otherwise(
    client: Client, owner: Agent, address: str
) -> None:
    remember(client, address)

    page = client.get(reverse("board"), {"days": "7"})

    assert page.status_code == 200
    assert page.context["view"].filter.days == 7
    assert "Your board opens with something else." in plain(page)
    assert f'href="?{address.replace("&", "&amp;")}"' in page.content.decode()


def test_the_usual_board_is_reached_whatever_is_remembered(
    client: Client, owner: Agent, address: str
) -> None:
    remember(client, address)

    blank = client.get(reverse("board"), {"queue": "", "metric": ""})
    usual = client.get(reverse("board"), {"days": "14"})

    assert blank.headers["Location"] == "?days=14"
    assert usual.context["view"].filter.whole_address == {}
    assert (
        '<a href="?days=14">Show as usual</a>' in client.get(reverse("board"), {"days": "7"}).content.decode()
    )


def test_what_renews_itself_is_not_led_elsewhere(client: Client, owner: Agent, address: str) -> None:
    remember(client, address)

    assert client.get(reverse("board"), {"part": "now"}).status_code == 200
    assert client.get(reverse("board"), {"part": "page"}).status_code == 200


def test_what_is_forgotten_opens_nothing_any_more(client: Client, owner: Agent, address: str) -> None:
    remember(client, address)

    onward = remember(client, address, "forget").headers["Location"]

    assert onward == f"{reverse('board')}?{address}"
    assert opened(client) == ""
    assert "Remember this as my board" in plain(client.get(reverse("board"), QUERY_STRING=address))


def test_nobody_elses_board_opens_so(client: Client, owner: Agent, make: Make, address: str) -> None:
    remember(client, address)

    client.force_login(make.agent("colleague"))

    assert opened(client) == ""
    assert "Your board opens" not in plain(client.get(reverse("board"), {"days": "7"}))


def test_a_queue_that_was_lost_drops_out_and_this_is_said(
    client: Client, owner: Agent, make: Make, address: str
) -> None:
    remember(client, address)
    make.member(owner, queue=make.queue("Elsewhere"))
    Membership.objects.filter(agent=owner, queue=make.queue()).delete()

    left = opened(client)

    assert left == "?days=28&metric=next_response&time=open"
    assert "What it was of is not yours to see any more" in plain(client.get(reverse("board") + left))


def test_a_store_of_another_environment_drops_out_there(client: Client, owner: Agent, make: Make) -> None:
    store, _live = make.store("Tried", environment=Environment.TEST), make.store()
    remember(client, f"store={store.pk}")

    assert opened(client) == ""


def test_days_that_are_named_are_not_remembered_for_they_pass(client: Client, owner: Agent) -> None:
    remember(client, "from=2026-03-01&to=2026-03-09&priority=high")

    assert opened(client) == "?priority=high"


def test_nonsense_is_not_remembered(client: Client, owner: Agent) -> None:
    remember(client, "queue=everything&priority=utmost&metric=mood")

    assert opened(client) == ""
