"""What counts of cells say: parts of all who asked, slices of what was promised, waits, and when it was asked.

The same parts and slices that `wait_parts` and `promise_slices` have as rules about clocks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from monitor.clock.book.policy import Book
from monitor.clock.metrics import Outcome
from monitor.measure.log_histogram import least_of, seconds_of, seen_of
from monitor.measure.survival import (
    HALF,
    NEVER,
    NINE_IN_TEN,
    Observation,
    Percentile,
    naive_mean,
    percentiles,
)
from monitor.reports.promise_slices import BROKEN, PROMISES
from monitor.reports.rollup import cell_counts
from monitor.reports.rollup.cell_counts import EndedClocks, EndedOfHour
from monitor.reports.wait_parts import ANSWERED, LEFT, NOBODY_WAITED, PARTS, WAITS

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

    def percentiles(self) -> list[Percentile]:
        """Return within how many seconds half and nine in ten were answered."""
        return percentiles(self.waits, (HALF, NINE_IN_TEN))

    def naive_percentiles(self) -> list[Percentile]:
        """Return the same of the answered alone."""
        return percentiles(self._answered, (HALF, NINE_IN_TEN))

    def naive_mean(self) -> float | None:
        """Return the mean of the answered alone, within 1 % or a second; None where nobody was answered."""
        return naive_mean({wait.seconds: count for wait, count in self._answered.items()})

    @property
    def _answered(self) -> dict[Observation, int]:
        return {wait: count for wait, count in self.waits.items() if wait.answered}


@dataclass(slots=True)
class HourFigures:
    """What was asked in an hour: how often, and how often a promise to it was broken."""

    asked: int = 0
    broken: int = 0

    def add(self, count: int, *, broken: bool) -> None:
        self.asked += count
        self.broken += count if broken else 0


class _DayParts:
    """The counts of a day: those of clocks that have ended, and those of clocks that run, in the order of breaches."""

    def __init__(self, counts: Mapping[int, int], now: datetime) -> None:
        numbers = sorted(counts)
        runs = bisect_left(numbers, cell_counts.ENDLESS)
        promised = bisect_left(numbers, cell_counts.PROMISED, lo=runs)
        late = bisect_left(numbers, cell_counts.late_until(_minute(now)), lo=promised)
        self.ended, self.running = numbers[:runs], numbers[runs:]
        self.late, self.others = numbers[promised:late], numbers[runs:promised] + numbers[late:]
        self._counts, self._promised = counts, promised - runs

    def count(self, numbers: Iterable[int]) -> int:
        return sum(map(self._counts.__getitem__, numbers))

    def of(self, numbers: Iterable[int]) -> Iterable[tuple[int, int]]:
        """Return how many clocks are counted under each of these."""
        return zip(numbers, map(self._counts.__getitem__, numbers), strict=True)

    @property
    def slices(self) -> dict[str, int]:
        """Return the slices of those that run."""
        all_, unpromised = self.count(self.running), self.count(self.running[: self._promised])
        late = self.count(self.late)
        return {"late": late, "unpromised": unpromised, "undecided": all_ - unpromised - late}


def figures(counts: Mapping[int, int], *, now: datetime, book: Book | None = None) -> CellFigures:
    """Return what counts say; with a book, waits are in open time, else in whole time."""
    found, day = CellFigures(), _DayParts(counts, now)
    for number, count in day.of(day.ended):
        if (ended := _ended(number)) and ended.business == (book is not None):
            found.parts[ended.part] += count
            found.slices[ended.slice_] += count
            if ended.waited:
                found.waits[ended.waited] += count
    found.parts["waiting"] += day.count(day.running)
    found.slices.update(day.slices)
    found.waits.update(_waits(day, now, book))
    return found


def together(some: Iterable[CellFigures]) -> CellFigures:
    """Return what figures of several days say of all of them."""
    found = CellFigures()
    for one in some:
        found.parts.update(one.parts)
        found.slices.update(one.slices)
        found.waits.update(one.waits)
    return found


def slices(counts: Mapping[int, int], *, now: datetime) -> Counter[str]:
    """Return the slices alone: how long anybody waited is not looked at."""
    found, day = Counter(dict.fromkeys(PROMISES, 0)), _DayParts(counts, now)
    for number, count in day.of(day.ended):
        if asked := _asked_in(number):
            found[asked.slice_] += count
    found.update(day.slices)
    return found


def slices_of_days(days: Iterable[Mapping[int, int]], *, now: datetime) -> Counter[str]:
    """Return the slices of several days together."""
    return sum_of_slices(slices(counts, now=now) for counts in days)


def sum_of_slices(some: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Return what slices of several days are together."""
    found = Counter(dict.fromkeys(PROMISES, 0))
    for one in some:
        found.update(one)
    return found


def hours(counts: Mapping[int, int], *, now: datetime, zone: ZoneInfo) -> list[HourFigures]:
    """Return what was asked in each hour of a day of the zone; an hour that comes twice is one."""
    found, day = [HourFigures() for _ in range(24)], _DayParts(counts, now)
    for number, count in day.of(day.ended):
        if asked := _asked_in(number):
            found[asked.hour].add(count, broken=asked.slice_ in BROKEN)
    for numbers, broken in ((day.late, True), (day.others, False)):
        quarters: dict[int, int] = defaultdict(int)
        for minute, (_number, count) in zip(cell_counts.asked_minutes(numbers), day.of(numbers), strict=True):
            quarters[minute // _QUARTER] += count
        for quarter, count in quarters.items():
            found[datetime.fromtimestamp(quarter * _QUARTER * 60, zone).hour].add(count, broken=broken)
    return found


def ended_that_day(counts: Mapping[int, int], fates: Iterable[str]) -> int:
    """Return how many ended so on the day of these counts, whenever they began."""
    return sum(counts.get(cell_counts.ended_that_day(fate), 0) for fate in fates)


class _AllTime:
    """All time until now, to the minute."""

    def __init__(self, now: datetime) -> None:
        self._minute = _minute(now)

    def since(self, numbers: Sequence[int]) -> Iterable[float]:
        """Return how long it is since clocks that run have started, of each as it is told."""
        now = self._minute
        return [_seen_of_minutes(now - minute) for minute in cell_counts.asked_minutes(numbers)]


class _OpenTime:
    """Open time until now, by the hours of a calendar version, to a quarter of an hour."""

    def __init__(self, now: datetime, book: Book) -> None:
        self._now, self._book = now, book
        self._known: dict[tuple[int, int], float] = {}

    def since(self, numbers: Sequence[int]) -> Iterable[float]:
        """Return how long was open since clocks that run have started, of each as it is told."""
        for number, minute in zip(numbers, cell_counts.asked_minutes(numbers), strict=True):
            place = cell_counts.calendar_of(number), minute // _QUARTER
            if place not in self._known:
                self._known[place] = seen_of(self._measured(*place))
            yield self._known[place]

    def _measured(self, calendar: int, quarter: int) -> float:
        asked = datetime.fromtimestamp(quarter * _QUARTER * 60, UTC)
        version = self._book.numbered_calendar(calendar)
        open_time = (
            version.hours.elapsed(asked, self._now) if version and asked < self._now else self._now - asked
        )
        return max(open_time, timedelta()).total_seconds()


class _Ended(NamedTuple):
    """What is to be counted for clocks that ended alike after as long."""

    business: bool
    part: str
    slice_: str
    waited: Observation | None


class _Asked(NamedTuple):
    """What is to be counted for clocks that started in an hour and ended alike."""

    hour: int
    slice_: str


@cache
def _ended(number: int) -> _Ended | None:
    """Return what a number says of how long clocks lasted; None where it says none of that, or nobody waited."""
    match cell_counts.told(number):
        case EndedClocks(fate, promised, business, bucket) if fate not in NOBODY_WAITED:
            waited = None if fate == cell_counts.MISDATED else _waited(fate, bucket)
            return _Ended(business, _PARTS[fate], _slice_of(fate, promised), waited)
    return None


@cache
def _asked_in(number: int) -> _Asked | None:
    """Return what a number says of when clocks started; None where it says none of that, or nobody waited."""
    match cell_counts.told(number):
        case EndedOfHour(fate, promised, hour) if fate not in NOBODY_WAITED:
            return _Asked(hour, _slice_of(fate, promised))
    return None


def _waits(day: _DayParts, now: datetime, book: Book | None) -> dict[Observation, int]:
    """Return how many still wait for how long, as far as it is certain: two times of each bucket are told apart."""
    since = _OpenTime(now, book).since if book else _AllTime(now).since
    seen: dict[float, int] = defaultdict(int)
    for seconds, (_number, count) in zip(since(day.running), day.of(day.running), strict=True):
        seen[seconds] += count
    return {Observation(seconds, answered=False): count for seconds, count in seen.items()}


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)


@lru_cache(maxsize=1 << 16)
def _seen_of_minutes(minutes: int) -> float:
    return seen_of(max(minutes, 0) * 60)


def _slice_of(fate: str, promised: bool) -> str:
    part = _PARTS[fate]
    if part in PROMISES:
        return part  # of the rest, whether anything was promised or not
    return fate if promised else "unpromised"


@cache
def _waited(fate: str, bucket: int) -> Observation:
    """Return the wait of a bucket: for whoever was not answered, as far as it is certain."""
    if fate == Outcome.UNANSWERED:
        return Observation(NEVER, answered=False)
    seconds = seconds_of(bucket) if fate in ANSWERED else least_of(bucket)
    return Observation(seconds, fate in ANSWERED, left=fate in LEFT)
