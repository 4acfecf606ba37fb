"""A database of tests dropped whoever is still connected to it: who that was is printed, and no test fails for it.

What tests leave behind (a server's thread whose client is still there, a process that was killed and has not been
missed yet) is theirs, but which test comes last in a process is chance, and that one would be blamed.
"""

from __future__ import annotations

import sys
from typing import Final

from django.db import OperationalError
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.utils import CursorWrapper
from psycopg.errors import ObjectInUse

TRIES: Final = 6
"""PostgreSQL itself waits for five seconds each time, and sends its own processes away."""

_SEND_AWAY: Final = """
    SELECT application_name, state, left(query, 200), pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = %s AND backend_type = 'client backend'
"""


def drop(creation: DatabaseCreation, name: str, _verbosity: int) -> None:
    """Stand in for Django's own, which tries once."""
    with creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # of Django's base, untyped
        for left in range(TRIES, 0, -1):
            if _is_dropped(cursor, name, is_last=left == 1):
                return


def _is_dropped(cursor: CursorWrapper, name: str, *, is_last: bool) -> bool:
    cursor.execute(_SEND_AWAY, [name])
    for application, state, query, _is_sent_away in cursor.fetchall():
        print(f"still connected to {name}: {application}, {state}: {query}", file=sys.stderr)
    try:
        cursor.execute(f'DROP DATABASE "{name}"')
    except OperationalError as error:
        if is_last or not isinstance(error.__cause__, ObjectInUse):
            raise
        return False
    return True
