"""Admins, overseers, members and outsiders are shown different numbers: each leads to exactly its tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Queue
from helpdesk.tickets import assignment, ticket_status
from monitor.models import Objective
from monitor.reports.objectives.calendar_month import month_of, months_after
from tests import figures
from tests.make import Make
from tests.monitor.pages.test_the_board import a_mixed_day, answer, begun, listed, numbers
from tests.monitor.pages.test_wallboards import made
from tests.monitor.pages.test_wallboards import numbers as on_the_wall

__all__ = ["begun"]

PAGES = ("board", "board-table", "objectives")
QUERIES = ("days=28&compared=1", "days=28&metric=resolution&time=open", "days=91&priority=high")


@pytest.fixture
def now() -> datetime:
    return database_now()


def two_teams(make: Make, now: datetime) -> None:
    """A team of the whole cast, one of the outsider's, and what became of their tickets in a month."""
    for days in (0, 9, 20):
        a_mixed_day(make, now - timedelta(days=days))
    for queue in (make.queue(), make.queue("Elsewhere")):
        settled(make, queue, now - timedelta(days=12))
        unsettled(make, queue, now)
        promised(make, queue, now)
    promised(make, None, now)
    figures.fold()
    make.ticket(now=now, priority="high")


def settled(make: Make, queue: Queue, at: datetime) -> None:
    """Resolve three: one asks again, one is reopened."""
    agent = make.agent("admin")
    tickets = [make.ticket(now=at, queue=queue, priority="high") for _ in range(3)]
    for ticket in tickets:
        answer(ticket, agent, at + timedelta(minutes=40))
        with transaction.atomic():
            ticket_status.resolve(ticket=ticket, by=agent, now=at + timedelta(hours=1))
    make.ticket(now=at + timedelta(days=2), queue=queue, email=tickets[0].customer.email)
    with transaction.atomic():
        ticket_status.reopen(ticket=tickets[1], by=agent, now=at + timedelta(days=1))


def unsettled(make: Make, queue: Queue, now: datetime) -> None:
    """Leave one with somebody, and three with nobody: late, at risk, and due within minutes."""
    with transaction.atomic():
        assignment.assign(
            ticket=make.ticket(now=now, queue=queue),
            to=make.agent(f"helper-{queue.pk}", queue=queue),
            by=make.agent("admin"),
            now=now,
        )
    make.ticket(now=now - timedelta(hours=30), queue=queue, priority="high")
    make.ticket(now=now - timedelta(minutes=228), queue=queue)
    make.ticket(now=now - timedelta(minutes=50), queue=queue)


def promised(make: Make, queue: Queue | None, now: datetime) -> None:
    first = months_after(month_of(now.date()), -2)
    told = {"metric": "first_response", "queue": queue, "per_mille": 900, "from_month": first}
    Objective.objects.create(**told, created_by=make.agent("admin"))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["admin", "overseer", "owner", "outsider"])
def test_every_number_leads_to_exactly_its_tickets(
    client: Client, make: Make, now: datetime, name: str, query: str
) -> None:
    two_teams(make, now)
    client.force_login(make.agent(name))

    found = {number for page in PAGES for number in numbers(client.get(f"{reverse(page)}?{query}"))}

    assert sum(count > 0 for _address, count in found) >= 12
    for address, count in found:
        assert listed(client, address) == count, address


@pytest.mark.parametrize("name", ["admin", "overseer"])
def test_a_wall_counts_what_the_queue_of_its_maker_lists(
    client: Client, make: Make, now: datetime, name: str
) -> None:
    two_teams(make, now)
    client.force_login(make.agent(name))

    said: dict[str, Any] = on_the_wall(made(client))

    for place in ("late", "soon", "unacknowledged"):
        assert int(said[place]) == listed(client, f"{reverse('queue')}?place={place}") > 0, place
