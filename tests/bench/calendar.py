"""Business time: ours, a naive walk over days with zoneinfo, and django-bizcal, on the same questions.

All three must give the same answers before anything is timed, so that caches are warm on every side. The
rounds are interleaved: each asks every side everything, one after the other.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.clock.book.calendar import BusinessCalendar
from tests.bench.figure import Effort, Figure

ZONE: Final = "America/New_York"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS: Final = (
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07",
    "2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31",
)  # fmt: skip
SPEC: Final = {
    "timezone": ZONE,
    "weekly": dict.fromkeys(DAYS[:5], (("09:00", "17:00"),)),
    "holidays": HOLIDAYS,
}
TARGETS: Final = tuple(
    timedelta(hours=hours) for hours in (0.25, 0.5, 1, 4, *(0.5, 1, 4, 8) * 2, 8, 24, 72, 120)
)
"""The promises that an installation starts with: acknowledgement, first and next response, resolution."""
QUESTIONS: Final = 2000
SHORTEST: Final = 0.05
"""Seconds that a side is timed for in each round, at least: a few milliseconds would measure the neighbours."""
FLOORS: Final = {("due", "a naive walk"): 10.0, ("due", "django-bizcal"): 100.0}
REQUIREMENTS: Final = Path(__file__).with_name("calendar.requirements.txt")

Question = tuple[datetime, timedelta]
Due = Callable[[datetime, timedelta], datetime]
Elapsed = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class Side:
    """One way to count business time."""

    name: str
    due: Due
    elapsed: Elapsed


def run(effort: Effort) -> list[Figure]:
    """Time due times and elapsed time on every side; microseconds a question, medians of the rounds.

    Raises `Disagreed` where a control gives another answer than ours.
    """
    questions = _questions()
    with _bizcal() as (bizcal, reason):
        walk = Walk(SPEC)
        naive = Side("a naive walk", walk.due, walk.elapsed)
        calendar = BusinessCalendar.parse(SPEC)
        ours, controls = (
            Side("ours", calendar.due, calendar.elapsed),
            [naive, bizcal] if bizcal else [naive],
        )
        for control in controls:
            _agree(ours, control, questions)
        taken = _interleaved([ours, *controls], questions, effort.rounds)
    figures = [_figure(kind, control.name, taken) for control in controls for kind in ("due", "elapsed")]
    if reason:
        figures += [_missing(kind, taken, reason) for kind in ("due", "elapsed")]
    return figures


class Disagreed(AssertionError):
    """Two sides answer a question differently, so that comparing their speed would say nothing."""


def _questions() -> list[Question]:
    """Return starts spread over a year, to the second, with targets as they are promised; always the same."""
    dice = random.Random(8)  # noqa: S311, nothing here is secret
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        (first + timedelta(seconds=dice.randrange(365 * 86_400)), dice.choice(TARGETS))
        for _ in range(QUESTIONS)
    ]


class Walk:
    """What somebody would write at first for the same calendars: any windows, overnight ones too, day by day."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._zone = ZoneInfo(spec["timezone"])
        self._week = [[_times(window) for window in spec["weekly"].get(day, [])] for day in DAYS]
        self._holidays = set(map(date.fromisoformat, spec["holidays"]))

    def due(self, start: datetime, target: timedelta) -> datetime:
        for opens, closes in self._windows(start):
            begin = max(opens, start)
            if begin < closes:
                if target <= closes - begin:
                    return begin + target
                target -= closes - begin
        raise AssertionError("the walk goes on for ever")

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        spent = timedelta()
        for opens, closes in self._windows(start):
            if opens >= end:
                return spent
            spent += max(min(closes, end) - max(opens, start), timedelta())
        raise AssertionError("the walk goes on for ever")

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield windows for ever, from the one that opened the day before an instant and may still be open."""
        day = start.astimezone(self._zone).date() - timedelta(days=1)
        while True:
            for opens, closes in [] if day in self._holidays else self._week[day.weekday()]:
                until = day if closes > opens else day + timedelta(days=1)
                yield (
                    datetime.combine(day, opens, self._zone).astimezone(UTC),
                    datetime.combine(until, closes, self._zone).astimezone(UTC),
                )
            day += timedelta(days=1)


def _times(window: Sequence[str]) -> list[time]:
    return [time.fromisoformat(text) for text in window]


@contextmanager
def _bizcal() -> Iterator[tuple[Side | None, str]]:
    """Install django-bizcal into a folder of its own that is thrown away; or say why it cannot be had."""
    with tempfile.TemporaryDirectory(prefix="attend-bench-") as folder:
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--only-binary=:all:", "--require-hashes", "--target", folder, "-r", str(REQUIREMENTS),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode:
            yield None, f"django-bizcal cannot be installed: {done.stderr.strip().splitlines()[-1:]}"
            return
        sys.path.append(folder)
        try:
            yield _bizcal_side(), ""
        finally:
            sys.path.remove(folder)


def _bizcal_side() -> Side:
    api: Any = __import__("django_bizcal.api", fromlist=["CalendarBuilder"])
    config = {
        "type": "working",
        "tz": ZONE,
        "weekly_schedule": {str(number): [["09:00", "17:00"]] for number in range(5)},
        "extra_holidays": [*HOLIDAYS],
    }
    calendar = api.CalendarBuilder.from_dict(config)
    return Side("django-bizcal", calendar.add_business_time, calendar.business_time_between)


def _agree(ours: Side, control: Side, questions: list[Question]) -> None:
    for start, target in questions:
        due = ours.due(start, target)
        if control.due(start, target) != due or control.elapsed(start, due) != ours.elapsed(start, due):
            raise Disagreed(f"{control.name}: {start}, {target}")


Taken = dict[tuple[str, str], float]


def _interleaved(sides: list[Side], questions: list[Question], rounds: int) -> Taken:
    """Return the median microseconds a question, by kind and side."""
    spans = [(start, sides[0].due(start, target)) for start, target in questions]
    taken: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for side in sides:
            taken.setdefault(("due", side.name), []).append(_timed(side.due, questions))
            taken.setdefault(("elapsed", side.name), []).append(_timed(side.elapsed, spans))
    return {key: median(times) for key, times in taken.items()}


def _timed(ask: Callable[[datetime, Any], object], questions: list[Any]) -> float:
    """Return the microseconds a question. It is all reckoning, so what counts is time on the processor."""
    asked, began = 0, process_time()
    while (taken := process_time() - began) < SHORTEST:
        for start, other in questions:
            ask(start, other)
        asked += len(questions)
    return taken / asked * 1e6


def _figure(kind: str, control: str, taken: Taken) -> Figure:
    ours, theirs, floor = taken[kind, "ours"], taken[kind, control], FLOORS.get((kind, control))
    met = floor is None or theirs / ours >= floor
    return Figure(f"{kind}: {control} / ours", ours, theirs, theirs / ours, floor, "µs", met)


def _missing(kind: str, taken: Taken, reason: str) -> Figure:
    ours, floor = taken[kind, "ours"], FLOORS.get((kind, "django-bizcal"))
    return Figure(
        f"{kind}: django-bizcal / ours", ours, None, None, floor, "µs", met=floor is None, note=reason
    )
