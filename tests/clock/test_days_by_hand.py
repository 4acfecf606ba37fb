"""Targets in days, worked out by hand: where they end, what a pause adds, and what changes of mind make of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book
from tests.clock.story import (
    DAYS,
    HOUR,
    NEW_YORK,
    Story,
    book,
    calendar,
    change,
    days,
    office,
    promise,
    tuesday,
)

THREE = book(promise(resolution=days(3)))


def due(start: datetime, amount: Any, *hours: BusinessCalendar) -> datetime | None:
    rules = book(promise(resolution=amount), calendars=[calendar(one) for one in hours] or None)
    return Story(rules, opened=start).clock("resolution").due_at


@pytest.mark.parametrize(
    ("start", "amount", "ends"),
    [
        (tuesday(11), days(3), tuesday(11, days_later=3)),
        (tuesday(11), days(4), tuesday(11, days_later=6)),
        (tuesday(11), days(3, "end_of_day"), tuesday(17, days_later=3)),
        (tuesday(11), days(0, "end_of_day"), tuesday(17)),
        (tuesday(22), days(1), tuesday(17, days_later=1)),
        (tuesday(7), days(1), tuesday(7, days_later=1)),
        (tuesday(11, days_later=4), days(1), tuesday(9, days_later=7)),
        (tuesday(11, days_later=4), days(1, "end_of_day"), tuesday(17, days_later=7)),
        (tuesday(11), days(5, basis="wall"), tuesday(11, days_later=5)),
        (tuesday(11), days(1, "end_of_day", "wall"), tuesday(0, days_later=2)),
    ],
)
def test_days_end_at_the_same_time_or_as_the_last_closes(
    start: datetime, amount: Any, ends: datetime
) -> None:
    assert due(start, amount) == ends


def test_a_day_on_which_clocks_change_is_a_day() -> None:
    saturday = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)

    assert due(saturday, days(1, basis="wall")) == datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)
    skipped = datetime(2026, 3, 7, 2, 30, tzinfo=NEW_YORK)
    assert due(skipped, days(1, basis="wall")) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    nights = office(opens="21:00", closes="05:00")

    assert due(tuesday(1, days_later=1), days(1), nights) == tuesday(1, days_later=2)
    assert due(tuesday(22, days_later=3), days(1, "end_of_day"), nights) == tuesday(5, days_later=7)


def test_of_several_places_each_shift_has_its_own_date_and_all_have_the_first_ones_time() -> None:
    parts = [
        {"timezone": zone, "weekly": {day: [["09:00", "17:00"]] for day in DAYS[:5]}}
        for zone in ("America/New_York", "Asia/Tokyo")
    ]
    both = BusinessCalendar.parse({"any_of": parts})

    assert due(tuesday(21), days(1), both) == tuesday(21, days_later=1)
    assert due(tuesday(21, days_later=3), days(1, "end_of_day"), both) == tuesday(17, days_later=6)


def test_a_pause_moves_the_end_by_the_open_time_that_it_took() -> None:
    story = Story(THREE, opened=tuesday(11)).turns(tuesday(15), "pending")

    paused = story.clock("resolution")
    assert (paused.due_at, paused.remaining) == (None, 20 * HOUR)
    story.turns(tuesday(10, days_later=1), "open")
    resumed = story.clock("resolution")
    assert (resumed.due_at, resumed.days_end_at) == (tuesday(14, days_later=3), tuesday(11, days_later=3))


def test_a_night_that_is_paused_moves_nothing() -> None:
    story = Story(THREE, opened=tuesday(11)).turns(tuesday(18), "pending").turns(tuesday(23), "open")

    assert story.clock("resolution").due_at == tuesday(11, days_later=3)


def test_a_warning_is_a_share_of_the_open_time_to_the_end() -> None:
    clock = Story(THREE, opened=tuesday(11)).clock("resolution")

    assert (clock.target, clock.basis, clock.days) == (24 * HOUR, "business", (3, "same_time"))
    assert clock.risk_at == tuesday(13, days_later=2)


def test_it_is_late_after_the_end_and_never_before() -> None:
    late = Story(THREE, opened=tuesday(11)).then(tuesday(12, days_later=3), "resolved").clock("resolution")
    met = Story(THREE, opened=tuesday(11)).then(tuesday(11, days_later=3), "resolved").clock("resolution")

    assert (late.outcome, late.breach_at, late.due_at) == (
        "late",
        tuesday(11, days_later=3),
        tuesday(11, days_later=3),
    )
    assert met.outcome == "met"


def test_another_priority_has_its_days_from_the_start_and_what_did_not_count_is_added() -> None:
    amounts = {"normal": days(3), "high": days(1), "low": 40}
    story = Story(book(promise(resolution=amounts)), opened=tuesday(11))
    story.turns(tuesday(12), "pending").turns(tuesday(14), "open")

    assert change(story, tuesday(15), "high").clock("resolution").due_at == tuesday(13, days_later=1)
    assert change(story, tuesday(16), "low").clock("resolution").due_at == tuesday(13, days_later=7)
    raised = change(story, tuesday(10, days_later=6), "high").clock("resolution")
    assert (raised.due_at, raised.breach_at, raised.breach_kind) == (
        tuesday(13, days_later=1),
        tuesday(10, days_later=6),
        "retarget",
    )


def with_holiday(day: str, since: datetime) -> Book:
    hours = [calendar(office()), calendar(office(holidays=[day]), version=2, since=since)]
    return book(promise(resolution=days(3)), calendars=hours)


def test_a_holiday_that_is_declared_meanwhile_or_is_planned_is_no_working_day() -> None:
    rules = with_holiday("2026-03-12", tuesday(12, days_later=1))

    assert Story(rules, opened=tuesday(11)).clock("resolution").due_at == tuesday(11, days_later=6)
    too_late = with_holiday("2026-03-11", tuesday(12, days_later=2))
    assert Story(too_late, opened=tuesday(11)).clock("resolution").due_at == tuesday(11, days_later=3)


def test_where_too_few_days_come_it_is_never_due() -> None:
    last = {"timezone": "UTC", "weekly": {}, "date_overrides": {"2026-03-11": [["09:00", "17:00"]]}}
    clock = (
        Story(
            book(promise(resolution=days(2)), calendars=[calendar(BusinessCalendar.parse(last))]),
            opened=tuesday(11),
        )
        .turns(tuesday(12), "pending")
        .turns(tuesday(13), "open")
        .clock("resolution")
    )

    assert (clock.due_at, clock.risk_at, clock.breach_at, clock.target) == (None, None, None, timedelta(2))


def test_a_due_time_set_by_hand_is_heeded_and_cleared_again() -> None:
    story = Story(THREE, opened=tuesday(11))
    story.then(
        tuesday(12),
        "due_time_set",
        metric="resolution",
        due_at=tuesday(9, days_later=8).isoformat(),
    )

    assert story.clock("resolution").due_at == tuesday(9, days_later=8)
    story.then(tuesday(13), "due_time_cleared", metric="resolution")
    assert story.clock("resolution").due_at == tuesday(11, days_later=3)


def test_reopening_goes_on_with_what_is_left_of_the_days() -> None:
    story = Story(THREE, opened=tuesday(11)).then(tuesday(13), "resolved")
    story.then(tuesday(15, days_later=1), "reopened", by="agent")

    assert story.clock("resolution").due_at == tuesday(13, days_later=6)
