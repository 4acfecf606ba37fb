"""A database emptied after a test that commits: by rows, where TRUNCATE would make hundreds of files anew."""

from __future__ import annotations

from typing import Final

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg.errors import DeadlockDetected

KEPT: Final = ("auth_permission", "django_content_type", "django_migrations")
"""What the migrations have left, the same for every test."""
GROWN: Final = 10 * 8192
"""Bytes of a table from which on it is emptied at once: ten pages, for which the planner takes any that was never
counted. Of one that has grown beyond by what was deleted it would think that it is full."""

_TABLES: Final = """
    SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""
TRIES: Final = 5
UNGUARDED: Final = "session_replication_role"
"""A setting: at `replica`, no trigger keeps what is for ever, and no foreign key asks who is still referred to."""


def empty(test: TransactionTestCase) -> None:
    """Empty every table; at its `_fixture_teardown`, Django would, and make permissions and content types anew.

    A request that the test has left behind may hold what is waited for, and wait for what is held: of the two the
    server ends one. Where it was this one, the other goes on, and it is this one's turn again.
    """
    for left in reversed(range(TRIES)):
        try:
            _empty()
        except OperationalError as error:
            if left == 0 or not isinstance(error.__cause__, DeadlockDetected):
                raise
        else:
            return


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        tables = _sizes(cursor)
        everything = ", ".join(tables)
        if max(tables.values()) >= GROWN or not _may_go_unguarded(cursor):
            cursor.execute(f"TRUNCATE {everything}")
            return
        # Whoever still writes, or has locked what they are about to, is waited for, as by TRUNCATE: what they commit
        # would be the next test's.
        cursor.execute(f"SET LOCAL {UNGUARDED} = replica")
        cursor.execute(f"LOCK TABLE {everything} IN EXCLUSIVE MODE")
        for name in [name for name, size in _sizes(cursor).items() if size]:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  # a table of ours


def _sizes(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute(_TABLES, [list(KEPT)])
    return dict(cursor.fetchall())


def _may_go_unguarded(cursor: CursorWrapper) -> bool:
    cursor.execute(f"SELECT has_parameter_privilege('{UNGUARDED}', 'SET')")
    [(may,)] = cursor.fetchall()
    return bool(may)
