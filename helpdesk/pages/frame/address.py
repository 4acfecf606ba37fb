"""What an address says, read carefully: people and machines write anything there."""

from __future__ import annotations

from datetime import datetime

from django.utils.dateparse import parse_datetime

from helpdesk.database.instant import is_sayable


def read_number(text: str) -> int | None:
    """Read an id from an address; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def read_instant(text: str) -> datetime | None:
    """Read an instant with its offset; None where it is none, or stands at an end of time."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    return instant if instant and instant.tzinfo and is_sayable(instant) else None
