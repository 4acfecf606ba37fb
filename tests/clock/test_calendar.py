"""Business time: due times and elapsed time in calendars of every kind."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.clock.book.calendar import BadCalendar, BusinessCalendar, NaiveInstant, NeverOpen
from tests.clock.conformance.__main__ import OUR_OWN, main, verdicts

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NY = {"timezone": "America/New_York", "weekly": OFFICE}
LON = {"timezone": "Europe/London", "weekly": OFFICE, "holidays": ["2026-03-10"]}
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_every_golden_vector_agrees() -> None:
    found = list(verdicts(OUR_OWN))

    assert len(found) > 30
    assert [verdict for verdict in found if verdict.verdict != "agree"] == []


def test_other_projects_vectors_agree(shared_data: Path) -> None:
    files = [shared_data / "conformance" / f"business_time{more}.json" for more in ("", "_more")]

    assert [verdict for verdict in verdicts(files) if verdict.verdict != "agree"] == []


def test_a_failing_vector_is_named_and_fails_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"id": "wrong", **NY, "start": "2026-03-09T10:00:00-04:00", "add_seconds": 60}
    entries = [
        {**wrong, "expect_due": "2026-03-09T10:02:00-04:00"},
        {"id": "strange"},
        {**wrong, "id": "torn", "timezone": "Mars/Base", "expect_due": "2026-03-09T10:01:00-04:00"},
    ]
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(entries))

    assert main([str(file)]) == 1
    printed = capsys.readouterr().out
    assert "wrong: expected" in printed
    assert "strange: not a format" in printed
    assert "torn: BadCalendar" in printed
    assert printed.strip().endswith("3 fail")


def test_naive_instants_are_refused() -> None:
    calendar = BusinessCalendar.parse(NY)
    with pytest.raises(NaiveInstant):
        calendar.due(datetime(2026, 3, 9, 10), HOUR)
    with pytest.raises(NaiveInstant):
        calendar.elapsed(MONDAY, datetime(2026, 3, 9, 10))


def test_nothing_elapses_backwards() -> None:
    assert BusinessCalendar.parse(NY).elapsed(MONDAY, MONDAY - HOUR) == timedelta()
    assert BusinessCalendar.parse(NY).elapsed(MONDAY, MONDAY) == timedelta()


def test_microseconds_count() -> None:
    start = at("2026-03-09T10:00:00.000001-04:00")

    assert BusinessCalendar.parse(NY).due(start, timedelta(microseconds=3)) == start + timedelta(
        microseconds=3
    )


def test_a_target_of_many_years_is_reached() -> None:
    due = BusinessCalendar.parse({"timezone": "UTC", "weekly": ALWAYS}).due(MONDAY, timedelta(days=3650))

    assert due == MONDAY + timedelta(days=3650)


def test_elapsed_time_adds_up_over_years() -> None:
    calendar = BusinessCalendar.parse({"timezone": "UTC", "weekly": ALWAYS})

    assert calendar.elapsed(MONDAY, MONDAY + timedelta(days=2000)) == timedelta(days=2000)


def test_windows_that_overlap_count_once() -> None:
    spec = {"timezone": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}

    assert BusinessCalendar.parse(spec).elapsed(MONDAY, MONDAY + timedelta(days=1)) == 4 * HOUR


def test_a_window_inside_a_skipped_hour_is_moved_on_or_vanishes() -> None:
    skipped = {"timezone": "America/New_York", "weekly": {"sun": [["02:15", "02:45"], ["02:50", "03:10"]]}}
    day = (at("2026-03-08T00:00:00-05:00"), at("2026-03-09T00:00:00-04:00"))

    assert list(BusinessCalendar.parse(skipped).segments(*day))[1][:2] == (
        at("2026-03-08T03:15:00-04:00"),
        at("2026-03-08T03:45:00-04:00"),
    )
    assert BusinessCalendar.parse(skipped).elapsed(*day) == timedelta(minutes=30)


def test_segments_name_open_time_closed_time_and_holidays() -> None:
    start, end = at("2026-03-09T16:00:00+00:00"), at("2026-03-11T10:00:00+00:00")

    assert list(BusinessCalendar.parse(LON).segments(start, end)) == [
        (start, at("2026-03-09T17:00:00+00:00"), "open"),
        (at("2026-03-09T17:00:00+00:00"), at("2026-03-10T00:00:00+00:00"), "out_of_hours"),
        (at("2026-03-10T00:00:00+00:00"), at("2026-03-11T00:00:00+00:00"), "holiday"),
        (at("2026-03-11T00:00:00+00:00"), at("2026-03-11T09:00:00+00:00"), "out_of_hours"),
        (at("2026-03-11T09:00:00+00:00"), end, "open"),
    ]


def test_a_night_shift_that_a_holiday_cancels_is_holiday_to_its_end() -> None:
    nights = {
        "timezone": "UTC",
        "weekly": {"mon": [["22:00", "06:00"]], "tue": [["22:00", "06:00"]]},
        "holidays": ["2026-03-10"],
    }
    start, end = at("2026-03-10T05:00:00+00:00"), at("2026-03-11T07:00:00+00:00")

    assert list(BusinessCalendar.parse(nights).segments(start, end)) == [
        (start, at("2026-03-10T06:00:00+00:00"), "open"),
        (at("2026-03-10T06:00:00+00:00"), at("2026-03-11T06:00:00+00:00"), "holiday"),
        (at("2026-03-11T06:00:00+00:00"), end, "out_of_hours"),
    ]


def test_a_window_over_the_turn_of_the_year_is_one_segment() -> None:
    calendar = BusinessCalendar.parse({"timezone": "UTC", "weekly": ALWAYS})
    start, end = at("2025-12-30T00:00:00+00:00"), at("2026-01-02T00:00:00+00:00")

    assert list(calendar.segments(start, end)) == [(start, end, "open")]
    assert list(calendar.segments(end, start)) == []


def test_a_shift_over_the_turn_of_the_year_is_one_segment_among_others() -> None:
    shift = [["22:00", "06:00"]]
    nights = BusinessCalendar.parse({"timezone": "UTC", "weekly": {"wed": shift, "thu": shift}})
    segments = nights.segments(at("2025-12-31T12:00:00+00:00"), at("2026-01-02T12:00:00+00:00"))

    assert [(start.day, end.day) for start, end, kind in segments if kind == "open"] == [(31, 1), (1, 2)]


def test_windows_that_overlap_on_the_first_day_of_a_year_count_once() -> None:
    both = BusinessCalendar.parse(
        {"timezone": "UTC", "weekly": {"thu": [["00:00", "12:00"], ["06:00", "18:00"]]}}
    )

    assert both.elapsed(at("2026-01-01T00:00:00+00:00"), at("2026-01-02T00:00:00+00:00")) == 18 * HOUR


def test_a_window_inside_another_adds_nothing_and_takes_nothing_away() -> None:
    inside = BusinessCalendar.parse(
        {"timezone": "UTC", "weekly": {"mon": [["09:00", "17:00"], ["10:00", "11:00"]]}}
    )

    assert inside.elapsed(MONDAY, MONDAY + 24 * HOUR) == 8 * HOUR


def test_no_time_is_open_between_two_instants_that_are_turned_round() -> None:
    always = BusinessCalendar.parse({"timezone": "UTC", "weekly": ALWAYS})

    assert always.elapsed(MONDAY + HOUR, MONDAY) == timedelta(0)


def test_a_target_of_nothing_is_due_at_its_start_said_in_utc() -> None:
    tokyo = MONDAY.astimezone(ZoneInfo("Asia/Tokyo"))

    assert BusinessCalendar.parse(NY).due(tokyo, timedelta(0)).tzinfo is UTC


def test_holidays_that_touch_are_one_and_one_that_an_override_opens_is_none() -> None:
    days = ["2026-03-10", "2026-03-11", "2026-03-13"]
    shut = BusinessCalendar.parse(
        {"timezone": "UTC", "weekly": {}, "holidays": days, "date_overrides": {"2026-03-13": []}}
    )

    assert list(shut.segments(MONDAY, MONDAY + 120 * HOUR)) == [
        (MONDAY, MONDAY + 24 * HOUR, "out_of_hours"),
        (MONDAY + 24 * HOUR, MONDAY + 72 * HOUR, "holiday"),
        (MONDAY + 72 * HOUR, MONDAY + 120 * HOUR, "out_of_hours"),
    ]


def test_one_calendar_answers_many_threads_alike() -> None:
    calendar = BusinessCalendar.parse({"any_of": [NY, LON]})
    starts = [MONDAY + timedelta(days=97 * day) for day in range(60)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda start: calendar.due(start, 20 * HOUR), starts))

    alone = BusinessCalendar.parse({"any_of": [NY, LON]})
    assert together == [alone.due(start, 20 * HOUR) for start in starts]


@pytest.mark.parametrize(
    "spec", [{"timezone": "UTC", "weekly": {}}, {"any_of": [{"timezone": "UTC", "weekly": {}}]}]
)
def test_a_calendar_without_any_window_is_never_open(spec: dict[str, Any]) -> None:
    never = BusinessCalendar.parse(spec)

    assert never.elapsed(MONDAY, MONDAY + 100 * HOUR) == timedelta(0)
    assert never.due(MONDAY, timedelta(0)) == MONDAY
    with pytest.raises(NeverOpen):
        never.due(MONDAY, HOUR)


def test_a_calendar_that_will_not_open_again_raises_where_it_is_asked() -> None:
    once = BusinessCalendar.parse(
        {"timezone": "UTC", "weekly": {}, "date_overrides": {"2026-03-09": [["09:00", "10:00"]]}}
    )

    assert once.due(MONDAY, HOUR) == MONDAY + 10 * HOUR
    with pytest.raises(NeverOpen):
        once.due(MONDAY, 2 * HOUR)


def test_a_calendar_that_opens_after_four_years_is_waited_for() -> None:
    day = date(2030, 1, 7)
    spec = {"timezone": "UTC", "weekly": {}, "date_overrides": {day.isoformat(): [["09:00", "10:00"]]}}

    assert BusinessCalendar.parse(spec).due(MONDAY, HOUR) == at("2030-01-07T10:00:00+00:00")


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({"timezone": "Mars/Base", "weekly": OFFICE}, '^timezone: "Mars/Base" is no time zone'),
        ({"weekly": OFFICE}, "^timezone: missing$"),
        ({"timezone": 7, "weekly": OFFICE}, "^timezone: 7 is no time zone"),
        ({"timezone": "x" * 200, "weekly": OFFICE}, '^timezone: "x{59}… is no time zone'),
        ({"timezone": "../etc/passwd", "weekly": OFFICE}, "passwd"),
        ({"timezone": "UTC", "weekly": {"mon": [[None, "17:00"]]}}, "^mon: null is no time"),
        ({"timezone": "UTC"}, "weekly"),
        ({"timezone": "UTC", "weekly": {"funday": []}}, "funday"),
        ({"timezone": "UTC", "weekly": {"mon": [["9:00", "17:00"]]}}, "mon"),
        ({"timezone": "UTC", "weekly": {"mon": [["09:00", "24:01"]]}}, "mon"),
        ({"timezone": "UTC", "weekly": {"mon": [["24:00", "01:00"]]}}, "mon"),
        ({"timezone": "UTC", "weekly": {"mon": [["09:00"]]}}, "mon"),
        ({"timezone": "UTC", "weekly": {"mon": [[9, 17]]}}, "mon"),
        ({"timezone": "UTC", "weekly": {"mon": "09:00-17:00"}}, "mon"),
        ({"timezone": "UTC", "weekly": OFFICE, "holidays": ["2026-02-30"]}, "2026-02-30"),
        ({"timezone": "UTC", "weekly": OFFICE, "holidays": "2026-02-28"}, "holidays"),
        ({"timezone": "UTC", "weekly": OFFICE, "date_overrides": {"soon": []}}, "soon"),
        ({"timezone": "UTC", "weekly": OFFICE, "date_overrides": ["2026-03-09"]}, "date_overrides"),
        (
            {"timezone": "UTC", "weekly": OFFICE, "date_overrides": {"2026-03-09": 1}},
            "^2026-03-09 must be a list",
        ),
        ({"timezone": "UTC", "weekly": []}, "^weekly must be an object"),
        ({"timezone": "UTC", "weekly": OFFICE, "date_overrides": [1]}, "^date_overrides must be an object"),
        ({"timezone": "UTC", "weekly": OFFICE, "holidays": {"a": 1}}, "^holidays must be a list"),
        ({"timezone": "UTC", "weekly": OFFICE, "hollidays": []}, "hollidays"),
        ({"timezone": "UTC", "weekly": OFFICE, "hours": 1, "days": 2}, "^unknown: days, hours$"),
        ({"any_of": []}, "any_of"),
        ({"any_of": [NY], "timezone": "UTC"}, "any_of"),
        ([], "object"),
    ],
)
def test_what_cannot_be_is_refused_by_name(spec: Any, place: str) -> None:
    with pytest.raises(BadCalendar, match=place):
        BusinessCalendar.parse(spec)
