"""Whether answers are fast at the cost of good ones: speed, and beside it who asks again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import ticket_status
from monitor.reports.board.board_view import LinkedCount, Span
from monitor.reports.board.care_panel import WEEKS, PartOfResolutions, _weeks
from monitor.reports.board.waits_panel import FEW
from monitor.reports.resolutions.resolution_selection import decided_until
from tests import figures
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


def settle(make: Make, owner: Agent, at: datetime, waited: timedelta, **fields: Any) -> Ticket:
    """Return a ticket that was asked, answered after so long, and resolved."""
    ticket = make.ticket(now=at, occurred_at=at.isoformat(), **fields)
    answer(ticket, owner, at + waited)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=owner, now=at + waited)
    return ticket


def asks_again(ticket: Ticket, at: datetime) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And now?", now=at)


def test_what_came_of_fast_answers_stands_beside_what_came_of_slow_ones(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    asked = now - timedelta(days=10)
    fast, _content, slow = (settle(make, owner, asked, timedelta(minutes=minutes)) for minutes in (5, 5, 300))
    settle(make, owner, now - timedelta(days=2), timedelta(minutes=5))
    asks_again(fast, asked + timedelta(days=2))
    with transaction.atomic():
        ticket_status.reopen(ticket=slow, by=make.agent("colleague"), now=asked + timedelta(days=3))
    figures.fold()

    told = care(client)

    quick, late = told.bands["quarter"], told.bands["day"]
    parts = (quick.decided, quick.asked_again.part, quick.reopened.part, quick.undecided)
    assert [one.count for one in parts] == [2, 1, 1, 1]
    assert [late.decided.count, late.asked_again.part.count, late.reopened.part.count] == [1, 0, 1]
    assert set(told.bands) == {"quarter", "day"}
    for one in (*parts, late.decided, late.reopened.part, told.whole.resolutions.decided):
        assert listed(client, f"{reverse('tickets')}?{one.query}") == one.count


def test_a_share_is_not_read_as_more_digits_of_its_number(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    asked = now - timedelta(days=10)
    settled = [settle(make, owner, asked, timedelta(minutes=5)) for _ in range(FEW)]
    for ticket in settled[:2]:
        asks_again(ticket, asked + timedelta(days=2))
    figures.fold()

    said = " ".join(plain(client.get(reverse("board"), {"days": "28"})).replace("&nbsp;", " ").split())

    assert said.count("2 10 %") == 4, "asked again, and so reopened: of how soon, and of the week"


def test_whoever_has_not_had_their_week_is_undecided_even_if_they_asked_again(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    again = settle(make, owner, now - timedelta(days=3), timedelta(minutes=5))
    settle(make, owner, now - timedelta(days=3), timedelta(minutes=5))
    asks_again(again, now - timedelta(days=1))
    figures.fold()

    told = care(client).whole.resolutions

    assert (told.decided.count, told.asked_again.part.count, told.undecided.count) == (0, 0, 2)
    assert "Nothing was resolved on these days whose 7 days are over." in plain(client.get(reverse("board")))


def test_of_few_no_share_is_told_and_of_more_nobody_is_rounded_away(make: Make) -> None:
    few, many = (PartOfResolutions(LinkedCount(1, ""), whole) for whole in (19, 1000))

    assert (few.percent, few.likely_percents) == (None, None)
    assert (many.percent, many.likely_percents) == (1, (0, 1))


def test_a_day_is_decided_once_the_seven_days_of_everybody_are_over() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 30, 0, 30, tzinfo=berlin)  # the clocks went forward the day before

    assert decided_until(datetime(2026, 3, 16, tzinfo=UTC), ZoneInfo("UTC")) == date(2026, 3, 8)
    assert decided_until(spring, berlin) == date(2026, 3, 21)
    assert decided_until(spring + timedelta(minutes=30), berlin) == date(2026, 3, 22)


@pytest.mark.parametrize(
    "nonsense",
    ["first_resolved=yesterday", "then=reopened", "first_resolved=2026-03-09&then=angry", "response=hour"],
)
def test_an_address_that_asks_for_no_resolution_that_can_be_lists_nothing(
    client: Client, owner: Agent, make: Make, now: datetime, nonsense: str
) -> None:
    settle(make, owner, now - timedelta(days=1), timedelta(minutes=5))
    figures.fold()

    assert listed(client, f"{reverse('tickets')}?{nonsense}") == 0


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
