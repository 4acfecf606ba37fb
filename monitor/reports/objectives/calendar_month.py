"""Calendar months, each named by its first day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from monitor.reports.clock_selection import bounds


def month_of(day: date) -> date:
    """Return the month of a day."""
    return day.replace(day=1)


def months_after(month: date, count: int) -> date:
    """Return the month so many after this one; below nothing, before it."""
    years, number = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, number + 1, 1)


def last_day(month: date) -> date:
    return months_after(month, 1) - timedelta(days=1)


def ended_at(month: date, zone: tzinfo) -> datetime:
    """Return when a month of the zone is over."""
    return bounds(last_day(month), zone)[1]


def months_between(first: date, last: date) -> list[date]:
    """Return the months from one to another, both among them."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_after(first, number) for number in range(count)]
