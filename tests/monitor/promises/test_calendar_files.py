"""A calendar's file: its all-day events are closed days, and what closes nothing is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from monitor.promises.hours import yearly_rule
from monitor.promises.hours.calendar_file import LARGEST, BadCalendarFile, FileDays, read_days

SINCE, UNTIL = date(2026, 1, 1), date(2028, 12, 31)


def file(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def read(*events: str) -> FileDays:
    return read_days(file(*events), since=SINCE, until=UNTIL)


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("DTSTART;VALUE=DATE:20261224", ["2026-12-24"]),
        ("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227", ["2026-12-24", "2026-12-25", "2026-12-26"]),
        ("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224", ["2026-12-24"]),
        ("DTSTART;VALUE=DATE:20261230\r\nDURATION:P3D", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
         ["2026-11-26", "2027-11-25", "2028-11-23"]),
        ("DTSTART;VALUE=DATE:20000229\r\nRRULE:FREQ=YEARLY", ["2028-02-29"]),
        ("DTSTART;VALUE=DATE:20240501\r\nRRULE:FREQ=YEARLY;INTERVAL=2", ["2026-05-01", "2028-05-01"]),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY;COUNT=3", ["2026-05-01", "2027-05-01"]),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY;UNTIL=20270501", ["2026-05-01", "2027-05-01"]),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270501",
         ["2026-05-01", "2028-05-01"]),
        ("DTSTART;VALUE=DATE:20250501\r\nRDATE;VALUE=DATE:20260601", ["2026-06-01"]),
        ("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2;INTERVAL=2",
         ["2026-02-28", "2028-02-29"]),
        ("DTSTART;VALUE=DATE:20251231\r\nDTEND;VALUE=DATE:20260102\r\nRRULE:FREQ=YEARLY;COUNT=2",
         ["2026-01-01", "2026-12-31", "2027-01-01"]),
    ],
)  # fmt: skip
def test_all_day_events_close_their_days(event: str, days: list[str]) -> None:
    found = read(f"SUMMARY:Closed\\, all of us\r\n{event}")

    assert [f"{day}" for day in sorted(found.days)] == days
    assert set(found.days.values()) == {"Closed, all of us"}
    assert not found.unread


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20261332",
        "SUMMARY:Party",
        "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYHOUR=9",
        "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYDAY=XX",
        "DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20280101",
        "DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=YEARLY",
        "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20261201",
        "DTSTART;VALUE=DATE:20261231\r\nDURATION:-P5D",
        "DTSTART;VALUE=DATE:20260101\r\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260102",
    ],
)
def test_what_cannot_be_read_is_named_and_costs_the_others_nothing(event: str) -> None:
    party = event if "SUMMARY" in event else f"{event}\r\nSUMMARY:Party"
    found = read(party, "DTSTART;VALUE=DATE:20260501\r\nSUMMARY:May Day")

    assert found.unread == ["Party"]
    assert found.days == {date(2026, 5, 1): "May Day"}


@pytest.mark.parametrize(
    "said",
    [
        "BYMONTH=13",
        "BYMONTH=0",
        "BYMONTH=-1",
        "BYMONTH=5;BYMONTHDAY=32",
        "BYMONTH=5;BYMONTHDAY=0",
        "BYYEARDAY=367",
        "BYWEEKNO=-54",
        "BYMONTH=5;BYDAY=MO;BYSETPOS=0",
        "BYMONTH=5;BYDAY=54MO",
        "BYMONTH=5;BYDAY=0MO",
        "INTERVAL=0",
        "COUNT=0",
    ],
)
@pytest.mark.parametrize("begins", ["20200501", "20400501"])
def test_a_rule_that_says_what_cannot_be_is_not_understood(said: str, begins: str) -> None:
    found = read(f"DTSTART;VALUE=DATE:{begins}\r\nRRULE:FREQ=YEARLY;{said}\r\nSUMMARY:Party")

    assert (found.unread, found.left_out) == (["Party"], {})


def test_what_closes_nothing_is_counted_by_its_reason() -> None:
    found = read(
        "DTSTART:20261224T090000Z\r\nSUMMARY:Stand-up",
        "DTSTART;VALUE=DATE:20261224\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20201224",
        "DTSTART;VALUE=DATE:20401224",
    )

    assert found.days == {}
    assert found.timed == ["Stand-up"]
    assert found.left_out == {"cancelled": 1, "over": 1, "later": 1}


SPRING = "UID:spring\r\nSUMMARY:Spring day\r\nDTSTART;VALUE=DATE:20200510\r\nRRULE:FREQ=YEARLY"
"""An event of every year, of which other events of its UID say that one time is otherwise."""


@pytest.mark.parametrize(
    ("otherwise", "day", "left_out"),
    [
        ("DTSTART;VALUE=DATE:20260512", ["2026-05-12"], {}),
        ("DTSTART;VALUE=DATE:20260510\r\nSTATUS:CANCELLED", [], {"cancelled": 1}),
        ("DTSTART:20260510T090000Z", [], {}),
    ],
)
def test_one_time_that_was_moved_or_cancelled_does_not_close_its_day(
    otherwise: str, day: list[str], left_out: dict[str, int]
) -> None:
    found = read(SPRING, f"UID:spring\r\nRECURRENCE-ID;VALUE=DATE:20260510\r\n{otherwise}")

    assert [f"{one}" for one in sorted(found.days)] == [*day, "2027-05-10", "2028-05-10"]
    assert found.left_out == left_out


def test_one_time_of_another_event_leaves_an_event_as_it_is() -> None:
    found = read(SPRING, "UID:other\r\nRECURRENCE-ID;VALUE=DATE:20260510\r\nDTSTART;VALUE=DATE:20260511")

    assert date(2026, 5, 10) in found.days


def test_of_what_is_said_twice_the_first_counts() -> None:
    found = read("SUMMARY:May Day\r\nSUMMARY:Outing\r\nDTSTART;VALUE=DATE:20260501\r\nSTATUS:CONFIRMED")

    assert found.days == {date(2026, 5, 1): "May Day"}


def test_rules_are_asked_of_the_years_that_are_wanted_and_of_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, of_year = list[int](), yearly_rule._of_year

    def note(rule: Any, begins: date, year: int) -> Iterator[date]:
        asked.append(year)
        return of_year(rule, begins, year)

    monkeypatch.setattr(yearly_rule, "_of_year", note)
    found = read("SUMMARY:Never\r\nDTSTART;VALUE=DATE:19000101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")

    assert found.left_out == {"over": 1}
    assert asked == [2025, 2026, 2027, 2028]


def test_of_many_rules_that_count_from_long_ago_some_are_left_unread_and_said() -> None:
    counting = "DTSTART;VALUE=DATE:19000101\r\nRRULE:FREQ=YEARLY;COUNT=200\r\nSUMMARY:Founding day"
    found = read(*[counting] * 50)

    assert found.days == dict.fromkeys((date(year, 1, 1) for year in (2026, 2027, 2028)), "Founding day")
    assert found.unread == ["Founding day"] * 11


def test_two_events_of_a_day_are_one_closed_day_of_both_names() -> None:
    day = "DTSTART;VALUE=DATE:20260501"
    assert read(f"{day}\r\nSUMMARY:May Day", f"{day}\r\nSUMMARY:Outing").days == {
        date(2026, 5, 1): "May Day / Outing"
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\x00\xff",
        b"BEGIN:VEVENT\r\nEND:VEVENT",
        b"<html>BEGIN:VCALENDAR</html>",
        b"BEGIN:VCALENDAR\r\n" + b" " * LARGEST,
        file(*["DTSTART;VALUE=DATE:20260501"] * 2001),
    ],
)
def test_what_is_no_calendars_file_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadCalendarFile, match=r"file"):
        read_days(data, since=SINCE, until=UNTIL)
