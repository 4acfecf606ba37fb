"""What is wrong with promises and hours in force, or soon will be, said before anybody is hurt by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from monitor.clock.book.hours import Hours
from monitor.models import CalendarVersion, PolicyVersion
from monitor.promises import in_force
from monitor.promises.hours import hours_doubts, public_holidays
from monitor.promises.hours.hours_spelling import parts_of
from monitor.promises.hours.missing_holidays import MissingYear, missing_years
from monitor.relay import book

AHEAD: Final = timedelta(weeks=8)
"""So long before a list runs out somebody is told: they have to find the next one, and to enter it."""


def notices(now: datetime) -> list[str]:
    """Return a sentence for each; none is how it should be."""
    return [*_unreadable(), *_hours(now)]


def _unreadable() -> Iterator[str]:
    for one in book.unreadable():
        facts = {"version": one.version, "why": one.why}
        yield _("%(version)s cannot be read, and the version before it counts: %(why)s") % facts


def _hours(now: datetime) -> Iterator[str]:
    """Look at each calendar that a policy in force counts in."""
    policies = in_force.policies_in_force(now)
    planned = in_force.planned_after(now).calendars
    for calendar in dict.fromkeys(one.calendar for one in policies):
        version = in_force.hours_in_force(calendar, now)
        if version is not None:
            counting = [one for one in policies if one.calendar_id == calendar.pk]
            later = [one for one in planned if one.calendar_id == calendar.pk]
            for said in notices_of_hours(version, counting, later, now=now):
                yield f"{calendar}: {said}"


def notices_of_hours(
    version: CalendarVersion, counting: list[PolicyVersion], later: list[CalendarVersion], *, now: datetime
) -> list[str]:
    """Return what is to be said of hours in force, of those who count in them, and of what is planned to follow."""
    ends = [] if later else _ends(version.spec, counting, now=now)
    return [*ends, *_holidays(version, later, now=now)]


def _ends(spec: Any, counting: list[PolicyVersion], *, now: datetime) -> list[str]:
    """Say what is never due in hours that nothing follows, and when a season is soon over."""
    said = hours_doubts.doubts_about_reach(spec, policies=counting, at=now)
    last = hours_doubts.last_open_date(spec)
    soon = last is not None and now.date() <= date.fromisoformat(last) < now.date() + AHEAD
    return [*said, *hours_doubts.doubts_about_season(spec)] if soon else said


def _holidays(version: CalendarVersion, later: list[CalendarVersion], *, now: datetime) -> Iterator[str]:
    """Say of each place until when its holidays are known, where that is soon or over."""
    follow = [day for one in later for part in parts_of(one.spec) for day in _days(part)]
    for part in parts_of(version.spec):
        days, today = _days(part), _today(part, now)
        last = max([*days, *follow], default=today)
        missing = list(missing_years(part, today=today, follow=follow))
        if missing:
            yield from map(_missing_words, missing)
        elif days and last < today:
            told = _("its holidays are known until %s only: every day since counts as any other")
            yield told % _written(last)
        elif days and last < today + AHEAD:
            yield _("its holidays are known until %s only: add those that follow") % _written(last)


def missing_holidays(spec: Any, *, now: datetime) -> list[str]:
    """Return a sentence for each year whose holidays hours that nobody has published yet would lack."""
    missing = (missing_years(part, today=_today(part, now)) for part in parts_of(spec))
    return [_missing_words(one) for years in missing for one in years]


def _today(part: Any, now: datetime) -> date:
    return now.astimezone(ZoneInfo(str(part.get("timezone")))).date()


def _missing_words(one: MissingYear) -> str:
    place = public_holidays.place_words(one.country, one.region, cldr_locale(get_language()))
    return _("the holidays of %(place)s for %(year)d are missing: add them") % {
        "place": place,
        "year": one.year,
    }


def _days(part: Any) -> frozenset[date]:
    return Hours.parse(part).holidays


def _written(day: date) -> str:
    return format_date(day, "long", locale=cldr_locale(get_language()))
