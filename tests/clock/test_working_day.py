"""How long a working day is, and what never closes, so that people are told of days that they know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.working_day import is_always_open, working_day
from tests.clock.story import DAYS, HOUR, always, office

OFFICE = [["09:00", "17:00"]]
WHOLE_DAY = [["00:00", "24:00"]]


def every_day(windows: Any) -> dict[str, Any]:
    return dict.fromkeys(DAYS, windows)


def place(**weekly: Any) -> dict[str, Any]:
    return {"timezone": "UTC", "weekly": weekly}


def hours(**weekly: Any) -> BusinessCalendar:
    return BusinessCalendar.parse(place(**weekly))


@pytest.mark.parametrize(
    ("windows", "length"),
    [
        ([["09:00", "17:00"]], 8 * HOUR),
        ([["08:00", "12:00"], ["12:30", "16:30"]], 8 * HOUR),
        ([["09:00", "15:00"], ["12:00", "17:00"]], 8 * HOUR),
        ([["09:00", "17:00"], ["10:00", "11:00"]], 8 * HOUR),
        ([["13:00", "17:00"], ["09:00", "13:00"]], 8 * HOUR),
        ([["22:00", "06:00"]], 8 * HOUR),
        ([["00:00", "24:00"]], 24 * HOUR),
        ([["00:00", "24:00"], ["22:00", "06:00"]], 24 * HOUR),
    ],
)
def test_a_working_day_is_as_long_as_its_windows_and_overlapping_ones_count_once(
    windows: Any, length: timedelta
) -> None:
    assert working_day(hours(mon=windows, thu=windows)) == length


def test_there_is_no_working_day_where_days_differ_or_places_do_or_no_day_is_open() -> None:
    assert working_day(hours(mon=OFFICE, fri=[["09:00", "13:00"]])) is None
    assert working_day(BusinessCalendar.parse({"any_of": [place(mon=OFFICE), place(tue=OFFICE)]})) is None
    assert working_day(hours(mon=[])) is None


def test_only_a_week_without_a_closed_minute_is_always_open() -> None:
    assert is_always_open(always())
    assert not is_always_open(office())
    assert not is_always_open(hours())
    assert not is_always_open(hours(**every_day(WHOLE_DAY) | {"sun": []}))
    assert not is_always_open(hours(**every_day([["00:00", "23:59"]])))


def test_several_places_are_always_open_where_one_of_them_is() -> None:
    round_the_clock, by_day = place(**every_day(WHOLE_DAY)), place(mon=OFFICE)
    assert is_always_open(BusinessCalendar.parse({"any_of": [by_day, round_the_clock]}))
    assert not is_always_open(BusinessCalendar.parse({"any_of": [by_day, by_day]}))


def test_a_day_that_runs_into_the_next_leaves_no_gap_where_that_begins_later() -> None:
    """Noon to noon is a whole day, and the morning before the first of them is closed."""
    shifted = every_day([["12:00", "12:00"]])
    assert is_always_open(hours(**shifted))
    assert not is_always_open(hours(**shifted | {"mon": WHOLE_DAY}))


def test_windows_of_many_days_together_may_leave_no_gap() -> None:
    long_days = every_day([["20:00", "04:00"], ["03:00", "21:00"]])
    assert is_always_open(hours(**long_days))
    assert not is_always_open(hours(**long_days | {"sun": [["03:00", "21:00"]]}))
