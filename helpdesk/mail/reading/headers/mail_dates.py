"""When a mail says that it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

LONGEST_DATE = 200
_DAY = 24 * 60 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def passed_on_at(received: bytes) -> datetime | None:
    """Return when a server took a mail, by the line that it put above it (RFC 5321, 4.4); none if it cannot be read."""
    return instant_of(received[-LONGEST_DATE:].decode("ascii", errors="replace").rpartition(";")[2].strip())


def instant_of(value: str) -> datetime | None:
    """Return the instant, in UTC; none if it cannot be read or lies before 1970. One in the future is kept.

    Without an offset, or with one that is no offset, the time is taken as UTC.
    """
    try:
        read = parsedate_tz(value[:LONGEST_DATE])
        if read is None:
            return None
        year, month, day, hour, minute, second, *_, offset = read
        zone = timezone(timedelta(seconds=offset if offset and abs(offset) < _DAY else 0))
        said = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return said if said >= _EPOCH else None
