"""What counts of cells say: parts of all who asked, slices of what was promised, waits, and when it was asked.

The same parts and slices that `wait_parts` and `promise_slices` have as rules about clocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from monitor.clock.book.policy import Book
from monitor.clock.metrics import Outcome
from monitor.measure.log_histogram import bucket_of, least_of, seconds_of
from monitor.measure.survival import HALF, NEVER, NINE_IN_TEN, Observation, Percentile, percentiles
from monitor.reports.promise_slices import PROMISES
from monitor.reports.rollup import cell_counts
from monitor.reports.rollup.cell_counts import EndedClocks, EndedOfHour, RunningClocks
from monitor.reports.wait_parts import ANSWERED, LEFT, NOBODY_WAITED, PARTS, WAITS

_BROKEN: Final = frozenset({"late", "unanswered"})
_PARTS: Final = {**PARTS, cell_counts.MISDATED: "misdated"}
_QUARTER: Final = 15


@dataclass(slots=True)
class CellFigures:
    """What became of everybody who asked, and how long they waited, in seconds: those still waiting included."""

    parts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(WAITS, 0)))
    slices: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(PROMISES, 0)))
    waits: Counter[Observation] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        return self.parts.total()

    @property
    def measured(self) -> int:
        """How many have a wait that is known."""
        return self.waits.total()

    @property
    def decided(self) -> int:
        """How many promises were kept or broken; whoever was never answered counts as broken."""
        return self.slices["met"] + self.broken

    @property
    def broken(self) -> int:
        return sum(self.slices[name] for name in _BROKEN)

    def percentiles(self) -> list[Percentile]:
        """Return within how many seconds half and nine in ten were answered."""
        return percentiles(self.waits, (HALF, NINE_IN_TEN))

    def naive_percentiles(self) -> list[Percentile]:
        """Return the same of the answered alone."""
        answered = {wait: count for wait, count in self.waits.items() if wait.answered}
        return percentiles(answered, (HALF, NINE_IN_TEN))


@dataclass(slots=True)
class HourFigures:
    """What was asked in an hour: how often, and how often a promise to it was kept or broken."""

    asked: int = 0
    decided: int = 0
    broken: int = 0


def figures(counts: Mapping[int, int], *, now: datetime, book: Book | None = None) -> CellFigures:
    """Return what counts say; with a book, waits are in open time, else in whole time."""
    found = CellFigures()
    open_time = _OpenTime(now, book) if book else None
    for number, count in counts.items():
        match _told(number):
            case EndedClocks(fate, promised, business, bucket) if business == (open_time is not None):
                _add_ended(found, fate, promised, bucket, count)
            case RunningClocks() as running:
                found.parts["waiting"] += count
                found.slices[_slice_of_running(running, now)] += count
                minutes = now.timestamp() / 60 - running.asked
                waited = open_time.since(running) if open_time else max(minutes, 0) * 60
                found.waits[_still_waiting(bucket_of(waited))] += count
    return found


def hours(counts: Mapping[int, int], *, now: datetime, zone: ZoneInfo) -> list[HourFigures]:
    """Return what was asked in each hour of a day of the zone; an hour that comes twice is one."""
    found = [HourFigures() for _ in range(24)]
    running: Counter[tuple[int, str]] = Counter()
    for number, count in counts.items():
        match _told(number):
            case EndedOfHour(fate, promised, hour) if fate not in NOBODY_WAITED:
                _add_to_hour(found[hour], _slice_of(fate, promised), count)
            case RunningClocks() as one:
                running[one.asked // _QUARTER, _slice_of_running(one, now)] += count
    for (quarter, slice_), count in running.items():
        at = datetime.fromtimestamp(quarter * _QUARTER * 60, zone)
        _add_to_hour(found[at.hour], slice_, count)
    return found


def ended_that_day(counts: Mapping[int, int], fates: Iterable[str]) -> int:
    """Return how many ended so on the day of these counts, whenever they began."""
    return sum(counts.get(cell_counts.ended_that_day(fate), 0) for fate in fates)


class _OpenTime:
    """Open time until now, by the hours of a calendar version, to a quarter of an hour."""

    def __init__(self, now: datetime, book: Book) -> None:
        self._now, self._book = now, book
        self._known: dict[tuple[int, int], float] = {}

    def since(self, running: RunningClocks) -> float:
        """Return how many seconds were open since it was asked."""
        place = running.calendar, running.asked // _QUARTER
        if place not in self._known:
            self._known[place] = self._measured(*place)
        return self._known[place]

    def _measured(self, calendar: int, quarter: int) -> float:
        asked = datetime.fromtimestamp(quarter * _QUARTER * 60, UTC)
        version = self._book.calendar_version(calendar or None)
        open_time = (
            version.hours.elapsed(asked, self._now) if version and asked < self._now else self._now - asked
        )
        return max(open_time, timedelta()).total_seconds()


@cache
def _told_of_ended(number: int) -> cell_counts.Told:
    return cell_counts.told(number)


def _told(number: int) -> cell_counts.Told:
    """Return what is counted under a number; of those that never end in number nothing is kept."""
    return _told_of_ended(number) if number < cell_counts.ENDLESS else cell_counts.told(number)


def _add_ended(found: CellFigures, fate: str, promised: bool, bucket: int, count: int) -> None:
    if fate in NOBODY_WAITED:
        return
    found.parts[_PARTS[fate]] += count
    found.slices[_slice_of(fate, promised)] += count
    if fate != cell_counts.MISDATED:
        found.waits[_waited(fate, bucket)] += count


def _slice_of(fate: str, promised: bool) -> str:
    part = _PARTS[fate]
    if part in PROMISES:
        return part  # of the rest, whether anything was promised or not
    if not promised:
        return "unpromised"
    return fate


def _slice_of_running(running: RunningClocks, now: datetime) -> str:
    if not running.promised:
        return "unpromised"
    return "late" if running.breach is not None and running.breach * 60 <= now.timestamp() else "undecided"


@cache
def _waited(fate: str, bucket: int) -> Observation:
    """Return the wait of a bucket: for whoever was not answered, as far as it is certain."""
    if fate == Outcome.UNANSWERED:
        return Observation(NEVER, answered=False)
    seconds = seconds_of(bucket) if fate in ANSWERED else least_of(bucket)
    return Observation(seconds, fate in ANSWERED, left=fate in LEFT)


@cache
def _still_waiting(bucket: int) -> Observation:
    return Observation(least_of(bucket), answered=False)


def _add_to_hour(hour: HourFigures, slice_: str, count: int) -> None:
    hour.asked += count
    hour.broken += count if slice_ in _BROKEN else 0
    hour.decided += count if slice_ == "met" or slice_ in _BROKEN else 0
