"""Hours that never open, not for long enough, or not before the last year there is: no due time, and no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.clock.book.calendar import BusinessCalendar, OutOfReach
from tests.clock.story import HOUR, Story, book, calendar, office, promise, tuesday

NEVER = BusinessCalendar.parse({"timezone": "UTC", "weekly": {}})
ONCE = BusinessCalendar.parse(
    {"timezone": "UTC", "weekly": {}, "date_overrides": {"2026-03-10": [["14:00", "16:00"]]}}
)
A_MINUTE_A_WEEK = BusinessCalendar.parse({"timezone": "UTC", "weekly": {"wed": [["10:00", "10:01"]]}})


@pytest.mark.parametrize(("hours", "target"), [(NEVER, 1), (ONCE, 3), (A_MINUTE_A_WEEK, 87_840)])
def test_what_is_never_due_has_a_target_and_raises_nothing(hours: BusinessCalendar, target: float) -> None:
    promises = (
        promise(first_response=target, warn=0.25),
        promise(policy=2, position=0, calendar_id=2, match={"tags": ["vip"]}, first_response=1),
    )
    rules = book(*promises, calendars=[calendar(hours), calendar(office(), calendar_id=2)])
    clock = Story(rules, opened=tuesday(9)).then(tuesday(20), "note_added").clock("first_response")

    assert clock.target == target * HOUR
    assert (clock.due_at, clock.risk_at, clock.breach_at, clock.paused_at) == (None, None, None, None)
    assert clock.state_at(tuesday(20)) == "running"


def test_its_pauses_and_its_end_are_those_of_any_clock() -> None:
    rules = book(promise(resolution=3, warn=0.25), calendars=[calendar(ONCE)])
    story = Story(rules, opened=tuesday(9)).turns(tuesday(13), "pending")
    assert story.clock("resolution").remaining == HOUR

    clock = story.turns(tuesday(14), "open").then(tuesday(15), "resolved").clock("resolution")
    assert (clock.outcome, clock.due_at, clock.risk_at) == ("met", None, None)
    assert (clock.business, clock.wall) == (2 * HOUR, 5 * HOUR)


def test_other_clocks_of_the_ticket_stand() -> None:
    rules = book(
        promise(first_response=1),
        promise(policy=2, position=0, match={"queue": [2]}, basis="wall", first_response=1),
        calendars=[calendar(NEVER)],
    )
    story = Story(rules, opened=tuesday(9))
    assert story.clock("first_response").due_at is None

    assert story.then(tuesday(9, 30), "queue_changed", queue=2).clock("first_response").due_at == tuesday(10)


def test_a_wall_target_beyond_the_last_year_is_never_due() -> None:
    rules = book(promise(first_response=24, basis="wall"))
    opened = tuesday(9).replace(year=9999, month=12, day=31)

    assert Story(rules, opened=opened).clock("first_response").due_at is None


def test_a_target_of_thousands_of_years_is_found_out_of_reach_after_a_hundred() -> None:
    hours = BusinessCalendar.parse({"timezone": "UTC", "weekly": {"wed": [["10:00", "10:01"]]}})

    with pytest.raises(OutOfReach):
        hours.due(tuesday(9), timedelta(days=3660))
    assert hours.due(tuesday(9), timedelta(hours=100)).year == 2141


def test_hours_that_open_by_a_version_to_come_are_waited_for() -> None:
    opens = calendar(office(), version=2, since=tuesday(9, days_later=1))
    rules = book(promise(first_response=1), calendars=[calendar(NEVER), opens])

    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at == tuesday(10, days_later=1)
