"""What the board weighs on its way to whoever looks at it."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from monitor.models import Standing
from tests import figures
from tests.make import Make
from tests.monitor.pages.test_the_board import a_mixed_day, begun

__all__ = ["begun"]

SENT = 40_000
"""Bytes: with its styles and scripts, 25 kB, that is less than 80 kB."""


@pytest.fixture
def now() -> datetime:
    return database_now()


def a_large_desk(make: Make, owner: Agent, now: datetime) -> None:
    """Forty queues in which forty people have something, and something of each day and hour."""
    for number in range(40):
        queue = make.queue(f"Returns and complaints {number}")
        make.member(owner, queue=queue)
        holder = make.agent(f"person-{number}", queue=queue)
        ticket = make.ticket(now=now - timedelta(hours=37 * number), queue=queue)
        Ticket.objects.filter(pk=ticket.pk).update(assignee=holder)
        Standing.objects.filter(ticket=ticket).update(assignee=holder)
    a_mixed_day(make, now)
    a_mixed_day(make, now - timedelta(days=20))
    figures.fold()


def sent(client: Client, query: str) -> Any:
    return client.get(f"{reverse('board')}?{query}", headers={"Accept-Encoding": "gzip"})


@pytest.mark.parametrize("language", ["en", "he", "ta"])
def test_a_year_of_a_large_desk_is_sent_packed_and_small(
    client: Client, owner: Agent, make: Make, now: datetime, language: str
) -> None:
    a_large_desk(make, owner, now)
    Agent.objects.filter(pk=owner.pk).update(locale=language)

    for query in ("days=28", "days=364&compared=1"):
        page = sent(client, query)

        assert page.headers["Content-Encoding"] == "gzip"
        assert len(page.content) <= SENT
        assert gzip.decompress(page.content).decode().rstrip().endswith("</html>")


def test_no_two_answers_that_are_alike_have_the_same_size(client: Client, owner: Agent) -> None:
    sizes = {len(sent(client, "days=14").content) for _ in range(10)}

    assert len(sizes) > 1, "what somebody has put into an address is not told by how well it packs"
