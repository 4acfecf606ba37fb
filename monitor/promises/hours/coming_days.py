"""What hours come to on the days to come: each day's windows and why it differs, and the clock changes among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from helpdesk.input.visible_text import range_of
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.hours import DAY, Hours
from monitor.promises.hours import breaks
from monitor.promises.hours.day_notes import note_of
from monitor.promises.hours.hours_spelling import parts_of

AHEAD: Final = 60
"""Days that a page shows."""
A_YEAR: Final = timedelta(days=366)
_DAY: Final = timedelta(days=1)


class PlaceDay(NamedTuple):
    """A day at one place: its windows in words, empty where it is closed, and what is special about it."""

    words: str
    name: str
    holiday: bool
    special: bool


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day at each of the places, and the open time of it, by the day of the first of them."""

    day: date
    places: list[PlaceDay]
    open_time: timedelta

    @property
    def column(self) -> int:
        """The day of the week, 1 for Monday."""
        return self.day.isoweekday()

    @property
    def is_open(self) -> bool:
        """Whether any place opens on it."""
        return any(place.words for place in self.places)

    @property
    def is_special(self) -> bool:
        """Whether any place has other hours than in an ordinary week."""
        return any(place.holiday or place.special for place in self.places)


class ShiftChange(NamedTuple):
    """A window that the change lengthens or shortens."""

    words: str
    lasts: timedelta
    usually: timedelta


class ZoneShift(NamedTuple):
    """An instant at which the clocks of a place are put forward (more than nothing) or back."""

    zone: str
    at: datetime
    before: datetime
    after: datetime
    by: timedelta
    shifts: list[ShiftChange]


def coming_days(spec: Mapping[str, Any], *, now: datetime, days: int = AHEAD) -> list[ComingDay]:
    """Return the days to come of hours that can be read, today's at the first place to begin with."""
    parts, calendar = parts_of(spec), BusinessCalendar.parse(spec)
    zone = calendar.parts[0].zone
    first = now.astimezone(zone).date()
    dates = [first + number * _DAY for number in range(days)]
    told = list(zip(parts, calendar.parts, strict=True))
    return [
        ComingDay(day, [_at(part, hours, day) for part, hours in told], _open_time(calendar, zone, day))
        for day in dates
    ]


def next_holiday(spec: Mapping[str, Any], *, now: datetime) -> tuple[date, str] | None:
    """Return the next holiday at any of the places, today's included, and its name; None where there is none."""
    found = [
        (day, note_of(part, day.isoformat()).name)
        for part, hours in zip(parts_of(spec), BusinessCalendar.parse(spec).parts, strict=True)
        for day in hours.holidays
        if hours.is_holiday(day) and day >= now.astimezone(hours.zone).date()
    ]
    return min(found, default=None)


def clock_changes(spec: Mapping[str, Any], *, now: datetime) -> list[ZoneShift]:
    """Return the clock changes of the coming year at each place, the next one first, and whose shifts they touch."""
    found = [change for hours in BusinessCalendar.parse(spec).parts for change in _changes(hours, now)]
    return sorted(found, key=lambda one: one.at)


def _at(part: Mapping[str, Any], hours: Hours, day: date) -> PlaceDay:
    windows = sorted([_clock(opens), _clock(closes)] for opens, closes in hours.windows_on(day))
    return PlaceDay(
        words=breaks.day_words(windows),
        name=note_of(part, day.isoformat()).name,
        holiday=hours.is_holiday(day),
        special=day in hours.overrides,
    )


def _clock(minute: int) -> str:
    """Write a minute of the day; the end of the day is 24:00, and what is later is a time of the next."""
    within = minute if minute <= DAY else minute - DAY
    return f"{within // 60:02}:{within % 60:02}"


def _open_time(calendar: BusinessCalendar, zone: ZoneInfo, day: date) -> timedelta:
    begins, ends = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _DAY))
    return calendar.elapsed(begins, ends)


def _changes(hours: Hours, now: datetime) -> Iterator[ZoneShift]:
    """Look for the instant of each change between two days on which the clocks differ."""
    for number in range(A_YEAR.days):
        at = now.astimezone(UTC) + number * _DAY
        if _offset(hours.zone, at) != _offset(hours.zone, at + _DAY):
            yield _change(hours, at, at + _DAY)


def _change(hours: Hours, before: datetime, after: datetime) -> ZoneShift:
    was = _offset(hours.zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(hours.zone, middle) == was else (before, middle)
    at = after.replace(microsecond=0)
    by = _offset(hours.zone, at) - was
    local = at.astimezone(hours.zone).replace(tzinfo=None, fold=0)
    return ZoneShift(hours.zone.key, at, local - by, local, by, list(_shifts(hours, at)))


def _shifts(hours: Hours, at: datetime) -> Iterator[ShiftChange]:
    """Yield the windows of the day of a change, and of that before it, that are longer or shorter for it."""
    today = at.astimezone(hours.zone).date()
    for day in (today - _DAY, today):
        for opens, closes in hours.windows_on(day):
            lasts = hours.instant(day, closes) - hours.instant(day, opens)
            usually = timedelta(minutes=closes - opens)
            if lasts != usually:
                yield ShiftChange(range_of(_clock(opens), _clock(closes)), lasts, usually)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
