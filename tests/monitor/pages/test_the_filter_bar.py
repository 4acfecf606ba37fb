"""What the board's filter bar offers, and what it says of what it cannot show."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from monitor.models import RollupEdition
from tests import figures
from tests.make import Make


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    """The figures of an empty desk."""
    figures.begin()


def offered(client: Client) -> list[set[str]]:
    """Return what channels and languages can be chosen of."""
    lists = {one.name: one.choices for one in client.get(reverse("board")).context["lists"]}
    return [{choice.value for choice in lists[name]} for name in ("channel", "language")]


def test_whoever_sees_no_queue_is_not_offered_what_tickets_of_others_have(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = make.ticket(now=database_now())
    Ticket.objects.filter(pk=ticket.pk).update(channel="fax", language="he")
    figures.fold()
    assert offered(client) == [{"fax"}, {"he"}]

    client.force_login(make.agent("outsider"))
    assert offered(client) == [set(), set()]


def test_while_there_are_no_figures_there_is_no_table_of_noughts(client: Client, owner: Agent) -> None:
    RollupEdition.objects.all().delete()

    answer = client.get(reverse("board-days"))

    assert answer.status_code == 503
    assert "Figures are being made" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?from=2020-01-01&to=2026-01-04", "At most 366 days"),
        ("?from=2026-01-04", "from a first to a last one"),
        ("?from=2026-02-30&to=2026-03-01", "There are no such days"),
        ("?queue=x", "There is no such queue"),
        ("?store=99999999999999999999", "There is no such store"),
        ("?priority=highest", "There is no such priority"),
        ("?topic=orders", "There is no such topic"),
        ("?metric=patience", "There is no such metric"),
        ("?days=15", "There are no such days"),
        ("?time=closed", "“time” is not understood"),
        ("?queue=987654", "The queue that is asked for is not there any more"),
        ("?store=987654", "The store that is asked for is not there any more"),
        ("?topic=987654", "The topic that is asked for is not there any more"),
    ],
)
def test_what_is_asked_for_and_not_shown_is_said(client: Client, owner: Agent, query: str, said: str) -> None:
    for page in ("board", "board-table"):
        [sentence] = client.get(reverse(page) + query).context["unread"]
        assert said in sentence


def test_a_day_that_was_typed_stands_where_it_was_typed(client: Client, owner: Agent) -> None:
    page = client.get(reverse("board"), {"from": "2026-01-04"}).content.decode()

    assert 'value="2026-01-04"' in page


def test_what_makes_no_sense_survives_that_empty_fields_are_left_out(client: Client, owner: Agent) -> None:
    page = client.get(reverse("board") + "?queue=&from=2026-01-04&to=", follow=True)

    assert page.redirect_chain == [("?from=2026-01-04", 302)]
    assert len(page.context["unread"]) == 1


def test_what_is_shown_as_it_was_asked_for_needs_no_sentence(
    client: Client, owner: Agent, make: Make
) -> None:
    query = f"?queue={make.queue().pk}&topic=none&priority=low&from=2026-02-03&to=2026-01-04"

    assert client.get(reverse("board") + query).context["unread"] == []
