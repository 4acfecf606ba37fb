"""Whether answers are fast at the cost of good ones: speed, and beside it who asks again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from helpdesk.tickets import ticket_status
from monitor.reports.board.board_view import Span
from monitor.reports.board.care_panel import WEEKS, _weeks
from tests.make import Make
from tests.monitor.pages.test_the_board import answer, begun, listed, plain

__all__ = ["begun"]


@pytest.fixture
def now() -> datetime:
    return database_now()


def care(client: Client) -> Any:
    return client.get(reverse("board"), {"days": "28"}).context["care"]


def test_who_asks_again_is_counted_beside_how_soon_they_were_answered(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    asked = now - timedelta(days=3)
    again, content, thanks, silent = (make.ticket(now=asked, occurred_at=asked.isoformat()) for _ in range(4))
    answer(again, owner, asked + timedelta(minutes=10))
    answer(content, owner, asked + timedelta(minutes=10))
    with transaction.atomic():
        replies.receive_customer_message(ticket=again, body="And now?", now=asked + timedelta(minutes=20))
        ticket_status.mark_no_reply_needed(ticket=thanks, by=owner, now=asked + timedelta(minutes=20))
        ticket_status.resolve(ticket=silent, by=owner, now=asked + timedelta(minutes=20))

    told = care(client)

    week = told.weeks[-1]
    numbers = (week.asked, week.again, week.never_answered, week.no_reply_needed)
    assert [one.count for one in numbers] == [4, 1, 1, 1]
    assert told.whole.again_of_ten == 2.5
    for one in numbers:
        assert listed(client, f"{reverse('tickets')}?{one.query}") == one.count


def test_where_nobody_asked_nothing_is_said_of_speed(client: Client, owner: Agent) -> None:
    assert "Nobody has asked for the first time on these days." in plain(client.get(reverse("board")))


def test_the_outsider_sees_none_of_it(client: Client, make: Make, now: datetime) -> None:
    make.ticket(now=now)
    client.force_login(make.agent("outsider"))

    assert care(client).whole.asked.count == 0


def test_weeks_are_counted_back_and_are_never_more_than_can_be_told() -> None:
    last = date(2026, 3, 9)
    weeks = [Span(date(2026, 2, 26), date(2026, 3, 2)), Span(date(2026, 3, 3), last)]

    assert _weeks(Span(weeks[0].first, last)) == weeks
    assert len(_weeks(Span(date(2025, 3, 10), last))) == WEEKS
