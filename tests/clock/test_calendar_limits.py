"""What a calendar says at the ends of time, and of specifications that are no calendars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from monitor.clock.book.calendar import BadCalendar, BusinessCalendar, NeverOpen, OutOfReach

HOUR: Final = timedelta(hours=1)
ALWAYS: Final = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
EVERY_ZONE: Final = [
    BusinessCalendar.parse({"timezone": zone, "weekly": ALWAYS})
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
]
ASKED: Final[list[Callable[[BusinessCalendar, datetime], Any]]] = [
    lambda calendar, at: calendar.due(at, HOUR),
    lambda calendar, at: calendar.elapsed(at, at + HOUR),
    lambda calendar, at: list(calendar.segments(at, at + HOUR)),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("calendar", EVERY_ZONE)
@pytest.mark.parametrize(
    "at",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(14 * HOUR)),
        datetime(9999, 12, 31, 22, tzinfo=UTC),
        datetime(9999, 12, 31, 22, tzinfo=timezone(-12 * HOUR)),
    ],
)
def test_the_first_and_the_last_year_are_refused_by_name(
    calendar: BusinessCalendar, ask: Callable[[BusinessCalendar, datetime], Any], at: datetime
) -> None:
    with pytest.raises(OutOfReach):
        ask(calendar, at)


@pytest.mark.parametrize("calendar", EVERY_ZONE)
@pytest.mark.parametrize("at", [datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 22, tzinfo=UTC)])
def test_the_years_beside_them_are_counted(calendar: BusinessCalendar, at: datetime) -> None:
    assert calendar.due(at, HOUR) == at + HOUR
    assert calendar.elapsed(at, at + HOUR) == HOUR


def test_a_target_that_outlives_the_calendar_is_out_of_reach() -> None:
    with pytest.raises(OutOfReach):
        EVERY_ZONE[0].due(datetime(9990, 1, 1, tzinfo=UTC), timedelta(days=5000))


@pytest.mark.parametrize("part", [5, None, "always", [], True])
def test_a_part_that_is_no_calendar_is_refused(part: object) -> None:
    with pytest.raises(BadCalendar, match="a calendar must be an object"):
        BusinessCalendar.parse({"any_of": [part]})


def test_a_day_that_never_was_brings_no_open_time() -> None:
    lost_friday = {"2011-12-30": [["09:00", "17:00"]]}
    spec = {"timezone": "Pacific/Apia", "weekly": {}, "date_overrides": lost_friday}
    calendar, start = BusinessCalendar.parse(spec), datetime(2011, 12, 29, tzinfo=UTC)

    assert calendar.due(start, HOUR) == datetime(2011, 12, 30, 20, tzinfo=UTC)  # moved on by the day it lost


def test_holidays_for_six_years_shut_for_good() -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    holidays = [(first + timedelta(days=day)).date().isoformat() for day in range(7 * 366)]
    calendar = BusinessCalendar.parse({"timezone": "UTC", "weekly": ALWAYS, "holidays": holidays})

    with pytest.raises(NeverOpen, match="within 5 years of 2026-01-01"):
        calendar.due(first, HOUR)


def test_a_window_shut_by_the_skipped_hour_is_left_out() -> None:
    """02:30 moves on to 03:30, which is behind 03:15: there is no such window on that night."""
    weekly = ALWAYS | {"sun": [["02:30", "03:15"]], "sat": [], "mon": []}
    calendar = BusinessCalendar.parse({"timezone": "America/New_York", "weekly": weekly})

    assert (
        calendar.elapsed(datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC)) == 0 * HOUR
    )


def opened_on(*days: str) -> BusinessCalendar:
    overrides = {day: [["09:00", "10:00"]] for day in days}
    return BusinessCalendar.parse({"timezone": "UTC", "weekly": {}, "date_overrides": overrides})


def test_five_shut_years_are_waited_for_and_a_sixth_is_not() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert opened_on("2031-06-01").due(start, HOUR) == datetime(2031, 6, 1, 10, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        opened_on("2032-06-01").due(start, HOUR)
    assert opened_on("2026-06-01", "2032-06-01").due(start, 2 * HOUR) == datetime(2032, 6, 1, 10, tzinfo=UTC)
