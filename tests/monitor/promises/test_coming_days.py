"""What hours come to: the days ahead, the next holiday, whose shift a clock change touches, what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from django.utils import translation

from monitor.promises.hours import breaks, public_holidays
from monitor.promises.hours.coming_days import clock_changes, coming_days, next_holiday
from monitor.promises.hours.day_notes import BadSpelling
from monitor.promises.hours.hours_spelling import check_dates
from monitor.promises.hours.missing_holidays import MissingYear, missing_years

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
WEEK: dict[str, Any] = {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": [["22:00", "06:00"]]}
BERLIN: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "weekly": WEEK,
    "holidays": ["2026-11-30", "2026-12-07"],
    "date_overrides": {"2026-11-30": [["10:00", "11:00"]]},
    "notes": {"2026-12-07": {"name": "Our day"}},
}


def test_hours_keep_their_order_in_languages_from_right_to_left() -> None:
    windows = [["09:00", "12:00"], ["13:00", "17:00"]]

    with translation.override("he"):
        said = breaks.day_words(windows)

    assert said.startswith("\u206609:00–17:00\u2069, ")
    assert said.endswith("\u206612:00–13:00\u2069")


def test_each_day_says_its_windows_and_why_it_differs() -> None:
    days = {one.day: one for one in coming_days(BERLIN, now=NOW)}

    assert len(days) == 60
    assert min(days) == date(2026, 11, 28)
    [special] = days[date(2026, 11, 30)].places
    assert (special.words, special.special, special.holiday) == ("10:00–11:00", True, False)
    [holiday] = days[date(2026, 12, 7)].places
    assert (holiday.words, holiday.name, holiday.holiday) == ("", "Our day", True)
    assert days[date(2026, 12, 14)].places[0].words == "09:00–17:00, break 12:00–13:00"
    assert days[date(2026, 12, 14)].open_time == timedelta(hours=7)


def test_the_next_holiday_is_the_nearest_of_all_places() -> None:
    tokyo = {"timezone": "Asia/Tokyo", "weekly": WEEK, "holidays": ["2026-12-01"]}

    assert next_holiday(BERLIN, now=NOW) == (date(2026, 12, 7), "Our day")
    assert next_holiday({"any_of": [BERLIN, tokyo]}, now=NOW) == (date(2026, 12, 1), "")
    assert next_holiday({"timezone": "UTC", "weekly": WEEK}, now=NOW) is None


def test_both_clock_changes_of_the_coming_year_say_which_shift_they_touch() -> None:
    spring, autumn = clock_changes(BERLIN, now=NOW)

    assert (spring.at, spring.before.hour, spring.after.hour) == (datetime(2027, 3, 28, 1, tzinfo=UTC), 2, 3)
    assert [(one.words, one.lasts) for one in spring.shifts] == [("22:00–06:00", timedelta(hours=7))]
    assert (autumn.at, autumn.before.hour, autumn.after.hour) == (datetime(2027, 10, 31, 1, tzinfo=UTC), 3, 2)
    assert [(one.words, one.lasts) for one in autumn.shifts] == [("22:00–06:00", timedelta(hours=9))]
    assert clock_changes({"timezone": "Asia/Tokyo", "weekly": WEEK}, now=NOW) == []


def test_half_an_hour_is_put_forward_on_lord_howe() -> None:
    changes = clock_changes({"timezone": "Australia/Lord_Howe", "weekly": {}}, now=NOW)
    assert {abs(one.by) for one in changes} == {timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 5, 1), [2027]),
    ],
)
def test_next_years_holidays_of_a_list_are_missed_from_november_on(today: date, missing: list[int]) -> None:
    note = {"name": "Christmas Day", "source": "holidays 0.109 DE-BY"}
    own = {"2027-06-06": {"name": "Ours"}}

    found = list(missing_years({"notes": {"2026-12-25": note} | own}, today=today))

    assert found == [MissingYear("DE", "BY", year) for year in missing]
    planned = [date(2027, 1, 6)]
    assert not list(missing_years({"notes": {"2026-12-25": note}}, today=today, follow=planned))


def test_a_region_has_holidays_of_its_own_and_says_where_they_came_from() -> None:
    country = public_holidays.public_holidays("DE", "", 2027, language="en")
    region = public_holidays.public_holidays("DE", "BY", 2027, language="en")

    assert country.items() < region.items()
    assert region[date(2027, 1, 6)] == "Epiphany"
    said = public_holidays.source_words(public_holidays.source("DE", "BY"), Locale("en"))
    assert said == f"Germany, Bayern (BY) (list of holidays {public_holidays.VERSION})"
    assert public_holidays.place_of("team.ics") is None
    for place in (("DE", "XX"), ("XX", ""), ("", "")):
        with pytest.raises(public_holidays.UnknownPlace):
            public_holidays.public_holidays(*place, 2027, language="en")


@pytest.mark.parametrize("code", [code for code, _name in public_holidays.countries(Locale("en"))])
def test_every_country_and_region_that_is_offered_can_be_taken(code: str) -> None:
    for region, _name in [("", ""), *public_holidays.regions(code)]:
        assert isinstance(public_holidays.public_holidays(code, region, 2027, language="he"), dict)


@pytest.mark.parametrize(
    ("begins", "ends", "windows"),
    [
        ("12:00", "13:00", [["09:00", "12:00"], ["13:00", "17:00"], ["20:00", "02:00"]]),
        ("21:00", "22:00", [["09:00", "17:00"], ["20:00", "21:00"], ["22:00", "02:00"]]),
        ("09:00", "10:00", None),
        ("16:00", "18:00", None),
        ("23:30", "00:30", None),
        ("00:30", "01:00", None),
        ("13:00", "12:00", None),
    ],
)
def test_a_break_is_cut_out_of_a_window_on_the_day_that_it_opens(
    begins: str, ends: str, windows: list[list[str]] | None
) -> None:
    day = [["09:00", "17:00"], ["20:00", "02:00"]]
    if windows is None:
        with pytest.raises(breaks.NoBreak):
            breaks.cut_out(day, begins, ends)
    else:
        assert breaks.cut_out(day, begins, ends) == windows


@pytest.mark.parametrize(
    "notes",
    [
        {"24.12.2026": {"name": "x"}},
        {"2026-12-24": "x"},
        {"2026-12-24": {"why": "x"}},
        {"2026-12-24": {"name": "x" * 201}},
    ],
)
def test_notes_that_cannot_be_read_are_refused(notes: Any) -> None:
    with pytest.raises(BadSpelling):
        check_dates({**BERLIN, "notes": notes})
