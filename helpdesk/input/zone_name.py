"""Time zones by their names in the tz database: one reader for every door."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_NOT_ZONES: Final = frozenset({"Factory", "localtime", "posixrules", "Etc/Unknown"})


@lru_cache(maxsize=1024)
def read(name: str) -> ZoneInfo | None:
    """Return the zone of this name; None where it is none, or no place."""
    return ZoneInfo(name) if name in known() else None


@cache
def known() -> frozenset[str]:
    """Return the names of the IANA database that is installed, and are of places; calendars know the same."""
    return frozenset(available_timezones()) - _NOT_ZONES
