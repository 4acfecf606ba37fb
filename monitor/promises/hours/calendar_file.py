"""A calendar's file (iCalendar, RFC 5545), read for the days on which nobody is there.

All-day events are closed days, of several days each of them, yearly ones in every year asked for. What has a time of
day closes nothing: it is said, and so is everything else that was left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from dateutil.rrule import YEARLY, rrule, weekday
from django.utils.translation import gettext as _
from icalendar import Calendar

from helpdesk.input.visible_text import one_line, storable
from monitor.promises.hours.day_notes import LONGEST

LARGEST: Final = 1_000_000
"""Bytes of a file."""
MOST_EVENTS: Final = 2_000
_LONGEST_EVENT: Final = timedelta(days=366)
_EARLIEST: Final = date(1900, 1, 1)
_MOST_TIMES: Final = 4_000
"""So many days of a rule, since it began: enough for a month a year, since 1900."""
_DAY: Final = timedelta(days=1)
_DAYS_OF_THE_WEEK: Final = {
    name: weekday(number) for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
}
_RULES: Final[Mapping[str, str]] = {
    "BYMONTH": "bymonth",
    "BYMONTHDAY": "bymonthday",
    "BYYEARDAY": "byyearday",
    "BYWEEKNO": "byweekno",
    "BYSETPOS": "bysetpos",
}
_KNOWN: Final = frozenset({*_RULES, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})


class BadCalendarFile(ValueError):
    """What was given is no calendar's file, or too much of one; the message says why."""


class _NotYearly(ValueError):
    """An event repeats in a way that is not read."""


@dataclass(slots=True)
class FileDays:
    """The closed days of a file by date, and how many events were left out for which reason."""

    days: dict[date, str] = field(default_factory=dict)
    timed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, day: date, name: str) -> None:
        names = [one for one in (self.days.get(day, ""), name) if one]
        self.days[day] = " / ".join(dict.fromkeys(names))[:LONGEST]


def read_days(data: bytes, *, since: date, until: date) -> FileDays:
    """Read the closed days from `since` to `until`, both included; raises `BadCalendarFile`."""
    found = FileDays()
    for event in _events(data):
        name = one_line(storable(str(event.get("SUMMARY", ""))))[:LONGEST]
        try:
            _add(found, event, name, since=since, until=until)
        except (ValueError, TypeError, AttributeError, OverflowError):
            found.unread.append(name or _("an event without a name"))
    return found


def _events(data: bytes) -> list[Any]:
    if len(data) > LARGEST:
        raise BadCalendarFile(_("The file is larger than 1 MB."))
    try:
        text = data.decode("utf-8-sig")
        found = [event for one in Calendar.from_ical(text, multiple=True) for event in one.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError) as bad:
        raise BadCalendarFile(_("This is no calendar's file (.ics) that can be read.")) from bad
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise BadCalendarFile(_("This is no calendar's file (.ics): it does not begin with BEGIN:VCALENDAR."))
    if len(found) > MOST_EVENTS:
        raise BadCalendarFile(_("The file holds more than 2,000 events."))
    return found


def _add(found: FileDays, event: Any, name: str, *, since: date, until: date) -> None:
    """Take an event's days, or say why it has none; raises `ValueError` where it cannot be read."""
    begins = event["DTSTART"].dt if "DTSTART" in event else None
    if begins is None:
        raise ValueError
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        found.left_out["cancelled"] += 1
    elif isinstance(begins, datetime):
        found.timed.append(name or _("an event without a name"))
    else:
        _add_days(found, event, begins, name, since=since, until=until)


def _add_days(found: FileDays, event: Any, begins: date, name: str, *, since: date, until: date) -> None:
    length = _length(event, begins)
    days = [
        first + number * _DAY
        for first in _firsts(event, begins, until=until)
        for number in range(length.days)
        if since <= first + number * _DAY <= until
    ]
    if not days:
        found.left_out["over" if begins < since else "later"] += 1
    for day in days:
        found.add(day, name)


def _length(event: Any, begins: date) -> timedelta:
    """Return the days of an event; its end is the day after the last."""
    if "DTEND" in event:
        ends = event["DTEND"].dt
        length = (ends.date() if isinstance(ends, datetime) else ends) - begins
    else:
        length = event["DURATION"].dt if "DURATION" in event else _DAY
    if length > _LONGEST_EVENT or begins < _EARLIEST:
        raise ValueError
    return max(length, _DAY)


def _firsts(event: Any, begins: date, *, until: date) -> Iterator[date]:
    """Yield the day on which it begins, each time that it comes."""
    left_out = set(_dates(event, "EXDATE"))
    times = {begins, *_dates(event, "RDATE")}
    if "RRULE" in event:
        times |= set(_times(event["RRULE"], begins, until=until))
    yield from sorted(times - left_out)


def _dates(event: Any, name: str) -> Iterator[date]:
    said = event.get(name, [])
    for one in said if isinstance(said, list) else [said]:
        for told in one.dts:
            yield told.dt.date() if isinstance(told.dt, datetime) else told.dt


def _times(rule: Any, begins: date, *, until: date) -> list[date]:
    """Return the days of a yearly rule up to a date; raises `_NotYearly`."""
    if not isinstance(rule, Mapping) or rule.get("FREQ") != ["YEARLY"] or set(map(str.upper, rule)) - _KNOWN:
        raise _NotYearly
    told = rule.get("UNTIL", [until])[0]
    ends = min(told.date() if isinstance(told, datetime) else told, until)
    times = rrule(
        YEARLY,
        dtstart=datetime.combine(begins, time()),
        until=datetime.combine(ends, time()),
        interval=max(int(rule.get("INTERVAL", [1])[0]), 1),
        byweekday=[_weekday(str(one)) for one in rule.get("BYDAY", [])] or None,
        **{name: [int(one) for one in rule[key]] for key, name in _RULES.items() if key in rule},
    )
    most = min(int(rule.get("COUNT", [_MOST_TIMES])[0]), _MOST_TIMES)
    return [one.date() for one in islice(times, most)]


def _weekday(text: str) -> weekday:
    """Read "TH", "4TH" or "-1MO"."""
    number, name = text[:-2], text[-2:].upper()
    return _DAYS_OF_THE_WEEK[name](int(number)) if number else _DAYS_OF_THE_WEEK[name]
