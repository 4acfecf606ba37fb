"""Hours in words: days, windows, and what is odd about one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.promises.hours import breaks
from monitor.promises.hours.hours_spelling import MIDNIGHT, parts_of

DAYS: Final[Mapping[str, Promise | str]] = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
_NAMES: Final = list(DAYS)


class WrittenWindow(NamedTuple):
    """A window as it is written: on a day of the week or on a date, in one of the places."""

    place: int
    day: str
    opens: str
    closes: str

    @property
    def is_odd(self) -> bool:
        """Whether it may be a slip: it closes when or before it opens, and so lasts into the next day."""
        return self.closes <= self.opens

    @property
    def lasts_all_day(self) -> bool:
        return self.opens == "00:00" and self.closes in {MIDNIGHT, "00:00"}


def windows_of(spec: Any) -> Iterator[WrittenWindow]:
    """Yield the windows of hours that can be read, those of dates after those of the week."""
    for place, part in enumerate(parts_of(spec)):
        for days in (part.get("weekly") or {}, part.get("date_overrides") or {}):
            for day, windows in days.items():
                yield from (WrittenWindow(place, day, *window) for window in windows)


def window_words(window: WrittenWindow) -> str:
    """Say a window: "Saturday: 24 hours", "Monday 17:00 to Tuesday 09:00 (16 hours)", "Monday 09:00 to 17:00"."""
    facts = {"day": _day(window.day), "opens": window.opens, "closes": window.closes}
    if window.lasts_all_day:
        return _("%(day)s: 24 hours") % facts
    if not window.is_odd:
        return _("%(day)s %(opens)s to %(closes)s") % facts
    facts |= {"next": _next_day(window.day), "hours": _length(window)}
    return _("%(day)s %(opens)s to %(next)s %(closes)s (%(hours)s hours)") % facts


def week_words(spec: Any) -> list[str]:
    """Say the windows of the week, days of the same hours together: "Monday to Friday 09:00 to 17:00"."""
    if len(parts_of(spec)) != 1:
        return [_("several places together")]
    return part_words(parts_of(spec)[0])


def part_words(part: Mapping[str, Any]) -> list[str]:
    """Say the windows of one place's week, breaks among them: "Monday to Friday 09:00–17:00, break 12:00–13:00"."""
    weekly = part.get("weekly") or {}
    said = [breaks.day_words(weekly.get(day) or ()) for day in _NAMES]
    return [f"{_span(first, last)} {said[first]}" for first, last in _runs(said) if said[first]]


def _runs(said: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each row of days with the same hours."""
    first = 0
    for index in range(1, len(said) + 1):
        if index == len(said) or said[index] != said[first]:
            yield first, index - 1
            first = index


def _span(first: int, last: int) -> str:
    names = [str(DAYS[_NAMES[index]]) for index in (first, last)]
    return names[0] if first == last else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}


def _day(day: str) -> str:
    return str(DAYS.get(day, day))


def _next_day(day: str) -> str:
    if day not in DAYS:
        return _("the next day")
    return str(DAYS[_NAMES[(_NAMES.index(day) + 1) % len(_NAMES)]])


def _length(window: WrittenWindow) -> str:
    minutes = (breaks.minutes(window.closes) - breaks.minutes(window.opens)) % (24 * 60) or 24 * 60
    return f"{minutes / 60:g}" if minutes % 60 in {0, 30} else f"{minutes / 60:.2f}"
