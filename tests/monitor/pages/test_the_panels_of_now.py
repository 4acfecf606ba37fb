"""What breaks next and who carries what, on the board: each number leads to exactly its tickets."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Absence, Agent, Environment, Ticket
from helpdesk.tickets import assignment
from monitor.reports.board import load_panel
from monitor.reports.board.board_view import LinkedCount
from tests.make import Make
from tests.monitor.pages.test_the_board import answer, listed, numbers, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return database_now()


def held(make: Make, agent: Agent | None, *, ago: timedelta, now: datetime) -> Ticket:
    asked = now - ago
    ticket = make.ticket(now=asked, occurred_at=asked.isoformat())
    if agent:
        with transaction.atomic():
            assignment.assign(ticket=ticket, to=agent, by=agent, now=now)
    return ticket


def a_shift(make: Make, now: datetime) -> None:
    """Two people who have answered, what they hold, what nobody does, and what falls due at other times."""
    for name in ("owner", "colleague"):
        agent = make.agent(name)
        for hours in (1, 2, 3, 5):
            held(make, agent, ago=timedelta(hours=hours), now=now)
        for _ in range(3):
            ticket = make.ticket(now=now - timedelta(hours=1))
            answer(ticket, agent, now - timedelta(minutes=5))
    for minutes in (1, 30, 70, 200, 300):
        held(make, None, ago=timedelta(minutes=minutes), now=now)


@pytest.mark.parametrize("narrowed", [False, True])
def test_every_number_leads_to_exactly_its_tickets(
    client: Client, owner: Agent, make: Make, now: datetime, narrowed: bool
) -> None:
    a_shift(make, now)
    make.ticket(now=now, queue=make.queue("Elsewhere"))
    make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST))

    query = f"?queue={make.queue().pk}&priority=normal" if narrowed else ""
    page = client.get(reverse("board") + query)
    found = [one for one in numbers(page) if "due=" in one[0] or "assignee=" in one[0]]

    assert sum("due=" in address for address, _count in found) >= 18
    assert {name for name in ("status=live", "place=waiting", "place=late") if name in str(found)}
    for address, count in set(found):
        assert listed(client, address) == count, address


def test_the_arithmetic_is_shown(client: Client, owner: Agent, make: Make, now: datetime) -> None:
    a_shift(make, now)
    html = plain(client.get(reverse("board")))
    assert "2 present (acted within 30 min), 6 an hour each:" in html
    late = r"( \d+ − \d+ for what is late already = \d+\.)?"
    assert re.search(rf"2 × 6 an hour × [\w ]+ = \d+ answers\.{late} That is at best: what is still", html)


def test_without_a_pace_it_is_said_why(client: Client, owner: Agent, make: Make, now: datetime) -> None:
    assert "No answer falls due by" in plain(client.get(reverse("board")))
    held(make, None, ago=timedelta(hours=1), now=now)
    html = plain(client.get(reverse("board")))
    assert re.search(
        r"1 answer falls due by .{4,20}\. Nobody has answered in the last two hours: no pace to tell\.", html
    )
    assert "expected late" not in html


def test_a_late_ticket_whose_answer_falls_due_is_not_said_to_come_before_itself(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    held(make, None, ago=timedelta(hours=1), now=now)

    html = plain(client.get(reverse("board")))

    assert "1 answer falls due by" in html
    assert "before them" not in html


def test_thousands_of_late_tickets_are_written_as_their_list_writes_them(
    client: Client, owner: Agent
) -> None:
    page = client.get(reverse("board"))
    at = replace(page.context["at"], late=LinkedCount(1211, "place=late"), live=4897)
    html = render_to_string("monitor/parts/at_this_instant.html", {"at": at, "view": page.context["view"]})

    assert "1,211 tickets are late" in html
    assert "<b>1,211</b>" in html
    assert "Of 4,897 open tickets" in html


def test_people_stand_by_name_with_those_who_have_room_and_who_is_away(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    for name in ("zoe", "adam"):
        make.agent(name)
    held(make, make.agent("zoe"), ago=timedelta(hours=5), now=now)
    held(make, None, ago=timedelta(hours=1), now=now)
    gone = make.agent("adam")
    Absence.objects.create(agent=gone, since=now, until=now + timedelta(days=2), said_by=gone)

    page = client.get(reverse("board"))
    load, html = page.context["load"], plain(page)

    assert [str(one.agent) for one in load.people] == ["Adam", "Owner", "Zoe"]
    assert [[number.count for number in one.numbers] for one in load.people] == [[0] * 3, [0] * 3, [1, 1, 1]]
    assert [number.count for number in load.nobody.numbers] == [1, 1, 1]
    assert "1 live ticket is with nobody. 1 person has tickets." in html
    assert re.search(r"Adam,\s+away until\s+\w+", html)


def test_of_a_large_desk_the_first_by_name_are_shown(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_panel, "MOST", 2)
    make.ticket(now=database_now())
    for name in ("anna", "berta", "clara"):
        make.agent(name)

    page = client.get(reverse("board"))

    assert [str(one.agent) for one in page.context["load"].people] == ["Anna", "Berta"]
    assert "2 people more, by name, are not shown" in plain(page)


def test_the_outsider_sees_nothing_of_it(client: Client, make: Make, now: datetime) -> None:
    a_shift(make, now)
    client.force_login(make.agent("outsider"))
    html = plain(client.get(reverse("board")))
    assert "No answer falls due by" in html
    assert "No ticket is open." in html
    assert "Colleague" not in html
