"""Statements of the hot path, past the ORM and Django's cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString, TypeAlias

import msgspec
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet

Row: TypeAlias = tuple[Any, ...]
Parameters: TypeAlias = Sequence[object] | Mapping[str, object]
Statement: TypeAlias = tuple[LiteralString, Parameters]


def run(
    sql: LiteralString, parameters: Parameters, *, prepare: bool | None = None, binary: bool = False
) -> list[Row]:
    """Run one statement in Django's transaction, its parameters bound by the server.

    Django's own cursor binds on the client: what is long would be written into the text of the statement and
    parsed again. For many ids see `ids`, for texts `TEXTS`, for rows `given`. What is asked often is prepared, and then
    planned for any values; without `prepare` it is planned each time, for the values that it has. `binary`: what
    is found comes as the server keeps it, which for long bytes is half of what it is as text.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters, prepare=prepare, binary=binary)
        return cursor.fetchall()


def run_asked(asked: QuerySet[Any, Row]) -> list[Row]:
    """Run what a `values_list` asks for, and have it as the server keeps it: bytes are half of what they are as text.

    No field's own conversion is done.
    """
    try:
        sql, parameters = asked.query.sql_with_params()
    except EmptyResultSet:  # it is asked for in none
        return []
    return run(sql, parameters, binary=True)


def run_first(sql: LiteralString, parameters: Parameters) -> list[Row]:
    """Run the first statement of a request, one that only reads, on whatever connection was kept.

    It is its own health check: where the connection turns out to be dead, the statement runs on a new one.
    Django would ask the server beforehand, each time.
    """
    try:
        found = run(sql, parameters)
    except (OperationalError, InterfaceError):
        if connection.health_check_done:  # type: ignore[attr-defined]  # not in the stubs
            raise
        connection.close()
        found = run(sql, parameters)
    connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs
    return found


def run_together(*statements: Statement) -> list[list[Row]]:
    """Run statements that do not need one another's results, in order and in one round trip.

    Returns the rows of each. Where one fails, those after it are not run.
    """
    connection.ensure_connection()
    server = connection.connection
    with connection.wrap_database_errors, server.pipeline():
        cursors = [psycopg.Cursor(server).execute(sql, parameters) for sql, parameters in statements]
        return [cursor.fetchall() for cursor in cursors]


def ids(numbers: Iterable[int]) -> str:
    """Return ids as the parameter of `ANY(%s::bigint[])`; a list would be written value by value by psycopg."""
    return f"{{{','.join(map(str, numbers))}}}"


def of(numbers: Sequence[int], sql: LiteralString, more: Sequence[object] = ()) -> Statement:
    """Return a statement whose first parameter is `ANY(%s::bigint[])` for these ids, and the `more` it takes.

    Of a single id PostgreSQL keeps its plan; of an array it makes a new one each time, which takes longer than
    the statement itself.
    """
    if len(numbers) == 1:
        return sql.replace("ANY(%s::bigint[])", "%s", 1), [numbers[0], *more]
    return sql, [ids(numbers), *more]


TEXTS: LiteralString = "ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))::varchar[]"
"""What to write in an ANY for texts that come as one parameter, made by `texts`."""


def texts(values: Iterable[str]) -> str:
    """Return texts as the parameter that `TEXTS` asks for."""
    return msgspec.json.encode(list(values)).decode()


def given(*columns: LiteralString, parameter: LiteralString = "%s") -> LiteralString:
    """Return what to write in a FROM for rows that come as one parameter, made by `rows`.

    Each column is a name and a type. The rows of a thousand tickets are then one text that msgspec writes and
    PostgreSQL takes apart; as arrays, psycopg would write them value by value in Python.
    """
    fields = ", ".join(_field(place, *column.split()) for place, column in enumerate(columns))
    return f"(SELECT {fields} FROM jsonb_array_elements({parameter}::jsonb) AS line) AS given"  # noqa: S608  # our own names


def rows(values: Iterable[Sequence[object]]) -> str:
    """Return rows as the parameter that `given` asks for; each has its values in the order of the columns."""
    return msgspec.json.encode(list(values)).decode()


def _field(place: int, name: str, kind: str) -> str:
    if kind == "jsonb":
        return f"nullif(line->{place}, 'null') AS {name}"
    if kind == "tstzmultirange":  # pairs of a beginning and an end
        ends = "(pair->>0)::timestamptz, (pair->>1)::timestamptz"
        pairs = f"jsonb_array_elements(nullif(line->{place}, 'null')) AS pair"
        return f"(SELECT range_agg(tstzrange({ends})) FROM {pairs}) AS {name}"  # noqa: S608  # our own names
    if kind.endswith("[]"):
        return f"ARRAY(SELECT jsonb_array_elements_text(line->{place}))::{kind} AS {name}"
    return f"(line->>{place})::{kind} AS {name}"
