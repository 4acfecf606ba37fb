"""Closed months: who sees and closes them, what is asked first, and what a page says of what changed since."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.deletion import delete_whole
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import ticket_attributes
from monitor.excusals import broken_promises, excusing
from monitor.models import Freeze, FrozenClock, ReportedClock, ReportedFigure, ReportedMonth
from monitor.pages.months import month_tickets
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import Make
from tests.monitor.recounted import go_on_to_the_end
from tests.monitor.reports.months.closing import (
    a_closed_month,
    answered,
    asked,
    close,
    in_last_month,
    last_month,
    what_came_later,
)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    ensure_defaults()
    figures.begin()


@pytest.fixture
def now() -> datetime:
    return database_now() - timedelta(minutes=5)


@pytest.fixture
def admin(client: Client, make: Make) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def plain(page: Any) -> str:
    assert page.status_code in {200, 422}, page.status_code
    return re.sub(r"\s+", " ", unescape(strip_tags(page.content.decode())))


def test_a_month_is_closed_on_its_page_and_stands_in_the_list(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    answered(asked(make, in_last_month(now)), make, in_last_month(now) + HOUR / 6)
    month = last_month(now).strftime("%Y-%m")
    assert "will still change" not in plain(client.get(reverse("month-closing"), {"month": month}))

    sent = client.post(reverse("month-closing"), {"month": month, "note": "for the meeting"})
    assert sent.status_code == 302
    assert "being closed: 0 of … days" in plain(client.get(reverse("months")))
    go_on_to_the_end(now=database_now())

    said = plain(client.get(reverse("months")))
    assert "No. 1" in said
    assert "for the meeting" in said
    assert "100 %" in said


def test_what_speaks_against_it_is_said_and_asked_for(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    month = now.strftime("%Y-%m")
    asked(make, now)

    refused = client.post(reverse("month-closing"), {"month": month, "note": "typed"})

    said = plain(refused)
    assert refused.status_code == 422
    assert "The month is not over." in said
    assert "not decided yet" in said
    assert "tick that you mean it" in said
    assert 'value="typed"' in refused.content.decode()
    assert not ReportedMonth.objects.exists()
    assert client.post(reverse("month-closing"), {"month": month, "sure": "on"}).status_code == 302


@pytest.mark.parametrize("month", ["x", "2026-13", "2026-10-01", "2000-01", "2099-01"])
def test_a_month_that_cannot_be_closed_is_not_there(client: Client, admin: Agent, month: str) -> None:
    assert client.get(reverse("month-closing"), {"month": month}).status_code == 404


@pytest.mark.parametrize("name", ["owner", "colleague", "outsider"])
def test_members_neither_see_nor_close_them(client: Client, make: Make, now: datetime, name: str) -> None:
    close(make, now)
    client.force_login(make.agent(name))

    assert client.get(reverse("months")).status_code == 403
    assert client.get(reverse("reported-month", args=[1])).status_code == 403
    for below in ("reported-month-csv", "reported-month-tickets", "reported-month-tickets-csv"):
        assert client.get(reverse(below, args=[1])).status_code == 403
    assert client.post(reverse("month-closing"), {"month": now.strftime("%Y-%m")}).status_code == 403


def test_an_overseer_sees_their_queue_s_figures_alone(client: Client, make: Make, now: datetime) -> None:
    at, returns = in_last_month(now), make.queue("Returns")
    answered(asked(make, at), make, at + HOUR / 6)
    theirs, others = asked(make, at), asked(make, at, queue=returns)
    close(make, now)
    make.member(make.agent(), queue=returns)
    for ticket in (theirs, others):
        answered(ticket, make, at + HOUR / 6, told_at=now)
    client.force_login(make.agent("overseer"))

    page = client.get(reverse("reported-month", args=[1]))

    said = plain(page)
    assert "Returns" not in said
    assert theirs.reference in said
    assert others.reference not in said
    assert "50 %. Now 100 %: 1 ticket changed" in said
    rows = list(
        csv.DictReader(io.StringIO(client.get(reverse("reported-month-csv", args=[1])).content.decode()))
    )
    assert {row["queue"] for row in rows} == {"Support"}


def test_the_number_of_another_environment_is_not_there(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    make.store()
    close(make, now)
    ReportedMonth.objects.get()
    session = client.session
    session["environment"] = "test"
    session.save()

    assert client.get(reverse("reported-month", args=[1])).status_code == 404
    assert client.get(reverse("reported-month-tickets", args=[1])).status_code == 404
    assert client.get(reverse("reported-month", args=[7])).status_code == 404


def test_a_closed_month_says_by_whom_promises_were_excused(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    """It says so of those that it counted, whatever was taken back since."""
    by, returns = make.agent("overseer"), make.queue("Returns")
    broken = [asked(make, in_last_month(now)), asked(make, in_last_month(now), queue=returns)]
    one, other = (ticket.clocks.get(metric="first_response") for ticket in broken)
    with transaction.atomic():
        excusing.excuse([one], reason="The power was out.", by=by, now=now)
    freeze = Freeze.objects.create(
        environment="live", name="Flood", reason="Wet.", starts_at=other.started_at, made_by=admin
    )
    key = {"ticket": other.ticket, "metric": other.metric, "start_seq": other.start_seq}
    FrozenClock.objects.create(**key, freeze_ids=[freeze.pk])
    close(make, now)
    with transaction.atomic():
        excusing.take_back([broken_promises.key_of(one)], by=admin, now=now)
    FrozenClock.objects.all().delete()

    stored = ReportedClock.objects.filter(excused=True).order_by("ticket_id")
    assert list(stored.values_list("excused_by_id", "freeze_ids")) == [(by.pk, None), (None, [freeze.pk])]
    for query in ({}, {"print": "1"}):
        said = plain(client.get(reverse("reported-month", args=[1]), query))
        told = said.partition("What was excused when it was reported")[2]
        assert f"{by} 1 {broken[0].reference}" in told
        assert f"the freeze Flood, by {admin} 1 {broken[1].reference}" in told
    told_of = {"excused": "yes", "by": "none", "freezes": str(freeze.pk)}
    assert "Flood · 1 promise" in plain(client.get(reverse("reported-month-tickets", args=[1]), told_of))
    client.force_login(by)
    assert "Flood" not in plain(client.get(reverse("reported-month", args=[1])))


def test_a_list_names_nobody_who_excused_nothing_that_the_viewer_sees(
    client: Client, make: Make, now: datetime
) -> None:
    """Whoever counts through the numbers of an address learns of no freeze and of nobody by it."""
    by, others = make.agent("overseer"), make.agent("outsider")
    broken = asked(make, in_last_month(now)).clocks.get(metric="first_response")
    with transaction.atomic():
        excusing.excuse([broken], reason="The power was out.", by=by, now=now)
    freeze = Freeze.objects.create(
        environment="live", name="Flood", reason="Wet.", starts_at=broken.started_at, made_by=others
    )
    close(make, now)
    client.force_login(by)

    def said(agent: Agent, freezes: str = "none") -> str:
        query = {"excused": "yes", "by": str(agent.pk), "freezes": freezes}
        return plain(client.get(reverse("reported-month-tickets", args=[1]), query))

    assert f"{by} · 1 promise" in said(by)
    for nothing in (said(others), said(by, freezes=str(freeze.pk)), said(others, freezes=str(freeze.pk))):
        assert "0 promises" in nothing
        assert "Flood" not in nothing
        assert f"{others} ·" not in nothing


def test_a_closed_month_then_a_late_answer_a_bounce_a_merge_and_a_recount(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    """The page says what was reported, what it would be now, and why: of each ticket."""
    closed = a_closed_month(make, now)
    before = list(ReportedFigure.objects.order_by("pk").values())
    what_came_later(make, closed, now)

    said = plain(client.get(reverse("reported-month", args=[1])))

    assert list(ReportedFigure.objects.order_by("pk").values()) == before
    assert re.search(r"First response: Reported \w+ \d+: 96.6 %. Now 90.6 %: 4 tickets changed", said), said
    for ticket, then, now_, why in (
        (closed.late, "not due yet", "in time", "an answer from before was heard of later"),
        (closed.bounced, "in time", "late", "a reply bounced"),
        (closed.going, "not due yet", "merged", "two tickets were made one"),
        (closed.staying, "not due yet", "late", "counted again under another version"),
    ):
        assert f"first response {then} {now_} {why}" in said.partition(ticket.reference)[2]


def test_each_number_of_a_closed_month_leads_to_as_many_tickets(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    """Whatever happened since: the list is what was counted then, and says what it would be now, and why."""
    closed = a_closed_month(make, now)
    what_came_later(make, closed, now)
    page = client.get(reverse("reported-month", args=[1])).content.decode()

    links = set(re.findall(r'href="(/board/months/1/tickets/[^"]+)">\s*([\d,]+)</a>', page))

    assert {number for _href, number in links} >= {"1", "29", "30", "3"}
    for href, number in links:
        listed = client.get(unescape(href)).context
        assert listed["count"] == len(listed["listed"]) == int(number), href
    said = plain(client.get(listed_address(part="undecided")))
    assert "First response: not due yet" in said
    assert f"{closed.late.reference} {closed.late.subject}" in said
    told = said.partition(closed.late.reference)[2].partition(closed.going.reference)[0]
    assert "not due yet in time an answer from before was heard of later" in told
    assert "– not due yet merged two tickets were made one" in said.partition(closed.going.reference)[2]


def listed_address(**query: str) -> str:
    return f"{reverse('reported-month-tickets', args=[1])}?{urlencode({'metric': 'first_response', **query})}"


def test_numbers_that_would_be_others_now_lead_to_what_they_would_count(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    closed = a_closed_month(make, now)
    what_came_later(make, closed, now)
    page = client.get(reverse("reported-month", args=[1])).content.decode()

    links = set(re.findall(r'href="(/tickets/\?[^"]+)">([\d,]+)</a>', page))

    assert len(links) > 2
    for href, number in links:
        assert re.search(rf"\b{number} tickets?\b", plain(client.get(unescape(href)))), href


def test_a_list_of_a_closed_month_goes_on_by_pages_of_as_few_statements(
    client: Client, admin: Agent, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [asked(make, in_last_month(now)) for _ in range(5)]
    close(make, now)
    for ticket in tickets:
        answered(ticket, make, in_last_month(now) + HOUR / 6, told_at=now)
    client.get(listed_address())

    monkeypatch.setattr(month_tickets, "PAGE_SIZE", 1)
    with CaptureQueriesContext(connection) as of_one:
        client.get(listed_address())
    monkeypatch.setattr(month_tickets, "PAGE_SIZE", 2)
    with CaptureQueriesContext(connection) as of_two:
        page = client.get(listed_address())
    found = [one.reference for one in page.context["listed"]]
    while page.context["next"]:
        page = client.get(listed_address(after=page.context["next"]))
        found += [one.reference for one in page.context["listed"]]

    assert found == [ticket.reference for ticket in tickets]
    assert len(of_two) == len(of_one)


def test_a_ticket_that_is_gone_or_not_the_viewer_s_any_more_is_counted_and_not_opened(
    client: Client, make: Make, now: datetime
) -> None:
    at, returns = in_last_month(now), make.queue("Returns")
    gone, moved, others = (asked(make, at, subject=f"Parcel {number}") for number in range(3))
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=others, queue=returns, by=make.agent("admin"), now=at)
    close(make, now)
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=moved, queue=returns, by=make.agent("admin"), now=now)
    delete_whole(Ticket.objects.filter(pk=gone.pk))
    client.force_login(make.agent("overseer"))

    page = client.get(listed_address(queue=str(make.queue().pk)))

    said = plain(page)
    assert page.context["count"] == 2
    assert f"{gone.reference} Support" in said
    assert "not counted its ticket is not kept any more" in said
    assert f"{moved.reference} Support" in said
    assert f"/tickets/{moved.reference}/" not in page.content.decode()
    assert others.reference not in said
    for query in ({"queue": str(returns.pk)}, {"store": str(make.store().pk)}, {"part": "x"}, {"queue": "x"}):
        assert client.get(listed_address(**query)).status_code == 404
        assert client.get(reverse("reported-month-tickets-csv", args=[1]), query).status_code == 404


def test_a_list_of_a_closed_month_is_saved_as_it_was_reported(
    client: Client, admin: Agent, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = a_closed_month(make, now)
    what_came_later(make, closed, now)
    monkeypatch.setattr(month_tickets, "PIECE", 4)

    saved = client.get(reverse("reported-month-tickets-csv", args=[1]), {"metric": "first_response"})

    rows = list(csv.DictReader(io.StringIO(saved.getvalue().decode())))
    assert len({row["ticket"] for row in rows}) == len(rows) == 33
    assert Counter(row["came_out"] for row in rows) == {"met": 29, "unanswered": 1, "undecided": 3}
    assert {(row["month"], row["queue"], row["excused"]) for row in rows} == {
        (f"{last_month(now):%Y-%m}", "Support", "0")
    }


def test_nothing_counted_is_no_link_and_its_list_says_so(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    answered(asked(make, in_last_month(now)), make, in_last_month(now) + HOUR / 6)
    close(make, now)

    page = client.get(reverse("reported-month", args=[1])).content.decode()

    assert "metric=first_response&amp;part=met" in page
    assert "metric=first_response&amp;part=late" not in page
    assert "There is no such ticket." in plain(client.get(listed_address(part="late")))
