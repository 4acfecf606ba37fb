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
