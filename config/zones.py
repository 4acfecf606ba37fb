"""One source of time zones: the data that the lock pins, in every process, whatever the machine has of its own."""

from __future__ import annotations

from zoneinfo import ZoneInfo, reset_tzpath


def pin() -> None:
    """Let zones be read from the package `tzdata` alone.

    Two machines with other data of their own would count the same clock differently, and move its rows to and fro.
    """
    reset_tzpath(to=())
    ZoneInfo.clear_cache()
