"""Today's two numbers on the wall: how long half waited, those still waiting counted, and what came in time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Queue, Ticket
from helpdesk.tickets import ticket_status
from monitor import wallboards
from monitor.models import RollupEdition
from monitor.promises import objectives
from monitor.reports.board.waits_panel import FEW
from monitor.reports.objectives.calendar_month import month_of
from monitor.reports.rollup import cell_reading
from tests import figures
from tests.make import Make

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture(autouse=True)
def begun(now: datetime) -> RollupEdition:
    """The figures of an empty desk, by the days of a zone in which it is noon: eleven hours ago was today too."""
    return figures.begin(f"Etc/GMT{now.hour - 12:+d}")


@pytest.fixture
def wall(make: Make, now: datetime) -> str:
    """Return the address of a wall of the queue."""
    return hung(make, now, make.queue())


def hung(make: Make, now: datetime, queue: Queue | None) -> str:
    shown: dict[str, Any] = {"environment": "live", "queue": queue, "theme": "dark"}
    with transaction.atomic():
        _made, token = wallboards.make(by=make.agent("admin"), now=now, **shown)
    return reverse("wall", args=[token])


def said(address: str, tile: str) -> str:
    """Return what one of the six places says, in one line."""
    html = Client().get(address).content.decode()
    [place] = re.findall(rf'id="wall-{tile}">(.*?)</div>', html, re.DOTALL)
    return " ".join(
        strip_tags(place.replace("<", " <")).replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split()
    )


def answer(ticket: Ticket, make: Make, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=at)


def asked(make: Make, at: datetime, count: int = FEW) -> list[Ticket]:
    return [make.ticket(now=at, occurred_at=at.isoformat()) for _ in range(count)]


def test_half_waited_so_long_with_those_who_still_wait(make: Make, now: datetime, wall: str) -> None:
    then = now - 2 * HOUR
    for number, ticket in enumerate(asked(make, then)[:12], start=1):
        answer(ticket, make, then + 10 * number * MINUTE)

    assert said(wall, "half").startswith("half waited today at most 1 hr 40 min of 20 who asked")


def test_where_half_are_not_answered_it_is_more_than_that_so_far(
    make: Make, now: datetime, wall: str
) -> None:
    for ticket in asked(make, now - 2 * HOUR)[:4]:
        answer(ticket, make, now - HOUR)

    found = said(wall, "half").replace("1 hr 59 min", "2 hr")  # sums keep waits to a hundredth
    assert found.startswith("half waited today more than 2 hr so far, of 20 who asked")


def test_where_half_never_will_be_it_says_how_many(make: Make, now: datetime, wall: str) -> None:
    for ticket in asked(make, now - 2 * HOUR)[: FEW // 2 + 1]:
        with transaction.atomic():
            ticket_status.resolve(ticket=ticket, by=make.agent(), now=now - HOUR)

    assert said(wall, "half").startswith("never answered, of today's 11 of 20 who asked")


def test_of_few_it_says_how_many_are_answered(make: Make, now: datetime, wall: str) -> None:
    asked(make, now - HOUR, count=FEW - 1)

    assert said(wall, "half").startswith(
        "answered, of today's 0 of 19 19 have asked: too few to say how long half"
    )


def test_what_was_promised_of_a_first_answer_stands_beside(wall: str) -> None:
    assert said(wall, "half").endswith("a first answer is promised within 10 min to 8 hr")


def test_in_time_are_so_many_of_those_that_are_decided(make: Make, now: datetime, wall: str) -> None:
    early, late, silent = asked(make, now - 10 * HOUR, count=3)
    asked(make, now, count=1)
    answer(early, make, now - 10 * HOUR + MINUTE)
    answer(late, make, now - MINUTE)
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=make.agent(), now=now)

    assert said(wall, "in-time") == "first answers in time, of today's 33 % of 3 that are decided"


@pytest.mark.parametrize(("per_mille", "is_short"), [(950, True), (500, False)])
def test_the_objective_of_the_month_stands_beside_and_colours_what_falls_short(
    make: Make, now: datetime, wall: str, per_mille: int, is_short: bool
) -> None:
    early, late = asked(make, now - 10 * HOUR, count=2)
    answer(early, make, now - 9 * HOUR)
    answer(late, make, now - MINUTE)
    promise(make, now, per_mille, make.queue())

    assert f"50 % of 2 that are decided {per_mille // 10} % promised for the month" in said(wall, "in-time")
    assert ('class="risk" id="wall-in-time"' in Client().get(wall).content.decode()) is is_short


def test_an_objective_of_another_place_is_not_told(make: Make, now: datetime, wall: str) -> None:
    promise(make, now, 950, None)

    assert "promised" not in said(wall, "in-time")
    assert "95 % promised for the month" in said(hung(make, now, None), "in-time")


def promise(make: Make, now: datetime, per_mille: int, queue: Queue | None) -> None:
    month = month_of((now - 12 * HOUR).date())
    with transaction.atomic():
        objectives.promise(
            metric="first_response",
            queue=queue,
            per_mille=per_mille,
            from_month=month,
            running=month,
            by=make.agent("admin"),
        )


def test_an_empty_day_says_so_whatever_was_the_day_before(make: Make, now: datetime, wall: str) -> None:
    answer(asked(make, now - 30 * HOUR, count=1)[0], make, now - 29 * HOUR)

    assert said(wall, "half").startswith("half waited today at most – nobody has asked today")
    assert said(wall, "in-time") == "first answers in time, of today's – nothing is decided yet today"


def test_without_figures_it_says_that_they_are_being_made(make: Make, now: datetime, wall: str) -> None:
    asked(make, now, count=1)
    RollupEdition.objects.all().delete()

    assert "– Figures are being made" in said(wall, "half")
    assert said(wall, "in-time").endswith("– Figures are being made")


def test_figures_that_are_behind_say_so(
    make: Make, now: datetime, wall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(make, now, count=1)
    assert "behind what happens" not in Client().get(wall).content.decode()

    monkeypatch.setattr(cell_reading, "ADDED", 0)
    assert "behind what happens" in Client().get(wall).content.decode()


def test_each_queue_has_its_own(make: Make, now: datetime, wall: str) -> None:
    make.ticket(now=now, queue=make.queue("Elsewhere"))

    assert "nobody has asked today" in said(wall, "half")
    assert "1 has asked" in said(hung(make, now, None), "half")
