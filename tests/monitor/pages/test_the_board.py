"""The board: honest numbers, each of which leads to exactly its tickets."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Ticket
from helpdesk.tickets import ticket_status
from monitor.models import Calendar, CalendarVersion, Clock
from monitor.pages.board_page import CARDS
from monitor.promises import versions
from monitor.reports.board_figures import DAYS, FEW
from tests.make import Make

LINK = re.compile(r'<a [^>]*href="(?P<address>[^"]*\?[^"]*)"[^>]*>(?:<b>)?(?P<count>\d+)(?:</b>|</a>)')


@pytest.fixture
def now() -> datetime:
    return database_now()


def answer(ticket: Ticket, agent: Agent, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=at)


def a_mixed_day(make: Make, now: datetime) -> None:
    """Six who asked some hours ago, each with another fate, and one who has just asked."""
    agent, asked = make.agent("owner"), now - timedelta(hours=6)
    early, late, silent, thanks, gone, _waiting = (
        make.ticket(now=asked, occurred_at=asked.isoformat()) for _ in range(6)
    )
    answer(early, agent, asked + timedelta(minutes=59))
    answer(late, agent, asked + timedelta(hours=5))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=agent, now=asked + timedelta(hours=1))
        ticket_status.mark_no_reply_needed(ticket=thanks, by=agent, now=asked + timedelta(hours=1))
        ticket_status.close(ticket=gone, by=None, now=asked + timedelta(hours=1))
        ticket_status.mark_spam(ticket=make.ticket(now=asked), by=agent, now=now)
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

    rest = sum("slice=no_reply_needed" in address for address, _count in found)
    assert len(found) == 5 + 4 + 4 * DAYS + rest
    assert rest > 0
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
    assert len(client.get(reverse("board-tickets")).getvalue().splitlines()) == 1


def test_the_four_slices_are_counted_apart_and_the_unanswered_lower_the_share(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = in_the_evening(owner) - timedelta(hours=11)
    answer(make.ticket(now=asked), owner, asked + timedelta(minutes=59))
    assert share(client) == 100

    with transaction.atomic():
        ticket_status.resolve(ticket=make.ticket(now=asked), by=owner, now=asked + timedelta(hours=1))
    assert share(client) == 50

    make.ticket(now=asked)
    assert share(client) == 33
    slices = client.get(reverse("board")).context["kept"].slices
    assert {name: number.count for name, number in slices.items() if name in CARDS} == {
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


def test_many_are_said_in_halves_and_tenths_counting_those_still_waiting(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = in_the_evening(owner) - timedelta(hours=4)
    for number in range(FEW):
        ticket = make.ticket(now=asked)
        if number < FEW * 3 // 4:
            answer(ticket, owner, asked + timedelta(minutes=40))

    html = plain(client.get(reverse("board")))
    assert (
        "half waited at most 40 min and nine in ten more than 4 hr so far, counting those still waiting."
        in html
    )
    assert "Among the answered alone it would be 40 min and 40 min." in html
    assert not re.search("kaplan|survival|censor", html, re.IGNORECASE)


def test_a_few_are_shown_each_for_itself(client: Client, owner: Agent, make: Make) -> None:
    asked = in_the_evening(owner) - timedelta(hours=2)
    answered, silent, waiting = (make.ticket(now=asked) for _ in range(3))
    answer(answered, owner, asked + timedelta(minutes=59))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=owner, now=asked + timedelta(minutes=3))

    page = client.get(reverse("board"))
    html = plain(page)
    assert "3 tickets were asked today: too few to say how long half of them waited" in html
    assert "59 min, never answered, 2 hr so far" in html
    assert "Of those who asked today" not in html
    assert [dot.wait.reference for dot in page.context["chart"].dots] == [
        answered.reference, silent.reference, waiting.reference,
    ]  # fmt: skip


def test_days_are_those_of_the_viewer(client: Client, owner: Agent, make: Make) -> None:
    make.ticket(now=database_now())
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        Agent.objects.filter(pk=owner.pk).update(timezone=name)
        page = client.get(reverse("board"))
        today = database_now().astimezone(ZoneInfo(name)).date()
        assert page.context["today"].day == today
        assert page.context["today"].asked.count == 1
        assert listed(client, reverse("tickets") + f"?asked={today}&zone={name}") == 1
        assert listed(client, reverse("tickets") + f"?asked={today - timedelta(days=1)}&zone={name}") == 0


def test_environments_are_never_mixed(client: Client, owner: Agent, make: Make) -> None:
    make.store()
    make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))
    assert client.get(reverse("board")).context["at"].waiting.count == 0
    client.post(reverse("environment"), {"environment": "test"})
    assert client.get(reverse("board")).context["at"].waiting.count == 1


def test_the_oldest_wait_leads_to_whoever_waits(client: Client, owner: Agent, make: Make) -> None:
    make.ticket(now=database_now())
    oldest = make.ticket(now=database_now() - timedelta(minutes=59))

    html = client.get(reverse("board")).content.decode()
    assert f'id="now-oldest" href="{reverse("ticket", args=[oldest.reference])}"' in html
    assert "59 min</time>" in html


def test_the_live_panel_alone_takes_few_queries(client: Client, owner: Agent, make: Make) -> None:
    make.ticket(now=database_now())
    client.get(reverse("board"))
    with CaptureQueriesContext(connection) as queries:
        html = client.get(reverse("board"), {"part": "now"}).content.decode()
    assert html.startswith('<div class="stack" id="at-this-instant"')
    assert len(queries) <= 5


def test_the_days_can_be_had_as_csv_as_they_are_seen(client: Client, owner: Agent, make: Make) -> None:
    asked = in_the_evening(owner) - timedelta(hours=4)
    for number in range(FEW):
        ticket = make.ticket(now=asked)
        if number < FEW * 3 // 4:
            answer(ticket, owner, asked + timedelta(minutes=40))

    rows = read_csv(client, "board-days")
    assert len(rows) == DAYS
    today = rows[-1]
    assert (today["asked"], today["answered"], today["waiting"], today["never_answered"]) == (
        "20",
        "15",
        "5",
        "0",
    )
    assert today["half_within"] == "2400.0"
    assert today["nine_in_ten_within"].startswith(">")
    assert rows[0]["half_within"] == ""


@pytest.mark.parametrize(
    "query",
    [
        "?asked=x",
        "?asked=9999-12-31",
        "?asked=0001-01-01",
        "?slice=lost",
        "?asked=2026-03-09&slice=x",
        "?asked=2026-03-09&zone=x",
        "?asked=2026-03-09&zone=../../etc/passwd",
    ],
)
def test_a_day_or_slice_that_does_not_exist_lists_nothing(
    client: Client, owner: Agent, make: Make, query: str
) -> None:
    make.ticket(now=database_now())
    assert listed(client, reverse("tickets") + query) == 0


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))


def read_csv(client: Client, name: str) -> list[dict[str, str]]:
    page = client.get(reverse(name))
    assert page.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(page.getvalue().decode())))


def test_a_target_stands_beside_the_waits_only_where_it_counts_as_they_do(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    make.ticket(now=now)
    assert client.get(reverse("board")).context["target"] == 4 * 3600

    office = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    spec = {"timezone": "UTC", "weekly": office}
    versions.publish_calendar(calendar=Calendar.objects.get(), spec=spec, now=now)
    Clock.objects.update(calendar_version=CalendarVersion.objects.latest("pk"))

    assert client.get(reverse("board")).context["target"] is None
