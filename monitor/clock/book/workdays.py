"""Working days: which dates of a calendar are open at all, from when until when, and when so many are over.

A shift belongs to the date on which it opens where it is, also where it closes after midnight. Where several
places are open by turns, the time of day, and the date of what starts in no shift, are those of the first one's zone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from monitor.clock.book.calendar_year import YEARS_KNOWN, YEARS_SEARCHED, NeverOpen, OutOfReach
from monitor.clock.book.hours import Hours
from monitor.clock.book.rules import DayCount

_DAY: Final = timedelta(days=1)
_NEAR: Final = (1, 0, -1, -2)
"""How far from today the date of a shift can lie that lasts, the latest first."""

Shift = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DatesOfYear:
    """The working days of a year, as ordinals in order, and the shifts of each."""

    days: list[int]
    shifts: dict[int, list[Shift]]


class Workdays:
    """The working days of one calendar version. Immutable; its cache only remembers."""

    __slots__ = ("_parts", "_years", "zone")

    def __init__(self, parts: tuple[Hours, ...]) -> None:
        self.zone = parts[0].zone
        self._parts = parts
        self._years: dict[int, DatesOfYear] = {}

    def date_of(self, at: datetime) -> int:
        """Return the local date of an instant, as an ordinal."""
        return at.astimezone(self.zone).toordinal()

    def instant(self, day: int, offset: timedelta) -> datetime:
        """Return the local time so long after the midnight of a date, as the hours turn theirs into instants."""
        local = datetime.combine(date.fromordinal(day), time.min) + offset
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def offset(self, day: int, at: datetime) -> timedelta:
        """Return how long after the midnight of a date an instant is, by the clock on the wall."""
        return at.astimezone(self.zone).replace(tzinfo=None) - datetime.combine(
            date.fromordinal(day), time.min
        )

    def shifts(self, day: int) -> list[Shift]:
        """Return what is open on a date, nothing where it is no working day."""
        return self._year(date.fromordinal(day).year).shifts.get(day, [])

    def opening(self, day: int) -> datetime:
        """Return when a working day opens first."""
        return min(self.shifts(day))[0]

    def closing(self, day: int) -> datetime:
        """Return when a working day closes last."""
        return max(closes for _, closes in self.shifts(day))

    def on_shift(self, at: datetime) -> int | None:
        """Return the date whose shift lasts at an instant; of several the last."""
        for day in (self.date_of(at) + number for number in _NEAR):
            if any(opens <= at < closes for opens, closes in self.shifts(day)):
                return day
        return None

    def after(self, day: int, before: int | None) -> Iterator[int]:
        """Yield the working days after a date, and before another; raises `NeverOpen` after five years of none."""
        number, empty = date.fromordinal(day + 1).year, 0
        while before is None or number <= date.fromordinal(before).year:
            days = self._year(number).days
            found = days[bisect_left(days, day + 1) : None if before is None else bisect_left(days, before)]
            yield from found
            number, empty = number + 1, 0 if found else empty + 1
            if empty > YEARS_SEARCHED and before is None:
                raise NeverOpen(f"no working day within {YEARS_SEARCHED} years")

    def _year(self, number: int) -> DatesOfYear:
        if number not in self._years:
            self._years[number] = self._laid_out(number)
        return self._years[number]

    def _laid_out(self, number: int) -> DatesOfYear:
        if number not in YEARS_KNOWN:
            raise OutOfReach(f"the year {number}")
        first, last = date(number, 1, 1), date(number, 12, 31)
        shifts: dict[int, list[Shift]] = {}
        for part in self._parts:
            for shift in part.spans(first, last):
                shifts.setdefault(shift[0].astimezone(part.zone).toordinal(), []).append(shift)
        return DatesOfYear(sorted(shifts), shifts)


class Era(NamedTuple):
    """From which date on the days of a calendar version tell; the date on which it takes effect is its own."""

    first: int
    workdays: Workdays


def deadline(start: datetime, days: DayCount, eras: Sequence[Era]) -> datetime:
    """Return when so many working days after `start` are over, in UTC.

    What starts on no working day starts as the next one opens. A time of day that comes after the last closing
    of the day is that closing.

    Raises `NeverOpen` where five years pass without a working day, `OutOfReach` beyond the last year there is.
    """
    day, offset, workdays = _beginning(start, eras)
    if days.number:
        for passed, (found, by) in enumerate(_after(day, eras), start=1):
            if passed == days.number:
                day, workdays = found, by
                break
    closing = workdays.closing(day)
    at = closing if days.ends == "end_of_day" else min(workdays.instant(day, offset), closing)
    return max(at, start)


def wall_deadline(start: datetime, days: DayCount, workdays: Workdays) -> datetime:
    """Return when so many days of the wall calendar after `start` are over, in UTC: at midnight, or the same time."""
    day = workdays.date_of(start)
    ends_late = days.ends == "end_of_day"
    offset = _DAY if ends_late else workdays.offset(day, start)
    return max(workdays.instant(day + days.number, offset), start)


def _beginning(start: datetime, eras: Sequence[Era]) -> tuple[int, timedelta, Workdays]:
    """Return the working day on which a count begins, and the time of day that it begins at."""
    workdays = next((by for first, by in reversed(eras) if by.date_of(start) >= first), eras[0].workdays)
    today, shift = workdays.date_of(start), workdays.on_shift(start)
    day = today if shift is None else shift
    if workdays.shifts(day):
        return day, workdays.offset(day, start), workdays
    day, workdays = next(_after(today, eras))
    return day, workdays.offset(day, workdays.opening(day)), workdays


def _after(day: int, eras: Sequence[Era]) -> Iterator[tuple[int, Workdays]]:
    """Yield the working days after a date, each by the version that tells of it."""
    for number, (first, workdays) in enumerate(eras):
        before = eras[number + 1].first if number + 1 < len(eras) else None
        for found in workdays.after(max(day, first - 1), before):
            yield found, workdays
