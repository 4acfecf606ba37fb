"""Which zone data the calendars are read with."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version


@cache
def zone_data() -> str:
    """Return the release of the zone data of this process: that of the package, which `config` lets be read alone."""
    return version("tzdata")
