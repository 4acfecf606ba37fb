"""Targets in words, always with what their time is counted in."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Final

from babel.numbers import format_decimal
from babel.units import format_unit
from django import template
from django.utils.translation import get_language, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.templatetags.times import in_words
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import DayCount, Target
from monitor.clock.book.working_day import is_always_open, working_day

register = template.Library()

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_IN_DAYS: Final = {
    ("business", "same_time"): ngettext_lazy(
        "%(number)s working day, to the same time of day",
        "%(number)s working days, to the same time of day",
        "days",
    ),
    ("business", "end_of_day"): ngettext_lazy(
        "%(number)s working day, to its close", "%(number)s working days, to the close of the last", "days"
    ),
    ("wall", "same_time"): ngettext_lazy(
        "%(number)s day, to the same time of day", "%(number)s days, to the same time of day", "days"
    ),
    ("wall", "end_of_day"): ngettext_lazy(
        "%(number)s day, to midnight", "%(number)s days, to midnight", "days"
    ),
}


@register.simple_tag
def target_words(target: Target | None, hours: BusinessCalendar | None) -> str:
    """Say a target: "9 working days (72 hr of open time)", "4 hr of open time", "3 days, around the clock".

    One that is promised in days is said in these: "3 working days, to the same time of day", "1 day, to midnight".
    """
    if target is None:
        return ""
    if target.days is not None:
        return _promised_days(target.days, target.basis)
    if target.basis == "wall" or hours is None:
        return _("%(time)s, nights and weekends included") % {"time": in_words(target.duration)}
    if is_always_open(hours):
        return _("%(time)s, around the clock") % {"time": in_words(target.duration)}
    as_days = _in_working_days(target.duration, working_day(hours))
    open_time = counted_words(target.duration, target.basis, hours)
    return f"{as_days} ({open_time})" if as_days else open_time


def short_target_words(target: Target, hours: BusinessCalendar | None) -> str:
    """Say a target where there is room for little: "4 hr of open time", plainly "4 hr" where all time counts."""
    if target.days is not None:
        return target_words(target, hours)
    return counted_words(target.duration, target.basis, hours)


def _promised_days(days: DayCount, basis: str) -> str:
    number = format_decimal(days.number, locale=cldr_locale(get_language()))
    return str(_IN_DAYS[basis, days.ends] % {"days": days.number, "number": number})


@register.simple_tag
def counted_words(span: timedelta, basis: str, hours: BusinessCalendar | None) -> str:
    """Say time that has counted, or is left: "26 hr of open time"; plainly where all time counts."""
    if basis == "wall" or hours is None or is_always_open(hours):
        return in_words(span)
    return _("%(time)s of open time") % {"time": _in_hours(span)}


def _in_hours(span: timedelta) -> str:
    """Say open time in hours and minutes: days of it would be taken for days of the calendar."""
    hours, rest = divmod(span, _HOUR)
    minutes, seconds = rest // _MINUTE, rest % _MINUTE // timedelta(seconds=1)
    counts = (("hour", hours), ("minute", minutes), ("second", 0 if hours else seconds))
    locale = cldr_locale(get_language())
    said = [format_unit(count, unit, length="short", locale=locale) for unit, count in counts if count]
    return " ".join(said) or format_unit(0, "minute", length="short", locale=locale)


def _in_working_days(target: timedelta, day: timedelta | None) -> str:
    """Say it in working days, where there are at least one and no more than quarters of one."""
    if day is None or target < day or target % (day / 4):
        return ""
    days = target / day
    number = format_decimal(days, locale=cldr_locale(get_language()))
    return ngettext("%(number)s working day", "%(number)s working days", ceil(days)) % {"number": number}
