"""The board: honest numbers, each of which leads to exactly its tickets."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
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
from monitor.models import Calendar, CalendarVersion, Clock, RollupEdition, RollupMark, Standing
from monitor.promises import versions
from monitor.reports.board.board_view import DAYS
from monitor.reports.board.promises_panel import MetricPromises
from monitor.reports.board.waits_panel import FEW, WaitsOfDays
from monitor.reports.rollup.cell_reading import ADDED
from tests import figures
from tests.make import Make

LINK = re.compile(r'<a\s[^>]*href="(?P<address>[^"]*\?[^"]*)"[^>]*>(?:<b>)?(?P<count>\d+)(?:</b>|</a>)')

FORM = re.compile(r'<form id="(asked|broken)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
BUTTON = re.compile(r"<button( form=broken)? name=hour value=([\d.]+)>(\d+)<")


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    """The figures of an empty desk."""
    figures.begin()


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
    """Return the address of every number on a page that leads to tickets, by a link or by a button of a form."""
    html = page.content.decode()
    links = [(found["address"].replace("&amp;", "&"), int(found["count"])) for found in LINK.finditer(html)]
    forms = {
        name: urlencode([(one, unescape(value)) for one, value in HIDDEN.findall(fields)])
        for name, fields in FORM.findall(html)
    }
    lists = reverse("tickets")
    pressed = [
        (f"{lists}?{forms['broken' if broken else 'asked']}&hour={hour}", int(n))
        for broken, hour, n in BUTTON.findall(html)
    ]
    return links + pressed


def test_every_number_leads_to_exactly_its_tickets(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    a_mixed_day(make, now)
    for _ in range(30):
        make.ticket(now=now)
    make.ticket(now=now, queue=make.queue("Elsewhere"))
    make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST))

    pages = (client.get(reverse("board")), client.get(reverse("board-table")))
    found = {number for page in pages for number in numbers(page)}

    assert len(found) > 5 * DAYS
    assert any("slice=no_reply_needed" in address for address, _count in found)
    assert sum(count > 0 for _address, count in found) >= 25
    for address, count in found:
        assert listed(client, address) == count, address


@pytest.mark.parametrize(
    "query",
    [
        "?days=28&compared=1",
        "?days=91&time=open",
        "?metric=next_response",
        "?metric=first_any_response&channel=chat",
        "?priority=low",
        "?priority=urgent&channel=chat",
        "?tier=gold",
        "?tier=none&topic=none&language=none",
    ],
)
@pytest.mark.parametrize("is_folded", [True, False])
def test_whatever_is_asked_for_every_number_leads_to_exactly_its_tickets(
    client: Client, owner: Agent, make: Make, now: datetime, query: str, is_folded: bool
) -> None:
    a_mixed_day(make, now)
    a_mixed_day(make, now - timedelta(days=20))
    for number, ticket in enumerate(Ticket.objects.order_by("pk")):
        told = {"channel": ("chat", "email")[number % 2], "tier": ("gold", "")[number % 3 % 2]}
        rank = number // 2 % 2 * 3
        Ticket.objects.filter(pk=ticket.pk).update(**told, priority="urgent" if rank else "low")
        Standing.objects.filter(ticket=ticket).update(rank=rank)
    replies.receive_customer_message(ticket=Ticket.objects.earliest("pk"), body="And?", now=now)
    if is_folded:
        figures.fold()
    else:
        RollupMark.objects.bulk_create(
            RollupMark(ticket_id=pk) for pk in Ticket.objects.values_list("pk", flat=True)
        )

    pages = (client.get(reverse("board") + query), client.get(reverse("board-table") + query))
    found = {number for page in pages for number in numbers(page)}

    assert sum(count > 0 for _address, count in found) >= 5
    for address, count in found:
        assert listed(client, address) == count, address


def test_while_there_are_no_figures_the_board_says_so(client: Client, owner: Agent, make: Make) -> None:
    RollupEdition.objects.all().delete()
    make.ticket()

    page = client.get(reverse("board"))

    assert "Figures are being made" in page.content.decode()
    assert page.context["at"].waiting.count == 1
    assert "Figures are being made" in client.get(reverse("board-table")).content.decode()


def test_figures_that_are_behind_say_since_when(client: Client, owner: Agent, make: Make) -> None:
    RollupMark.objects.bulk_create(RollupMark(ticket_id=-number) for number in range(ADDED + 1))

    assert "These figures are behind what happens" in plain(client.get(reverse("board")))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?queue=x&days=5&metric=y&from=2026-13-01&to=2026-01-01&priority=high!", "days=14"),
        ("?from=2026-02-03&to=2026-01-04", "from=2026-01-04&to=2026-02-03"),
        ("?from=2020-01-01&to=2026-01-04", "days=14"),
        ("?topic=none&tier=none&language=he&time=open&compared=1", ""),
    ],
)
def test_nonsense_in_the_address_narrows_nothing(
    client: Client, owner: Agent, query: str, shown: str
) -> None:
    page = client.get(reverse("board") + query)

    assert page.status_code == 200
    assert page.context["view"].board_query == shown or "topic=none" in query


def test_what_was_left_empty_in_the_filter_bar_is_left_out_of_the_address(
    client: Client, owner: Agent
) -> None:
    page = client.get(reverse("board") + "?queue=&priority=low&days=&from=&to=")

    assert (page.status_code, page.headers["Location"]) == (302, "?priority=low")


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
    assert "Nobody has asked on these days." in page.content.decode()
    assert len(client.get(reverse("board-tickets")).getvalue().splitlines()) == 1


def test_the_four_slices_are_counted_apart_and_the_unanswered_lower_the_share(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = in_the_evening() - timedelta(hours=11)
    answer(make.ticket(now=asked), owner, asked + timedelta(minutes=59))
    assert share(client) == 100

    with transaction.atomic():
        ticket_status.resolve(ticket=make.ticket(now=asked), by=owner, now=asked + timedelta(hours=1))
    assert share(client) == 50

    make.ticket(now=asked)
    assert share(client) == 33
    assert {name: number.count for name, number in first_responses(client).told.items()} == {
        "met": 1, "late": 1, "unanswered": 1, "undecided": 0,
    }  # fmt: skip


def first_responses(client: Client) -> MetricPromises:
    promises: list[MetricPromises] = client.get(reverse("board")).context["promises"]
    return next(one for one in promises if one.metric == "first_response")


def share(client: Client) -> int | None:
    return first_responses(client).percent


def in_the_evening() -> datetime:
    """Count the days of a zone where it is after six in the evening, so that this morning was today."""
    now = database_now()
    east = (18 - now.hour + 9) % 24 - 9
    figures.begin(f"Etc/GMT{-east:+d}")
    return now


def today(page: Any) -> WaitsOfDays:
    return page.context["waits"].last  # type: ignore[no-any-return]


def test_many_are_said_in_halves_and_tenths_counting_those_still_waiting(
    client: Client, owner: Agent, make: Make
) -> None:
    asked = in_the_evening() - timedelta(hours=4)
    for number in range(FEW):
        ticket = make.ticket(now=asked)
        if number < FEW * 3 // 4:
            answer(ticket, owner, asked + timedelta(minutes=40))

    html = plain(client.get(reverse("board")))
    so_far = r"more than (4 hr|3 hr 5\d min) so far, counting those still waiting\."
    assert re.search(rf"Half of those who asked waited at most 40 min and nine in ten {so_far}", html)
    naive = "Among the answered alone it would be 40 min and 40 min. Their mean, which most helpdesks show, is 40 min:"
    assert naive in html
    assert not re.search("kaplan|survival|censor", html, re.IGNORECASE)


def test_a_few_are_shown_each_for_itself(client: Client, owner: Agent, make: Make) -> None:
    asked = in_the_evening() - timedelta(hours=2)
    answered, silent, waiting = (make.ticket(now=asked) for _ in range(3))
    answer(answered, owner, asked + timedelta(minutes=59))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=owner, now=asked + timedelta(minutes=3))

    page = client.get(reverse("board"))
    html = plain(page)
    assert "3 waits on these days: too few to say how long half of them waited" in html
    assert "Half of those who asked" not in html
    assert "59 min, never answered, 2 hr so far" in plain(client.get(reverse("board-table")))
    assert [dot.wait.reference for dot in page.context["chart"].dots] == [
        answered.reference, silent.reference, waiting.reference,
    ]  # fmt: skip


def test_days_are_those_of_the_figures(client: Client, owner: Agent, make: Make) -> None:
    make.ticket(now=database_now())
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        figures.begin(name)
        RollupMark.objects.create(ticket_id=Ticket.objects.get().pk)
        page = client.get(reverse("board"))
        day = database_now().astimezone(ZoneInfo(name)).date()
        assert (today(page).day, today(page).asked.count) == (day, 1)
        assert listed(client, reverse("tickets") + f"?asked={day}&zone={name}") == 1
        assert listed(client, reverse("tickets") + f"?asked={day - timedelta(days=1)}&zone={name}") == 0


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
    assert len(queries) <= 10  # two say which figures are shown, and which tickets are not in them yet


def test_the_days_can_be_had_as_csv_as_they_are_seen(client: Client, owner: Agent, make: Make) -> None:
    asked = in_the_evening() - timedelta(hours=4)
    for number in range(FEW):
        ticket = make.ticket(now=asked)
        if number < FEW * 3 // 4:
            answer(ticket, owner, asked + timedelta(minutes=40))

    rows = read_csv(client, "board-days")
    assert len(rows) == DAYS
    last = rows[-1]
    parts = ("asked", "answered", "waiting", "never_answered")
    assert [last[name] for name in parts] == ["20", "15", "5", "0"]
    assert [float(last[name]) for name in ("half_within", "mean_of_answered")] == pytest.approx(
        [2400] * 2, rel=0.01
    )
    assert last["nine_in_ten_within"].startswith(">")
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
