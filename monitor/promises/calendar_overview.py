"""Each calendar as it stands: what is in force and what is planned, who counts in it, and what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.models import Calendar, CalendarVersion, PolicyVersion
from monitor.promises import in_force, notices
from monitor.promises.hours import coming_days


@dataclass(frozen=True, slots=True)
class CalendarStanding:
    """A calendar now; `version` is None where it has none that can be read."""

    calendar: Calendar
    version: CalendarVersion | None
    counting: list[PolicyVersion]
    planned: list[CalendarVersion]
    next_holiday: tuple[date, str] | None
    notices: list[str]


def standings(now: datetime) -> list[CalendarStanding]:
    """Return every calendar, those in which promises count first, then by name."""
    policies, planned = in_force.policies_in_force(now), in_force.planned_after(now).calendars
    found = [_standing(one, policies, planned, now) for one in Calendar.objects.order_by("name")]
    return sorted(found, key=lambda one: not one.counting)


def standing(calendar: Calendar, now: datetime) -> CalendarStanding:
    """Return one calendar as it stands."""
    policies, planned = in_force.policies_in_force(now), in_force.planned_after(now).calendars
    return _standing(calendar, policies, planned, now)


def _standing(
    calendar: Calendar, policies: list[PolicyVersion], planned: list[CalendarVersion], now: datetime
) -> CalendarStanding:
    version = in_force.hours_in_force(calendar, now)
    counting = [one for one in policies if one.calendar_id == calendar.pk]
    later = [one for one in planned if one.calendar_id == calendar.pk]
    return CalendarStanding(
        calendar=calendar,
        version=version,
        counting=counting,
        planned=later,
        next_holiday=coming_days.next_holiday(version.spec, now=now) if version else None,
        notices=notices.notices_of_hours(version, counting, later, now=now) if version else [],
    )
