"""A promise in days is said in days wherever a target is said: what the days come to is no promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from monitor.models import Calendar, Policy
from monitor.promises import versions
from tests.make import Make
from tests.monitor.pages.test_the_board import begun, plain
from tests.monitor.pages.test_the_tester_page import PAGE as TESTER
from tests.monitor.pages.test_wallboards import made

__all__ = ["begun"]

DAYS = ("mon", "tue", "wed", "thu", "fri")
SAID = "3 working days, to the same time of day"


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def admin(make: Make, client: Client, now: datetime) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    in_three_days(now - timedelta(days=14))
    return agent


def in_three_days(now: datetime, **of_each: object) -> None:
    """Promise everybody a first response in three days of an office that is closed at night."""
    office = {"timezone": "UTC", "weekly": {day: [["09:00", "17:00"]] for day in DAYS}}
    calendar = Calendar.objects.get()
    versions.publish_calendar(calendar=calendar, spec=office, now=now)
    rules = {"targets": {"first_response": {"amounts": {"*": {"days": 3, **of_each}}}}}
    for policy in Policy.objects.all():
        versions.publish_policy(policy=policy, calendar=calendar, position=100, rules=rules, now=now)


@pytest.mark.usefixtures("admin", "begun")
@pytest.mark.parametrize(
    "address",
    [
        lambda client, ticket: reverse("board"),
        lambda client, ticket: reverse("board") + "?time=open",
        lambda client, ticket: made(client),
        lambda client, ticket: reverse("ticket", args=[ticket.reference]),
        lambda client, ticket: reverse("explanation", args=[ticket.reference]),
        lambda client, ticket: reverse("policies"),
        lambda client, ticket: reverse("policy", args=[Policy.objects.latest("pk").pk]),
        lambda client, ticket: reverse("policy-editing", args=[Policy.objects.latest("pk").pk]),
        lambda client, ticket: reverse("checklist"),
    ],
)
def test_each_page_that_says_a_target_says_its_days(
    client: Client, make: Make, now: datetime, address: Callable[[Client, Ticket], str]
) -> None:
    tickets = [make.ticket(now=now - timedelta(hours=hours)) for hours in (1, 30, 60)]

    said = plain(client.get(address(client, tickets[0])))

    assert SAID in said
    assert "of open time, to" not in said


@pytest.mark.usefixtures("admin")
def test_the_tester_says_its_days(client: Client, make: Make) -> None:
    make.store()
    assert SAID in plain(client.post(TESTER, {"tier": "gold", "channel": "chat", "priority": "urgent"}))


@pytest.mark.usefixtures("admin", "begun")
def test_days_of_all_tickets_are_one_target_on_the_board_and_no_line(
    client: Client, make: Make, now: datetime
) -> None:
    for hours in (1, 30, 60):
        make.ticket(now=now - timedelta(hours=hours))
    page = client.get(reverse("board") + "?time=open")

    assert page.context["target_in_words"] == SAID
    assert page.context["target"] is None


@pytest.mark.usefixtures("admin", "begun")
def test_days_of_the_wall_are_no_working_days(client: Client, make: Make, now: datetime) -> None:
    in_three_days(now - timedelta(hours=1), basis="wall", ends="end_of_day")
    make.ticket(now=now)

    assert client.get(reverse("board")).context["target_in_words"] == "3 days, to midnight"
