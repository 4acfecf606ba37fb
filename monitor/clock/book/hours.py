"""Opening hours of one place: a week, its holidays, the dates that differ, and the zone it all stands in."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
KEYS: Final = frozenset({"timezone", "weekly", "holidays", "date_overrides", "notes"})
_NO_PLACES: Final = frozenset({"Factory", "localtime", "posixrules", "Etc/Unknown"})
"""What stands in the tz database and is nowhere: what a machine has before, or until, somebody says where it is."""
_LONGEST_SAID: Final = 60
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")

Window = tuple[int, int]
"""Minutes of the local day: open, and close, which lies beyond 1,440 where it runs into the next day."""


class BadCalendar(ValueError):
    """A calendar's specification says something that cannot be; the message names where."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The windows of one zone. An override beats a holiday, a holiday beats the week."""

    zone: ZoneInfo
    week: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date]
    overrides: Mapping[date, tuple[Window, ...]]

    @classmethod
    def parse(cls, spec: Mapping[str, Any]) -> Hours:
        """Read `timezone`, `weekly`, `holidays` and `date_overrides`; raises `BadCalendar`. `notes` are for readers."""
        _refuse_unknown(_mapping(spec, "a calendar"), KEYS)
        weekly = _mapping(spec.get("weekly"), "weekly")
        _refuse_unknown(weekly, DAYS)
        overrides = _mapping(spec.get("date_overrides") or {}, "date_overrides")
        return cls(
            zone=_zone(spec.get("timezone")),
            week=tuple(_windows(weekly.get(day, []), day) for day in DAYS),
            holidays=frozenset(_date(text) for text in _list(spec.get("holidays") or [], "holidays")),
            overrides={_date(text): _windows(windows, text) for text, windows in overrides.items()},
        )

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays and day not in self.overrides

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the windows that open on this local date."""
        if day in self.overrides:
            return self.overrides[day]
        return () if day in self.holidays else self.week[day.weekday()]

    def holiday_spans(self, ordinals: range) -> Iterator[tuple[datetime, datetime]]:
        """Yield, of each holiday among these days, the local day and the shifts that it cancels, in UTC."""
        for day in self.holidays:
            if day.toordinal() in ordinals and self.is_holiday(day):
                for begins, ends in ((0, DAY), *self.week[day.weekday()]):
                    yield self.instant(day, begins), self.instant(day, ends)

    def spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the windows that open from `first` to `last`, in UTC, empty ones left out."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            for opens, closes in self.windows_on(day):
                span = (self.instant(day, opens), self.instant(day, closes))
                if span[0] < span[1]:
                    yield span

    def instant(self, day: date, minute: int) -> datetime:
        """Turn a local time into an instant: a skipped time moves on by the gap, of a repeated one the first."""
        days, minute = divmod(minute, DAY)
        local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self.zone)
        return (local + timedelta(days=days)).astimezone(UTC)


def _zone(name: object) -> ZoneInfo:
    if name is None:
        raise BadCalendar("timezone: missing")
    if not isinstance(name, str) or name not in _places():
        raise BadCalendar(f"timezone: {_said(name)} is no time zone of the IANA database")
    return ZoneInfo(name)


@cache
def _places() -> frozenset[str]:
    """Return the zones in which somebody can have hours; so do the doors of the helpdesk."""
    return frozenset(available_timezones()) - _NO_PLACES


def _said(value: object) -> str:
    """Return a value as whoever wrote the specification wrote it there."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SAID else f"{text[:_LONGEST_SAID]}…"


def _windows(windows: object, place: str) -> tuple[Window, ...]:
    return tuple(_window(window, place) for window in _list(windows, place))


def _window(window: object, place: str) -> Window:
    if not isinstance(window, (list, tuple)) or len(window) != 2:
        raise BadCalendar(f"{place}: a window is a pair of times, not {_said(window)}")
    opens, closes = (_minute(time, place) for time in window)
    if opens == DAY:
        raise BadCalendar(f"{place}: no window opens at 24:00")
    return (opens, closes if closes > opens else closes + DAY)


def _minute(time: object, place: str) -> int:
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        raise BadCalendar(f"{place}: {_said(time)} is no time from 00:00 to 24:00")
    return int(time[:2]) * 60 + int(time[3:])


def _date(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadCalendar(f"{_said(text)} is no date") from None


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadCalendar(f"{place} must be an object")
    return value


def _list(value: object, place: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise BadCalendar(f"{place} must be a list")
    return value


def _refuse_unknown(spec: Mapping[str, Any], known: Collection[str]) -> None:
    unknown = sorted(set(spec) - set(known))
    if unknown:
        raise BadCalendar(f"unknown: {', '.join(unknown)}")
