"""Time zones by their names in the tz database: one reader for every door."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_NOT_ZONES: Final = frozenset({"Factory", "localtime", "posixrules", "Etc/Unknown"})


@lru_cache(maxsize=1024)
def read(name: str) -> ZoneInfo | None:
    """Return the zone of this name; None where it is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or far too long
        return None


@cache
def known() -> frozenset[str]:
    """Return the names of the IANA database that is installed."""
    return frozenset(available_timezones()) - _NOT_ZONES
