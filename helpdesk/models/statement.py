"""Statements of the hot path, past the ORM and Django's cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def run(sql: LiteralString, parameters: Sequence[object] | Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Run one statement in Django's transaction, its parameters bound by the server.

    Django's own cursor binds on the client: arrays of thousands of values would be written into the
    text of the statement and parsed again. Write `%b` for an array: as text, psycopg quotes it value by
    value in Python, which takes longer than the insert.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
