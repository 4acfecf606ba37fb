"""The database's time, read by doors and passed in as `now`."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

FIRST, LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""Between these an instant can be said in any zone, and a day be added to it."""


def is_sayable(instant: datetime) -> bool:
    """Whether an instant that a stranger wrote is away from the ends of time."""
    return FIRST <= instant <= LAST


def database_now() -> datetime:
    """Return the database's wall clock: aware, UTC, not frozen by the transaction it is read in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [now] = cursor.fetchone()
    return now  # type: ignore[no-any-return]  # a cursor's rows are untyped
