"""Random hours in awkward zones, against somebody who watches the clock on the wall for days.

The watcher shares nothing with the calendar, not even how a local time becomes an instant: it looks times up
among those that the wall really showed. Of a repeated time the first counts; a time that was skipped comes
as much after the jump as it lies beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.clock.book.calendar import BusinessCalendar

Spec = Mapping[str, Any]
Span = tuple[datetime, datetime]

NOTHING: Final = timedelta()
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
WATCHED: Final = timedelta(hours=40)
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANGES: Final = (  # each a zone and the day, in UTC, before its clocks do something awkward
    ("Asia/Jerusalem", date(2026, 3, 26)),
    ("Asia/Jerusalem", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Asia/Kathmandu", date(2026, 3, 7)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2012, 3, 31)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Africa/Casablanca", date(2026, 2, 14)),
    ("Europe/London", date(2025, 12, 30)),
)
ELSEWHERE: Final = ("Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")


class Watcher:
    """Looks at the wall from midnight UTC on a day, for as long as `WATCHED`."""

    def __init__(self, spec: Spec, day: date) -> None:
        self.first = datetime.combine(day, time(), UTC)
        spans = [span for part in spec.get("any_of", [spec]) for span in _spans(part, self.first)]
        self.spans = [one for one in spans if one[0] < self.first + WATCHED and self.first < one[1]]
        self.cancelled = [
            span for part in spec.get("any_of", [spec]) for span in _cancelled(part, self.first)
        ]

    def kind(self, at: datetime) -> str:
        """Say what the shop's door says: open, or why not."""
        if self.is_open(at):
            return "open"
        return "holiday" if any(a <= at < b for a, b in self.cancelled) else "out_of_hours"

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self.spans)

    def elapsed(self, start: datetime, end: datetime, step: timedelta = MINUTE) -> timedelta:
        """Add up what lies between the two of every open minute, or second."""
        return sum((to - at for at, to in self._open_steps(start, end, step)), NOTHING)

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """Use the target up minute by minute; None where nobody watches any more."""
        for at, to in self._open_steps(start, self.first + WATCHED, MINUTE):
            if to - at >= target:
                return at + target
            target -= to - at
        return None

    def _open_steps(self, start: datetime, end: datetime, step: timedelta) -> Iterator[Span]:
        if end <= start:
            return
        whole = self.first + (start - self.first) // step * step
        for at in _walk(whole, end, step):
            if self.is_open(at):
                yield max(at, start), min(at + step, end)


def _spans(part: Spec, first: datetime) -> Iterator[Span]:
    shown = _shown(part["timezone"], first)
    for at in _walk(first - 2 * DAY, first + WATCHED + DAY, DAY):
        midnight = datetime.combine(at.date(), time())
        for opens, closes in _windows(part, at.date()):
            overnight = DAY if closes <= opens else NOTHING
            yield shown[midnight + _of_day(opens)], shown[midnight + _of_day(closes) + overnight]


def _cancelled(part: Spec, first: datetime) -> Iterator[Span]:
    """Yield the holidays, from midnight to midnight, and the shifts that would have begun on them."""
    shown = _shown(part["timezone"], first)
    for at in _walk(first - 2 * DAY, first + WATCHED + DAY, DAY):
        name, midnight = at.date().isoformat(), datetime.combine(at.date(), time())
        if name in part["holidays"] and name not in part["date_overrides"]:
            yield shown[midnight], shown[midnight + DAY]
            yield from _spans({**part, "holidays": [], "date_overrides": _only(at.date())}, first)


def _only(day: date) -> dict[str, list[list[str]]]:
    """Return what closes every day but one."""
    return {(day + days * DAY).isoformat(): [] for days in range(-6, 7) if days}


def _windows(part: Spec, day: date) -> list[list[str]]:
    name = day.isoformat()
    if name in part["date_overrides"]:
        return list(part["date_overrides"][name])
    return [] if name in part["holidays"] else list(part["weekly"][DAYS[day.weekday()]])


def _of_day(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


@cache
def _shown(zone: str, first: datetime) -> dict[datetime, datetime]:
    """Return for every local minute around when a wall clock shows it first, or, skipped, would have."""
    shown: dict[datetime, datetime] = {}
    expected = None
    for at in _walk(first - 3 * DAY, first + WATCHED + 4 * DAY, MINUTE):
        wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        for skipped in _walk(expected or wall, wall, MINUTE):
            shown.setdefault(skipped, at + (skipped - (expected or wall)))
        shown.setdefault(wall, at)
        expected = wall + MINUTE
    return shown


def _walk(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    while first < last:
        yield first
        first += step


half_as_many = settings(max_examples=settings().max_examples // 2)
minutes_of_day = st.one_of(st.integers(0, 1439), st.integers(0, 200), st.sampled_from([540, 720, 1020, 1320]))
openings = minutes_of_day.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
closings = openings | st.just("24:00")
windows = st.lists(st.tuples(openings, closings).map(list), max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Spec, date]:
    """Draw hours in one to three zones, of which the first has something awkward in the days watched."""
    zone, day = draw(st.sampled_from(CHANGES))
    zones = [zone, *draw(st.lists(st.sampled_from(ELSEWHERE), max_size=2))]
    dates = st.integers(-1, 2).map(lambda days: (day + days * DAY).isoformat())
    parts = [
        {
            "timezone": each,
            "weekly": {name: draw(windows) for name in DAYS},
            "holidays": draw(st.lists(dates, max_size=2)),
            "date_overrides": draw(st.dictionaries(dates, windows, max_size=2)),
        }
        for each in zones
    ]
    return (parts[0] if len(parts) == 1 else {"any_of": parts}), day


def calendar_of(spec: Spec) -> BusinessCalendar:
    return BusinessCalendar.parse(spec)


@half_as_many
@given(cases(), st.timedeltas(NOTHING, WATCHED), st.timedeltas(NOTHING, WATCHED))
def test_elapsed_time_is_what_the_watcher_saw(
    case: tuple[Spec, date], after: timedelta, until: timedelta
) -> None:
    spec, day = case
    watcher = Watcher(spec, day)
    start, end = watcher.first + after, watcher.first + until

    assert calendar_of(spec).elapsed(start, end) == watcher.elapsed(start, end)


@half_as_many
@given(cases(), st.timedeltas(NOTHING, DAY), st.timedeltas(timedelta(microseconds=1), DAY))
def test_a_due_time_is_when_the_watcher_has_seen_enough(
    case: tuple[Spec, date], after: timedelta, target: timedelta
) -> None:
    spec, day = case
    watcher = Watcher(spec, day)
    seen = watcher.due(watcher.first + after, target)
    assume(seen is not None)

    assert calendar_of(spec).due(watcher.first + after, target) == seen


@given(cases(), st.integers(0, WATCHED // SECOND - 1), st.integers(0, 7200))
@settings(max_examples=settings().max_examples // 4)
def test_seconds_are_counted_one_by_one(case: tuple[Spec, date], after: int, seconds: int) -> None:
    spec, day = case
    watcher = Watcher(spec, day)
    start = watcher.first + after * SECOND
    end = min(start + seconds * SECOND, watcher.first + WATCHED)

    assert calendar_of(spec).elapsed(start, end) == watcher.elapsed(start, end, SECOND)


@half_as_many
@given(cases(), st.integers(0, WATCHED // MINUTE - 1), st.integers(1, 1440))
def test_closed_time_is_called_what_the_watcher_was_told(
    case: tuple[Spec, date], after: int, minutes: int
) -> None:
    spec, day = case
    watcher = Watcher(spec, day)
    start = watcher.first + after * MINUTE
    end = min(start + minutes * MINUTE, watcher.first + WATCHED)
    told = list(calendar_of(spec).segments(start, end))

    assert [span[0] for span in told] == [start, *(span[1] for span in told[:-1])]
    assert all(a[2] != b[2] for a, b in pairwise(told))
    kinds = {at: kind for a, b, kind in told for at in _walk(a, b, MINUTE)}
    assert kinds == {at: watcher.kind(at) for at in _walk(start, end, MINUTE)}
