"""Business time: when a target is spent, and how much open time lies between two instants.

Open windows become epoch microseconds once per calendar and year, with prefix sums beside them, so that
a question costs two bisections and no walk over days. Everything is exact: whole microseconds, integers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from monitor.clock.hours import EPOCH, BadCalendar, Hours, microseconds

__all__ = ["BadCalendar", "Calendar", "NaiveInstant", "NeverOpen", "OutOfReach"]

Kind = Literal["open", "out_of_hours", "holiday"]
Span = tuple[datetime, datetime, Kind]
YEARS_SEARCHED = 5
YEARS_KNOWN = range(2, 9999)
"""Years whose neighbours can be written as dates too, in every zone."""
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class NaiveInstant(ValueError):
    """A datetime without a zone; there is no telling which instant it means."""


class NeverOpen(ValueError):
    """A calendar with no open time within five years: nothing in it is ever due."""


class OutOfReach(ValueError):
    """An instant so near the first or the last year there is that its neighbours cannot be written."""


@dataclass(frozen=True, slots=True)
class Year:
    """The open windows of one UTC year; `spent[i]` is the open time up to the end of window i."""

    opens: list[int]
    closes: list[int]
    spent: list[int]

    @property
    def total(self) -> int:
        return self.spent[-1] if self.spent else 0

    def before(self, at: int) -> int:
        """Return the open microseconds of this year before an instant of it."""
        i = bisect_right(self.opens, at) - 1
        return self.spent[i] - max(self.closes[i] - at, 0) if i >= 0 else 0

    def when(self, spent: int) -> int:
        """Return the earliest instant before which that much is spent; `spent` is 1 to `total`."""
        i = bisect_left(self.spent, spent)
        return self.closes[i] - (self.spent[i] - spent)


class Calendar:
    """Business hours in one zone, or `any_of` several, open when any of them is. Immutable."""

    __slots__ = ("_years", "parts")

    def __init__(self, parts: tuple[Hours, ...]) -> None:
        """Raises `NeverOpen` where no part has a window."""
        if not any(part.ever_open for part in parts):
            raise NeverOpen("no open time at all")
        self.parts = parts
        self._years: dict[int, Year] = {}

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Calendar:
        """Read a specification: one place's hours, or `{"any_of": [hours, …]}`.

        Raises `BadCalendar` and `NeverOpen`.
        """
        if not isinstance(spec, Mapping) or "any_of" not in spec:
            return cls((Hours.parse(spec),))
        parts = spec["any_of"]
        if not isinstance(parts, list) or not parts or len(spec) > 1:
            raise BadCalendar("any_of must be a list of calendars, and stand alone")
        return cls(tuple(Hours.parse(part) for part in parts))

    def due(self, start: datetime, target: timedelta) -> datetime:
        """Return the earliest instant at which the open time since `start` equals `target`, in UTC.

        Raises `NaiveInstant`, `OutOfReach`, and `NeverOpen` where five years pass without open time.
        """
        at, left = _instant(start), target // _MICROSECOND
        if left <= 0:
            return _datetime(at)
        number = _year_of(at)
        year = self._year(number)
        left += year.before(at)
        shut = 0
        while left > year.total:
            left -= year.total
            shut = 0 if year.total else shut + 1
            number += 1
            if shut > YEARS_SEARCHED:
                raise NeverOpen(f"no open time within {YEARS_SEARCHED} years of {start.isoformat()}")
            year = self._year(number)
        return _datetime(year.when(left))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two instants; zero where `end` is not after `start`.

        Raises `NaiveInstant` and `OutOfReach`.
        """
        a, b = _instant(start), _instant(end)
        if b <= a:
            return timedelta()
        first, last = _year_of(a), _year_of(b)
        spent = self._year(last).before(b) - self._year(first).before(a)
        spent += sum(self._year(number).total for number in range(first, last))
        return timedelta(microseconds=spent)

    def segments(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what lies between two instants, in order and without gaps: open, out of hours, or holiday."""
        at, stop = _instant(start), _instant(end)
        for opens, closes in self._windows(at, stop):
            yield from self._closed(at, opens)
            yield (_datetime(opens), _datetime(closes), "open")
            at = closes
        yield from self._closed(at, stop)

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in a window; a window contains its beginning and not its end."""
        return self.elapsed(at, at + _MICROSECOND) > timedelta()

    def next_open(self, at: datetime) -> datetime:
        """Return `at` where it is open, else the next instant at which a window begins."""
        return at if self.is_open(at) else self.due(at, _MICROSECOND) - _MICROSECOND

    def _windows(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the open windows between two instants, cut to them, joined over the turn of a year."""
        held: tuple[int, int] | None = None
        for number in range(_year_of(start), _year_of(max(start, end)) + 1):
            year = self._year(number)
            for i in range(bisect_right(year.closes, start), bisect_left(year.opens, end)):
                span = (max(year.opens[i], start), min(year.closes[i], end))
                if held and held[1] == span[0]:
                    held = (held[0], span[1])
                    continue
                if held:
                    yield held
                held = span
        if held:
            yield held

    def _closed(self, start: int, end: int) -> Iterator[Span]:
        """Cut closed time where holidays begin and end."""
        at = start
        while at < end:
            holiday, until = self._day_of(at)
            while until < end and self._day_of(until)[0] == holiday:
                until = self._day_of(until)[1]
            until = min(until, end)
            yield (_datetime(at), _datetime(until), "holiday" if holiday else "out_of_hours")
            at = until

    def _day_of(self, at: int) -> tuple[bool, int]:
        """Return whether an instant lies in a holiday anywhere, and when the next local day begins."""
        holiday, until = False, at + 2 * 86_400_000_000
        for part in self.parts:
            day = _datetime(at).astimezone(part.zone).date()
            holiday = holiday or part.is_holiday(day)
            tomorrow = next(begin for ahead in (1, 2) if (begin := part.instant(day + ahead * _DAY, 0)) > at)
            until = min(until, tomorrow)
        return holiday, until

    def _year(self, number: int) -> Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._laid_out(number)
        return year

    def _laid_out(self, number: int) -> Year:
        """Collect the windows of a UTC year, overlapping ones joined, those across its ends cut."""
        if number not in YEARS_KNOWN:
            raise OutOfReach(f"the year {number}")
        first, last = _midnight(number), _midnight(number + 1)
        days = (date(number, 1, 1) - 3 * _DAY, date(number, 12, 31) + 3 * _DAY)
        year = Year([], [], [])
        for opens, closes in sorted(span for part in self.parts for span in part.spans(*days)):
            begin, end = max(opens, first), min(closes, last)
            if year.closes and begin <= year.closes[-1]:
                year.closes[-1] = max(year.closes[-1], end)
            elif begin < end:
                year.opens.append(begin)
                year.closes.append(end)
        spent = 0
        for opens, closes in zip(year.opens, year.closes, strict=True):
            spent += closes - opens
            year.spent.append(spent)
        return year


def _instant(at: datetime) -> int:
    if at.tzinfo is None:
        raise NaiveInstant(at.isoformat())
    try:
        return microseconds(at)
    except OverflowError:
        raise OutOfReach(at.isoformat()) from None


def _datetime(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _year_of(at: int) -> int:
    return _datetime(at).year


def _midnight(number: int) -> int:
    return microseconds(datetime(number, 1, 1, tzinfo=UTC))
