"""A target is said with what its time is counted in: working days are not days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import DayCount, Target, parse_rules
from monitor.clock.metrics import Metric
from monitor.templatetags.targets import short_target_words, target_words

HOUR = timedelta(hours=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WEEKDAYS, "sat", "sun")


def hours(days: Any = WEEKDAYS, *windows: tuple[str, str], **other: Any) -> dict[str, Any]:
    weekly = {day: [list(window) for window in windows or [("09:00", "17:00")]] for day in days}
    return {"timezone": "Europe/Berlin", "weekly": weekly | other}


OFFICE = hours()
ALWAYS = hours(EVERY_DAY, ("00:00", "24:00"))
SPLIT = hours(WEEKDAYS, ("08:00", "12:00"), ("12:30", "16:30"))
OVERLAPPING = hours(WEEKDAYS, ("09:00", "15:00"), ("12:00", "17:00"))
NIGHTS = hours(WEEKDAYS, ("22:00", "06:00"))
SHORT_FRIDAYS = hours(fri=[["09:00", "13:00"]])
TWO_PLACES = {"any_of": [OFFICE, hours(WEEKDAYS, ("20:00", "22:00"))]}


@pytest.mark.parametrize(
    ("spec", "basis", "target", "said"),
    [
        (OFFICE, "business", 72 * HOUR, "9 working days (72 hr of open time)"),
        (OFFICE, "business", 8 * HOUR, "1 working day (8 hr of open time)"),
        (OFFICE, "business", 20 * HOUR, "2.5 working days (20 hr of open time)"),
        (OFFICE, "business", 9 * HOUR, "9 hr of open time"),
        (OFFICE, "business", 4 * HOUR, "4 hr of open time"),
        (OFFICE, "business", HOUR / 2, "30 min of open time"),
        (OFFICE, "business", 26.5 * HOUR, "26 hr 30 min of open time"),
        (OFFICE, "business", timedelta(), "0 min of open time"),
        (OFFICE, "business", timedelta(seconds=30), "30 sec of open time"),
        (OFFICE, "wall", 72 * HOUR, "3 days, nights and weekends included"),
        (ALWAYS, "business", 72 * HOUR, "3 days, around the clock"),
        (SPLIT, "business", 24 * HOUR, "3 working days (24 hr of open time)"),
        (OVERLAPPING, "business", 24 * HOUR, "3 working days (24 hr of open time)"),
        (NIGHTS, "business", 24 * HOUR, "3 working days (24 hr of open time)"),
        (SHORT_FRIDAYS, "business", 72 * HOUR, "72 hr of open time"),
        (TWO_PLACES, "business", 72 * HOUR, "72 hr of open time"),
    ],
)
def test_a_target_in_words(spec: dict[str, Any], basis: str, target: timedelta, said: str) -> None:
    assert target_words(Target(target, basis), BusinessCalendar.parse(spec)) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ({"days": 3}, "3 working days, to the same time of day"),
        ({"days": 1, "ends": "end_of_day"}, "1 working day, to its close"),
        ({"days": 2, "ends": "end_of_day"}, "2 working days, to the close of the last"),
        ({"days": 1, "basis": "wall"}, "1 day, to the same time of day"),
        ({"days": 5, "basis": "wall", "ends": "end_of_day"}, "5 days, to midnight"),
    ],
)
def test_days_that_are_promised_are_no_open_time(amount: dict[str, Any], said: str) -> None:
    rules = parse_rules({"targets": {"resolution": {"amounts": {"*": amount}}}})
    target = rules.targets[Metric.RESOLUTION]["*"]

    assert target_words(target, BusinessCalendar.parse(OFFICE)) == said
    assert target_words(target.lasting(26 * HOUR), BusinessCalendar.parse(OFFICE)) == said


def test_without_a_target_nothing_is_said_and_without_hours_all_time_counts() -> None:
    assert target_words(None, BusinessCalendar.parse(OFFICE)) == ""
    assert target_words(Target(72 * HOUR), None) == "3 days, nights and weekends included"


def test_where_there_is_room_for_little_days_stay_days() -> None:
    office = BusinessCalendar.parse(OFFICE)

    assert short_target_words(Target(4 * HOUR), office) == "4 hr of open time"
    assert short_target_words(Target(4 * HOUR, "wall"), office) == "4 hr"
    assert (
        short_target_words(Target(72 * HOUR, days=DayCount(3)), office)
        == "3 working days, to the same time of day"
    )
