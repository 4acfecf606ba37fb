"""The queue and the board at `?at=`: what they say of a moment, to whom, and what they refuse."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import assignment, ticket_status
from monitor.pages.past import past_moment
from tests import figures
from tests.make import NOW, Make

LATER = NOW + timedelta(hours=2)


def look(client: Client, page: str, at: datetime | str, **query: Any) -> HttpResponse:
    said = at if isinstance(at, str) else at.isoformat()
    return client.get(reverse(page), {"at": said, **query})  # type: ignore[return-value]


@pytest.fixture
def answered(make: Make, owner: Agent) -> Ticket:
    """A ticket that was asked, taken an hour later and resolved after two."""
    ticket = make.ticket(subject="Where is my parcel?")
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=owner, now=NOW + timedelta(hours=1))
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=LATER)
        ticket_status.set_status(ticket=ticket, by=owner, status="resolved", now=LATER)
    return ticket


@pytest.mark.usefixtures("answered")
def test_the_queue_says_what_stood_then_and_nothing_can_be_done_there(client: Client, owner: Agent) -> None:
    before, taken, over = (
        look(client, "queue", NOW + timedelta(minutes=minutes)).content.decode() for minutes in (30, 90, 150)
    )
    assert "Where is my parcel?" in before
    assert "nobody has it" in before
    assert "As it stood on" in before
    assert "back to now" in before
    assert "nobody has it" not in taken
    assert "Where is my parcel?" in taken
    assert "Where is my parcel?" not in over
    assert "Nothing stood here" in over
    for page in (before, taken):
        assert 'form="bulk"' not in page
        assert "data-live" not in page.split("<main")[1].split("</main")[0]
        assert "<due-time" not in page


def test_who_may_not_see_a_ticket_now_did_not_see_it_then_either(
    client: Client, make: Make, answered: Ticket
) -> None:
    client.force_login(make.agent("outsider"))
    assert answered.subject not in look(client, "queue", NOW + timedelta(minutes=30)).content.decode()
    client.force_login(make.agent("colleague"))
    assert answered.subject in look(client, "queue", NOW + timedelta(minutes=30)).content.decode()
    Agent.objects.filter(email="colleague@example.com").update(is_active=False)
    assert look(client, "queue", NOW + timedelta(minutes=30)).status_code == 302


@pytest.mark.usefixtures("answered")
def test_the_board_counts_what_stood_then_and_leads_to_it(client: Client, owner: Agent) -> None:
    figures.begin()
    at = NOW + timedelta(minutes=90)
    page = look(client, "board", at)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Of 1 open ticket." in text
    assert "place=waiting&amp;at=2026-03-09T16%3A30%3A00Z" in text
    now = client.get(reverse("board"), {"days": "14"}).content.decode()
    assert "Of 1 open ticket." not in now


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("page", ["queue", "board"])
@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2999-01-01T00:00:00Z", "is still to come"),
        ("1999-01-01T00:00", "Nothing was known here"),
        ("yesterday", "is no moment"),
        ("2026-02-30T10:00", "is no moment"),
        ("0001-01-01T00:00", "is no moment"),
    ],
)
def test_what_is_no_moment_of_the_past_gets_a_sentence(
    client: Client, owner: Agent, page: str, at: str, why: str
) -> None:
    answer = look(client, page, at)
    assert answer.status_code == 400
    assert why in answer.content.decode()


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("page", ["queue", "board"])
def test_whoever_looks_back_too_far_is_led_to_the_earliest_that_is_known(
    client: Client, owner: Agent, page: str
) -> None:
    refusal = look(client, page, "1999-01-01T07:05", days="7").content.decode()
    assert 'value="1999-01-01T07:05"' in refusal
    assert '<input type="hidden" name="days" value="7">' in refusal
    led = re.search(r'href="\?(.*)">Show the earliest', refusal)
    assert led
    shown = client.get(f"{reverse(page)}?{html.unescape(led[1])}")
    assert shown.status_code == 200
    assert shown.wsgi_request.GET["days"] == "7"


@pytest.mark.usefixtures("answered")
def test_a_time_without_a_zone_is_of_the_viewers_clock(client: Client, owner: Agent) -> None:
    Agent.objects.filter(pk=owner.pk).update(timezone="Asia/Jerusalem")
    page = look(client, "queue", "2026-03-09T17:30").content.decode()
    assert "Where is my parcel?" in page
    assert 'value="2026-03-09T17:30"' in page
    assert "at=2026-03-09T15%3A15%3A00Z" in page
    assert "at=2026-03-09T15%3A45%3A00Z" in page


@pytest.mark.usefixtures("answered")
def test_nothing_of_the_past_is_left_behind(client: Client, owner: Agent) -> None:
    now = client.get(reverse("queue")).content
    look(client, "queue", NOW + timedelta(minutes=30))
    again = client.get(reverse("queue")).content
    assert (b"Where is my parcel?" in now) == (b"Where is my parcel?" in again)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("page", ["queue", "board"])
def test_whoever_looks_far_back_is_told_first_that_it_takes_long(
    client: Client, owner: Agent, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures.begin()
    monkeypatch.setattr(past_moment, "AT_ONCE", 0)
    answer = look(client, page, NOW + timedelta(minutes=30))
    assert answer.status_code == 409
    assert "1 ticket has changed since" in answer.content.decode()
    assert "patient=1" in answer.content.decode()
    assert look(client, page, NOW + timedelta(minutes=30), patient="1").status_code == 200
