"""Business time: when a target is spent, and how much open time lies between two instants.

Open windows become instants in UTC once per calendar and year, with prefix sums beside them, so that a
question costs two bisections and no walk over days. Everything is exact: datetimes and timedeltas are whole
microseconds, and their own arithmetic is several times faster than turning them into numbers and back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import Any, Literal

from monitor.clock.book.calendar_year import (
    YEARS_KNOWN,
    YEARS_SEARCHED,
    YEARS_TRIED,
    NaiveInstant,
    NeverOpen,
    OutOfReach,
    Year,
)
from monitor.clock.book.hours import BadCalendar, Hours
from monitor.clock.book.workdays import Workdays

__all__ = ["BadCalendar", "BusinessCalendar", "NaiveInstant", "NeverOpen", "OutOfReach"]

Kind = Literal["open", "out_of_hours", "holiday"]
Span = tuple[datetime, datetime, Kind]
_NOTHING = timedelta()
_DAY = timedelta(days=1)


class BusinessCalendar:
    """Business hours in one zone, or `any_of` several, open when any of them is. Immutable."""

    __slots__ = ("_years", "parts", "workdays")

    def __init__(self, parts: tuple[Hours, ...]) -> None:
        self.parts = parts
        self.workdays = Workdays(parts)
        self._years: dict[int, Year] = {}

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> BusinessCalendar:
        """Read a specification: one place's hours, or `{"any_of": [hours, …]}`; raises `BadCalendar`."""
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
        at = _utc(start)
        if target <= _NOTHING:
            return at
        year = self._year(at.year)
        spent = year.before(at) + target
        return year.when(spent) if spent <= year.total else self._due_later(at, spent)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two instants; zero where `end` is not after `start`.

        Raises `NaiveInstant` and `OutOfReach`.
        """
        a, b = _utc(start), _utc(end)
        if b <= a:
            return _NOTHING
        spent = self._year(b.year).before(b) - self._year(a.year).before(a)
        for number in range(a.year, b.year):
            spent += self._year(number).total
        return spent

    def segments(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what lies between two instants, in order and without gaps: open, out of hours, or holiday.

        A shift that a holiday cancels is holiday to its end, the part after midnight too.
        """
        at, stop = _utc(start), _utc(end)
        for opens, closes in self._windows(at, stop):
            yield from self._closed(at, opens)
            yield (opens, closes, "open")
            at = closes
        yield from self._closed(at, stop)

    def _due_later(self, at: datetime, spent: timedelta) -> datetime:
        """Go on year by year with what the year of `at` leaves of the open time to be spent."""
        number, shut, most = at.year, 0, _NOTHING
        while spent > (year := self._year(number)).total:
            spent, most = spent - year.total, max(most, year.total)
            shut = 0 if year.total else shut + 1
            if shut > YEARS_SEARCHED:
                raise NeverOpen(f"no open time within {YEARS_SEARCHED} years of {at.isoformat()}")
            if number - at.year == YEARS_TRIED and most * (YEARS_KNOWN.stop - number) < spent:
                raise OutOfReach(f"{spent} more than there will be")
            number += 1
        return year.when(spent)

    def _windows(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open windows between two instants, cut to them, joined over the turn of a year."""
        held: tuple[datetime, datetime] | None = None
        for number in range(start.year, max(start, end).year + 1):
            year = self._year(number)
            for i in range(bisect_right(year.closes, start, 1), bisect_left(year.opens, end)):
                span = (max(year.opens[i], start), min(year.closes[i], end))
                if held and held[1] == span[0]:
                    held = (held[0], span[1])
                    continue
                if held:
                    yield held
                held = span
        if held:
            yield held

    def _closed(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Cut closed time where holidays begin and end."""
        at = start
        for begins, ends in self._holidays(start, end):
            if at < begins:
                yield (at, begins, "out_of_hours")
            yield (begins, ends, "holiday")
            at = ends
        if at < end:
            yield (at, end, "out_of_hours")

    def _holidays(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return what is a holiday anywhere between two instants, in order, what touches joined."""
        near = range(start.toordinal() - 3, end.toordinal() + 3)
        joined: list[tuple[datetime, datetime]] = []
        for span in sorted(span for part in self.parts for span in part.holiday_spans(near)):
            begins, ends = max(span[0], start), min(span[1], end)
            if joined and begins <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
            elif begins < ends:
                joined.append((begins, ends))
        return joined

    def _year(self, number: int) -> Year:
        try:
            return self._years[number]
        except KeyError:
            return self._years.setdefault(number, self._laid_out(number))

    def _laid_out(self, number: int) -> Year:
        """Collect the windows of a UTC year, overlapping ones joined, those across its ends cut."""
        if number not in YEARS_KNOWN:
            raise OutOfReach(f"the year {number}")
        first, last = datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC)
        days = (date(number, 1, 1) - 3 * _DAY, date(number, 12, 31) + 3 * _DAY)
        opens, closes = [first], [first]
        for window in sorted(span for part in self.parts for span in part.spans(*days)):
            begin, end = max(window[0], first), min(window[1], last)
            if len(closes) > 1 and begin <= closes[-1]:
                closes[-1] = max(closes[-1], end)
            elif begin < end:
                opens.append(begin)
                closes.append(end)
        spent = list(accumulate(map(sub, closes, opens)))
        return Year(opens, closes, spent, list(map(sub, closes, spent)), spent[-1])


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise NaiveInstant(at.isoformat())
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise OutOfReach(at.isoformat()) from None
