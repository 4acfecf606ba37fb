"""How long a working day is, so that a target of open time can be said in days that people know."""

from __future__ import annotations

from datetime import timedelta

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.hours import DAY, Window


def working_day(hours: BusinessCalendar) -> timedelta | None:
    """Return the open time of each day that has any, in an ordinary week.

    None where days differ, where several places are open by turns, and where no day has any.
    """
    lengths = {_open_time(windows) for part in hours.parts for windows in part.week if windows}
    return lengths.pop() if len(lengths) == 1 and len(hours.parts) == 1 else None


def is_always_open(hours: BusinessCalendar) -> bool:
    """Whether a week has no closed minute, so that open time is the time of the clock on the wall."""
    return any(_has_no_gap(part.week) for part in hours.parts)


def _has_no_gap(week: tuple[tuple[Window, ...], ...]) -> bool:
    """Whether every window opens before the last of those before it has closed, round the week."""
    windows = sorted(
        (number * DAY + opens, number * DAY + closes)
        for number, day in enumerate(week)
        for opens, closes in day
    )
    reached = max((closes for _, closes in windows), default=0) - len(week) * DAY
    for opens, closes in windows:
        if opens > reached:
            return False
        reached = max(reached, closes)
    return bool(windows)


def _open_time(windows: tuple[Window, ...]) -> timedelta:
    """Add up windows, overlapping ones once."""
    total, reached = 0, 0
    for opens, closes in sorted(windows):
        total += max(closes - max(opens, reached), 0)
        reached = max(reached, closes)
    return timedelta(minutes=min(total, DAY))
