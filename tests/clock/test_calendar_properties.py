"""What holds in every calendar: due and elapsed are inverse, and time only adds up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.clock.book.calendar import BusinessCalendar, NeverOpen

ZONES = (
    "UTC", "America/New_York", "Europe/London", "Asia/Jerusalem", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Kolkata",
)  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AWKWARD = [  # around clock changes of those zones, a skipped day among them
    datetime(2011, 12, 29, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC),
    datetime(2026, 10, 31, tzinfo=UTC), datetime(2018, 2, 17, tzinfo=UTC), datetime(2018, 11, 3, tzinfo=UTC),
    datetime(2025, 12, 31, tzinfo=UTC),
]  # fmt: skip


def time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


opening = st.integers(0, 1439).map(time)
closing = st.integers(0, 1440).map(time)
windows = st.lists(st.tuples(opening, closing).map(list), max_size=3)
dates = st.builds(
    lambda start, days: (start + timedelta(days=days)).date().isoformat(),
    st.sampled_from(AWKWARD),
    st.integers(0, 4),
)
hours = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(ZONES),
        "weekly": st.fixed_dictionaries(dict.fromkeys(DAYS, windows)),
        "holidays": st.lists(dates, max_size=2),
        "date_overrides": st.dictionaries(dates, windows, max_size=2),
    }
)
specs = hours | st.lists(hours, min_size=1, max_size=2).map(lambda parts: {"any_of": parts})
instants = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(), timedelta(days=30))


def parsed(spec: dict[str, Any]) -> BusinessCalendar:
    try:
        return BusinessCalendar.parse(spec)
    except NeverOpen:
        assume(False)
        raise


@given(specs, instants, spans)
def test_due_and_elapsed_are_inverse(spec: dict[str, Any], start: datetime, target: timedelta) -> None:
    calendar = parsed(spec)
    try:
        due = calendar.due(start, target)
    except NeverOpen:
        assume(False)
        raise
    assert calendar.elapsed(start, due) == target
    if target:
        assert calendar.elapsed(start, due - timedelta(microseconds=1)) < target


@given(specs, instants, spans, spans)
def test_elapsed_time_is_additive_and_never_more_than_real_time(
    spec: dict[str, Any], start: datetime, one: timedelta, two: timedelta
) -> None:
    calendar, middle = parsed(spec), start + one
    first, second = calendar.elapsed(start, middle), calendar.elapsed(middle, middle + two)

    assert calendar.elapsed(start, middle + two) == first + second
    assert timedelta() <= first <= one


@given(specs, instants, spans, spans)
def test_a_larger_target_and_a_later_start_are_never_due_earlier(
    spec: dict[str, Any], start: datetime, target: timedelta, more: timedelta
) -> None:
    calendar = parsed(spec)
    try:
        last = calendar.due(start + more, target + more)
        due = calendar.due(start, target)
    except NeverOpen:
        assume(False)
        raise
    assert due <= calendar.due(start, target + more) <= last


@given(specs, instants, spans)
def test_segments_are_without_gaps_and_their_open_time_is_what_elapses(
    spec: dict[str, Any], start: datetime, span: timedelta
) -> None:
    calendar, end = parsed(spec), start + span
    segments = list(calendar.segments(start, end))
    ends = [start, *(to for _from, to, _kind in segments)]

    assert [since for since, _to, _kind in segments] == ends[:-1]
    assert ends[-1] == end
    counted = sum((to - since for since, to, kind in segments if kind == "open"), timedelta())
    assert counted == calendar.elapsed(start, end)
