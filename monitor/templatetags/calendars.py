"""Calendars on pages: dates in words, where a holiday came from, and ways to what other pages do with hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from babel.dates import format_date, format_skeleton
from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from helpdesk.input.cldr_locale import cldr_locale
from monitor.models import Calendar
from monitor.promises.calendar_overview import CalendarStanding
from monitor.promises.hours import breaks, public_holidays
from monitor.promises.hours.day_notes import note_of
from monitor.promises.hours.hours_spelling import parts_of
from monitor.promises.hours.missing_holidays import missing_years

register = template.Library()


class KnownDate(NamedTuple):
    """A holiday, or a day with hours of its own."""

    day: date
    words: str
    name: str
    source: str


@register.filter
def day_words(day: date) -> str:
    """Say a date with its weekday: "Thursday, December 24, 2026"."""
    return format_date(day, "full", locale=cldr_locale(get_language()))


@register.filter
def short_day(day: date) -> str:
    """Say a day of a month that stands above: "Thu 24"."""
    return format_skeleton("Ed", datetime(day.year, day.month, day.day), locale=cldr_locale(get_language()))  # noqa: DTZ001  # a date


@register.filter
def month_words(day: date) -> str:
    """Say a month: "December 2026"."""
    return format_skeleton("yMMMM", datetime(day.year, day.month, 1), locale=cldr_locale(get_language()))  # noqa: DTZ001  # a date


@register.filter
def source_words(source: str) -> str:
    """Say where a holiday came from."""
    return public_holidays.source_words(source, cldr_locale(get_language()))


@register.filter
def lacks_holidays(standing: CalendarStanding, now: datetime) -> bool:
    """Whether a year is missing of a list that the hours have taken holidays from."""
    parts = parts_of(standing.version.spec) if standing.version else []
    return any(True for part in parts for _one in missing_years(part, today=now.date()))


@register.simple_tag
def dates_of(spec: Mapping[str, Any]) -> list[KnownDate]:
    """Return the holidays and other days of hours, of all their places, in order."""
    found = []
    for part in parts_of(spec):
        closed = dict.fromkeys(map(str, part.get("holidays") or ()), ())
        for day, windows in (closed | (part.get("date_overrides") or {})).items():
            words = breaks.day_words(windows)
            found.append(KnownDate(date.fromisoformat(day), words, *note_of(part, day)))
    return sorted(found)


@register.simple_tag
def versions_address(calendar: Calendar) -> str:
    """Return where all versions of a calendar stand; nothing where there is no such page."""
    return _address("calendar-versions", calendar.pk)


@register.simple_tag
def trial_address() -> str:
    """Return where a draft can be tried before it is published; nothing where there is no such page."""
    return _address("trials")


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
