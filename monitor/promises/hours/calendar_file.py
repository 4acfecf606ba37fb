"""A calendar's file (iCalendar, RFC 5545), read for the days on which nobody is there.

All-day events are closed days, of several days each of them, yearly ones in every year asked for. What has a time of
day closes nothing: it is said, and so is everything else that was left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from icalendar import Calendar

from helpdesk.input.visible_text import one_line, storable
from monitor.promises.hours import yearly_rule
from monitor.promises.hours.day_notes import LONGEST
from monitor.promises.hours.yearly_rule import NotYearly

LARGEST: Final = 1_000_000
"""Bytes of a file."""
MOST_EVENTS: Final = 2_000
_LONGEST_EVENT: Final = timedelta(days=366)
_EARLIEST: Final = date(1900, 1, 1)
_MOST_YEARS: Final = 5_000
"""So many years all rules of a file are asked of that say how often they come: those are counted from their first."""
_DAY: Final = timedelta(days=1)


class BadCalendarFile(ValueError):
    """What was given is no calendar's file, or too much of one; the message says why."""


@dataclass(slots=True)
class FileDays:
    """The closed days of a file by date, and how many events were left out for which reason."""

    days: dict[date, str] = field(default_factory=dict)
    timed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    years: int = 0

    def add(self, day: date, name: str) -> None:
        known = self.days.setdefault(day, name)
        if name not in {"", known} and len(known) < LONGEST:
            self.days[day] = f"{known} / {name}"[:LONGEST] if known else name

    def take_years(self, number: int) -> None:
        """Count years that are asked of rules; raises `NotYearly` where those are too many."""
        self.years += number
        if self.years > _MOST_YEARS:
            raise NotYearly


def read_days(data: bytes, *, since: date, until: date) -> FileDays:
    """Read the closed days from `since` to `until`, both included; raises `BadCalendarFile`."""
    found, events = FileDays(), _events(data)
    told_apart = _told_apart(events)
    for event in events:
        name = one_line(storable(_text(event, "SUMMARY")))[:LONGEST]
        try:
            _add(found, event, name, told_apart[_text(event, "UID")], since=since, until=until)
        except (ValueError, TypeError, AttributeError, OverflowError):
            found.unread.append(name or _("an event without a name"))
    return found


def _text(event: Any, name: str) -> str:
    """Return what is said under a name; of several the first."""
    said = event.get(name, "")
    return str(said[0] if isinstance(said, list) else said)


def _told_apart(events: list[Any]) -> dict[str, set[date]]:
    """Return, by the event that repeats, the days of which a file says otherwise: moved, or cancelled once."""
    found: dict[str, set[date]] = defaultdict(set)
    for event in events:
        at = getattr(event.get("RECURRENCE-ID"), "dt", None)
        if isinstance(at, date):
            found[_text(event, "UID")].add(_day(at))
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


def _add(found: FileDays, event: Any, name: str, told_apart: set[date], *, since: date, until: date) -> None:
    """Take an event's days, or say why it has none; raises `ValueError` where it cannot be read."""
    begins = event["DTSTART"].dt if "DTSTART" in event else None
    if begins is None:
        raise ValueError
    if _text(event, "STATUS").upper() == "CANCELLED":
        found.left_out["cancelled"] += 1
    elif isinstance(begins, datetime):
        found.timed.append(name or _("an event without a name"))
    else:
        days = _days(found, event, begins, told_apart, since=since, until=until)
        if not days:
            found.left_out["over" if begins < since else "later"] += 1
        for day in days:
            found.add(day, name)


def _days(
    found: FileDays, event: Any, begins: date, told_apart: set[date], *, since: date, until: date
) -> list[date]:
    length = _length(event, begins)
    is_once = "RECURRENCE-ID" in event
    firsts = _once(event, begins) if is_once else _firsts(found, event, begins, since, until) - told_apart
    near = (first for first in firsts if since - length < first <= until)
    days = {first + number * _DAY for first in near for number in range(length.days)}
    return sorted(day for day in days if since <= day <= until)


def _length(event: Any, begins: date) -> timedelta:
    """Return the days of an event; its end is the day after the last. Raises `ValueError` where it ends before."""
    if "DTEND" in event:
        length = _day(event["DTEND"].dt) - begins
    else:
        length = event["DURATION"].dt if "DURATION" in event else _DAY
    if not timedelta() <= length <= _LONGEST_EVENT or begins < _EARLIEST:
        raise ValueError
    return max(length, _DAY)


def _once(event: Any, begins: date) -> set[date]:
    """Return the day of one time of an event that repeats; raises `NotYearly` where more than that is changed."""
    if "RRULE" in event or "RANGE" in event["RECURRENCE-ID"].params:
        raise NotYearly
    return {begins}


def _firsts(found: FileDays, event: Any, begins: date, since: date, until: date) -> set[date]:
    """Return the days on which it begins, each time that it comes."""
    firsts = {begins, *_dates(event, "RDATE")}
    if "RRULE" in event:
        rule = event["RRULE"]
        found.take_years(until.year - begins.year if "COUNT" in rule else 0)
        firsts |= set(yearly_rule.times(rule, begins, since=since, until=until))
    return firsts - set(_dates(event, "EXDATE"))


def _dates(event: Any, name: str) -> Iterator[date]:
    said = event.get(name, [])
    for one in said if isinstance(said, list) else [said]:
        for told in one.dts:
            yield _day(told.dt)


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at
