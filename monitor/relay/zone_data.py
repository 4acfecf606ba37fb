"""Which zone data the calendars are read with."""

from __future__ import annotations

import zoneinfo
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

VERSIONED: Final = "tzdata.zi"
"""A file of the zone data whose first line tells its version."""


@cache
def zone_data() -> str:
    """Return what tells the zone data of this process from any other.

    Python looks into the system's folders first, and into the package for what is not there.
    """
    return " ".join([*filter(None, map(_version, zoneinfo.TZPATH)), version("tzdata")])


def _version(folder: str) -> str:
    """Return the version of a folder of zones: when it was changed, where it has no name; none without it."""
    place = Path(folder)
    try:
        with (place / VERSIONED).open(encoding="ascii") as file:
            return file.readline().removeprefix("# version").strip()
    except FileNotFoundError:
        return str(place.stat().st_mtime_ns) if place.is_dir() else ""
