"""The board's live panel: what is said first, of whom, which queue is worse, and each number's tickets."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Queue
from monitor.measure.survival import MoreThan
from monitor.reports.board import queues_now
from monitor.reports.board.waits_panel import WaitsPanel
from tests.make import Make
from tests.monitor.pages.test_the_board import listed, numbers, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return database_now()


def asked(make: Make, queue: Queue, *, ago: timedelta, now: datetime) -> None:
    make.ticket(now=now - ago, occurred_at=(now - ago).isoformat(), queue=queue)


@pytest.fixture
def two_queues(make: Make, owner: Agent, now: datetime) -> list[Queue]:
    """A queue in which one ticket is late, and another in which two are."""
    queues = [make.queue("Orders"), make.queue("Returns")]
    for queue, hours in zip((queues[0], *queues), (1 / 60, 9, 9), strict=True):
        asked(make, queue, ago=timedelta(hours=hours), now=now)
    asked(make, queues[1], ago=timedelta(hours=12), now=now)
    for queue in queues:
        make.member(owner, queue=queue)
    return queues


def test_the_queue_with_more_late_stands_first_and_leads_to_its_tickets(
    client: Client, owner: Agent, two_queues: list[Queue]
) -> None:
    page = client.get(reverse("board"), {"part": "now"})
    told = page.context["at"].queues

    assert [(str(one.queue), one.late.count, one.waiting.count) for one in told.worst] == [
        ("Returns", 2, 2),
        ("Orders", 1, 2),
    ]
    found = [one for one in numbers(page) if "queue=" in one[0]]
    assert len(found) >= 4
    for address, count in found:
        assert listed(client, address) == count, address


def test_one_queue_alone_is_compared_with_none(client: Client, owner: Agent, two_queues: list[Queue]) -> None:
    page = client.get(reverse("board"), {"part": "now", "queue": str(two_queues[0].pk)})
    assert not page.context["at"].queues.worst


def test_of_many_queues_the_worst_are_shown(
    client: Client, owner: Agent, two_queues: list[Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues_now, "MOST", 1)
    html = plain(client.get(reverse("board"), {"part": "now"}))
    assert "Returns" in html
    assert "1 queue more has no more late." in html


def test_a_verdict_on_a_part_says_of_what_part(
    client: Client, owner: Agent, two_queues: list[Queue], make: Make
) -> None:
    assert "Of these alone" not in plain(client.get(reverse("board")))
    html = plain(
        client.get(reverse("board"), {"queue": str(two_queues[0].pk), "priority": "high", "tier": "none"})
    )
    assert "Of these alone: Queue Orders, Priority high, Tier none, look at all" in html


def test_a_queue_that_cannot_be_seen_keeps_its_name(client: Client, owner: Agent, make: Make) -> None:
    hidden = make.queue("Secret")
    html = plain(client.get(reverse("board"), {"queue": str(hidden.pk)}))
    assert f"Of these alone: Queue {hidden.pk}," in html
    assert "Secret" not in html


def test_the_worst_tickets_say_which_promise_is_how_late_and_who_has_them(
    client: Client, owner: Agent, two_queues: list[Queue]
) -> None:
    html = plain(client.get(reverse("board"), {"part": "now"}))
    assert "Look here first" in html
    assert re.search(r"Question \d+ Acknowledgement \d+ hr late · nobody has it", html)


def test_it_is_said_of_how_many_the_numbers_are(
    client: Client, owner: Agent, two_queues: list[Queue]
) -> None:
    html = plain(client.get(reverse("board"), {"part": "now"}))
    assert "Of 4 open tickets; one can stand in several of these." in html


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        ((60.0, 600.0), (50.0, 500.0), 1),
        ((60.0, 600.0), (70.0, 700.0), -1),
        ((60.0, 600.0), (50.0, 700.0), 0),
        ((60.0, MoreThan(600.0)), (50.0, 500.0), 0),
        ((60.0, 600.0), (None, None), 0),
    ],
)
def test_waits_are_longer_only_where_half_and_nine_in_ten_say_so(now: Any, before: Any, change: int) -> None:
    whole, other = (
        SimpleNamespace(responses=SimpleNamespace(p50=p50, p90=p90)) for p50, p90 in (now, before)
    )
    told: Any = {"whole": whole, "before": other}
    assert WaitsPanel(**told, pieces=[], limits=None).change == change
