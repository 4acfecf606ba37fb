"""The board: honest numbers, each of which leads to exactly its tickets."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Environment, Ticket
from helpdesk.models.instant import database_now
from helpdesk.services import handling, replying
from monitor.services.board import DAYS
from tests.make import Make

LINK = re.compile(r'<a [^>]*href="(?P<address>[^"]*\?[^"]*)"[^>]*>(?:<b>)?(?P<count>\d+)(?:</b>|</a>)')


@pytest.fixture
def now() -> datetime:
    return database_now()


def answer(ticket: Ticket, agent: Agent, at: datetime) -> None:
    with transaction.atomic():
        replying.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=at)


def a_mixed_day(make: Make, now: datetime) -> None:
    """Six who asked some hours ago, each with another fate, and one who has just asked."""
    agent, asked = make.agent("owner"), now - timedelta(hours=6)
    early, late, silent, thanks, gone, _waiting = (
        make.ticket(now=asked, occurred_at=asked.isoformat()) for _ in range(6)
    )
    answer(early, agent, asked + timedelta(minutes=59))
    answer(late, agent, asked + timedelta(hours=5))
    with transaction.atomic():
        handling.resolve(ticket=silent, by=agent, now=asked + timedelta(hours=1))
        handling.mark_no_reply_needed(ticket=thanks, by=agent, now=asked + timedelta(hours=1))
        handling.close(ticket=gone, by=None, now=asked + timedelta(hours=1))
        handling.mark_spam(ticket=make.ticket(now=asked), by=agent, now=now)
    make.ticket(now=now, priority="low")


def listed(client: Client, address: str) -> int:
    """Count the tickets that an address lists, on all its pages."""
    page = client.get(address)
    assert page.status_code == 200
    if groups := page.context.get("groups"):
        rows, onward = sum(len(group.rows) for group in groups), page.context["more"]
    else:
        rows, onward = len(page.context.get("tickets") or ()), page.context.get("older")
    path = address.partition("?")[0]
    return rows + (listed(client, f"{path}?{onward}") if onward else 0)


def numbers(page: Any) -> list[tuple[str, int]]:
    html = page.content.decode()
    return [(found["address"].replace("&amp;", "&"), int(found["count"])) for found in LINK.finditer(html)]


def test_every_number_leads_to_exactly_its_tickets(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    a_mixed_day(make, now)
    for _ in range(30):
        make.ticket(now=now)
    make.ticket(now=now, queue=make.queue("Elsewhere"))
    make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST))

    found = numbers(client.get(reverse("board")))

    assert len(found) == 5 + 4 + 3 * DAYS
    assert sum(count > 0 for _address, count in found) >= 9
    for address, count in found:
        assert listed(client, address) == count, address


def test_numbers_of_one_queue_lead_to_the_tickets_of_that_queue(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    make.member(owner, queue=make.queue("Returns"))
    make.ticket(now=now)
    make.ticket(now=now, queue=make.queue("Returns"))

    page = client.get(reverse("board"), {"queue": make.queue("Returns").pk})

    assert page.context["at"].waiting.count == 1
    for address, count in numbers(page):
        assert listed(client, address) == count, address


def test_the_outsider_sees_only_noughts(client: Client, make: Make, now: datetime) -> None:
    a_mixed_day(make, now)
    client.force_login(make.agent("outsider"))

    page = client.get(reverse("board"), {"queue": make.queue().pk})

    assert {count for _address, count in numbers(page)} == {0}
    assert "Nobody has asked today." in page.content.decode()
    assert len(client.get(reverse("board-tickets")).content.splitlines()) == 1


def test_the_four_slices_are_counted_apart_and_the_unanswered_lower_the_share(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = in_the_evening(owner) - timedelta(hours=11)
    answer(make.ticket(now=asked), owner, asked + timedelta(minutes=59))
    assert share(client) == 100

    with transaction.atomic():
        handling.resolve(ticket=make.ticket(now=asked), by=owner, now=asked + timedelta(hours=1))
    assert share(client) == 50

    make.ticket(now=asked)
    assert share(client) == 33
    slices = client.get(reverse("board")).context["kept"].slices
    assert {name: number.count for name, number in slices.items()} == {
        "met": 1, "late": 1, "unanswered": 1, "undecided": 0,
    }  # fmt: skip


def share(client: Client) -> int | None:
    percent: int | None = client.get(reverse("board")).context["kept"].percent_on_time
    return percent


def in_the_evening(agent: Agent) -> datetime:
    """Move the agent to a zone where it is after six in the evening, so that this morning was today."""
    now = database_now()
    east = (18 - now.hour + 9) % 24 - 9
    Agent.objects.filter(pk=agent.pk).update(timezone=f"Etc/GMT{-east:+d}")
    return now
