"""Which year's holidays a place does not have yet, of the countries whose lists it has taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from monitor.promises.hours import public_holidays

FROM_MONTH: Final = 11
"""From November on, the holidays of the next year are missed."""


class MissingYear(NamedTuple):
    """A year of a country's holidays, or a region's."""

    country: str
    region: str
    year: int


def missing_years(
    part: Mapping[str, Any], *, today: date, follow: Collection[date] = ()
) -> Iterator[MissingYear]:
    """Yield what one place lacks of the lists it took holidays from; `follow` are those of planned versions."""
    wanted = [today.year, today.year + 1] if today.month >= FROM_MONTH else [today.year]
    planned = {day.year for day in follow}
    for (country, region), years in sorted(_years_taken(part).items()):
        for year in wanted:
            if min(years) < year and not years & set(range(year, year + 5)) and year not in planned:
                yield MissingYear(country, region, year)


def _years_taken(part: Mapping[str, Any]) -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = {}
    for day, note in (part.get("notes") or {}).items():
        place = public_holidays.place_of(note.get("source", ""))
        if place:
            found.setdefault(place, set()).add(int(day[:4]))
    return found
