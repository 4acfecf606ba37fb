"""What breaks next: what falls due, who is there for it, and when nothing can be told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Agent, Environment, Ticket
from helpdesk.tickets import assignment
from monitor.models import Clock
from monitor.promises import defaults
from monitor.reports.board import forecast_panel
from monitor.reports.board.answering_pace import AnsweringPace
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.board.forecast_panel import QUARTERS, ForecastPanel
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HOUR = timedelta(hours=1)


@pytest.fixture
def owner(make: Make) -> Agent:
    defaults.ensure_defaults()
    return make.agent("owner")


def forecast(agent: Agent, **values: int) -> ForecastPanel:
    return forecast_panel.panel(
        BoardView(agent=agent, environment=Environment.LIVE, now=NOW, filter=BoardFilter(values=values))
    )


def due_in(make: Make, time: timedelta, **fields: object) -> Ticket:
    """Open a ticket whose first response falls due in so long: four hours are promised."""
    asked = NOW + time - 4 * HOUR
    return make.ticket(now=asked, occurred_at=asked.isoformat(), **fields)  # type: ignore[arg-type]


def answered(make: Make, agent: Agent, *, times: int = 1, ago: timedelta = HOUR / 4) -> None:
    for _ in range(times):
        ticket = due_in(make, HOUR)
        with transaction.atomic():
            replies.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=NOW - ago)


def a_team(make: Make) -> None:
    """Four people, each of whom has given three answers in the last half an hour."""
    for name in ("owner", "colleague", "third", "fourth"):
        answered(make, make.agent(name), times=3)


def test_more_than_the_team_can_answer_is_expected_late(make: Make, owner: Agent) -> None:
    a_team(make)
    for _ in range(31):
        due_in(make, HOUR)

    found = forecast(owner)

    assert (found.pace.unknown, found.pace.present, found.pace.each) == ("", 4, 6.0)
    by = found.narrowest
    assert (by.until, by.answered, by.due_by.count, by.in_time, by.late) == (NOW + HOUR, 24, 31, 24, 7)


def test_what_is_late_already_is_answered_first_and_takes_its_time(make: Make, owner: Agent) -> None:
    a_team(make)
    for _ in range(31):
        due_in(make, HOUR)
    for _ in range(12):
        due_in(make, -HOUR / 6)

    found = forecast(owner)

    by = found.narrowest
    assert found.late.count == 12
    assert (by.answered, by.for_late, by.left, by.due_by.count) == (24, 12, 12, 31)
    assert (by.in_time, by.late) == (12, 19)
    assert found.quarters[0].for_late == found.quarters[0].answered == 6


def test_late_answers_of_one_queue_are_told_apart_from_those_of_others(make: Make, owner: Agent) -> None:
    for _ in range(3):
        due_in(make, -HOUR)
    quiet = make.queue("Quiet")
    make.member(owner, queue=quiet)
    ticket = due_in(make, -HOUR / 6, queue=quiet)

    assert ticket.queue == quiet
    assert forecast(owner, queue=quiet.pk).late.count == 1


def test_each_promise_is_in_the_quarter_at_whose_end_or_before_it_falls_due(make: Make, owner: Agent) -> None:
    minute = timedelta(minutes=1)
    for minutes in (-1, 1, 15, 16, 239, 240):
        due_in(make, minutes * minute)

    counts = [quarter.due.count for quarter in forecast(owner).quarters]

    assert counts == [2, 1, *[0] * (QUARTERS - 3), 2]
    assert [quarter.due_by.count for quarter in forecast(owner).quarters][-1] == 5


def test_what_is_elsewhere_answered_or_rings_no_bell_is_told_apart(make: Make, owner: Agent) -> None:
    due_in(make, HOUR, queue=make.queue("Elsewhere"))
    answered(make, owner)
    silent = due_in(make, HOUR)
    Clock.objects.filter(ticket=silent).update(silent=True, rings_at=None)
    other = make.store("Other")
    due_in(make, HOUR, store=other)

    assert forecast(owner).last.due_by.count == 2
    assert forecast(owner, store=other.pk).last.due_by.count == 1


def test_a_pace_is_told_of_several_people_with_some_answers(make: Make, owner: Agent) -> None:
    due_in(make, HOUR)
    assert forecast(owner).pace.unknown == "silent"
    answered(make, owner, times=2)
    assert forecast(owner).pace.unknown == "few"
    answered(make, owner, times=4)
    assert forecast(owner).pace.unknown == "alone"
    with transaction.atomic():
        ticket = due_in(make, HOUR)
        assignment.assign(ticket=ticket, to=make.agent("colleague"), by=make.agent("colleague"), now=NOW)
    found = forecast(owner)
    assert (found.pace.unknown, found.pace.present, found.pace.each) == ("", 2, 6.0)


def test_whoever_left_is_not_counted_on(make: Make, owner: Agent) -> None:
    for name in ("owner", "colleague"):
        answered(make, make.agent(name), times=3, ago=HOUR)

    found = forecast(owner)

    assert (found.pace.present, found.pace.unknown) == (0, "gone")
    assert {quarter.answered for quarter in found.quarters} == {None}


def test_hours_of_work_are_counted_by_the_half_and_none_twice() -> None:
    pace = AnsweringPace(
        since=NOW - 2 * HOUR, within=HOUR / 2, present=3, people=4, answers=20, worked=3 * HOUR
    )
    assert pace.each == 6.7
    assert [pace.answered_within(hours * HOUR) for hours in (0, 1, 2)] == [0, 20, 40]


def test_what_changes_all_at_once_tells_no_pace() -> None:
    pace = AnsweringPace(
        since=NOW - HOUR / 60, within=HOUR / 60, present=3, people=4, answers=20, worked=HOUR / 20
    )
    assert pace.unknown == "crowded"
