"""Time zones by their names in the tz database: one reader for every door; and how people call them."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_gmt

_NOT_ZONES: Final = frozenset({"Factory", "localtime", "posixrules", "Etc/Unknown"})


@lru_cache(maxsize=1024)
def read(name: str) -> ZoneInfo | None:
    """Return the zone of this name; None where it is none, or no place."""
    return ZoneInfo(name) if name in known() else None


@cache
def known() -> frozenset[str]:
    """Return the names of the IANA database that is installed, and are of places; calendars know the same."""
    return frozenset(available_timezones()) - _NOT_ZONES


def called_at(there: datetime, locale: Locale) -> str:
    """Return how CLDR calls the time of an instant's zone: by its city, `Kolkata Time`, else `GMT+03:00`."""
    city = _city(str(there.tzinfo), locale)
    if city is not None:
        return str(locale.zone_formats["region"] % city)
    return get_timezone_gmt(there, locale=locale) if there.utcoffset() else "UTC"


def _city(name: str, locale: Locale) -> str | None:
    names, known_as = _aliases(name), locale.time_zones
    in_words = (known_as[each].get("city") for each in names if each in known_as)
    spelled = (each.rpartition("/")[2].replace("_", " ") for each in names if "/" in each)
    return None if names[0].startswith("Etc/") else next(filter(None, (*in_words, *spelled)), None)


def _aliases(name: str) -> list[str]:
    """Return all names of a zone, today's first: CLDR speaks of it by its oldest, Babel by its newest."""
    newest = get_global("zone_aliases")
    today = newest.get(name, name)
    return [today, *sorted(old for old, new in newest.items() if new == today)]
