"""Deleting rows with all that hangs on them, in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.db.models.sql import DeleteQuery, Query, UpdateQuery


def delete_whole(rows: models.QuerySet[Any]) -> None:
    """Delete rows and what hangs on them, as their foreign keys say, without reading any of it.

    Django would read whatever has something hanging on it before it deletes it, row by row. What is protected is
    left to the database, which refuses at the end of the transaction.
    """
    try:
        parts = [query.get_compiler(rows.db).as_sql() for query in _changes(rows)]
    except EmptyResultSet:  # nothing can be among them
        return
    *hanging, whole = [sql for sql, _parameters in parts]
    before = ", ".join(f"hanging_{number} AS ({sql})" for number, sql in enumerate(hanging))
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            f"WITH {before} {whole}" if before else whole,
            [value for _sql, values in parts for value in values],
        )


def _changes(rows: models.QuerySet[Any]) -> Iterator[Query]:
    """Yield what takes each table's share away, the rows' own last; all of them see what was there before."""
    for relation in _hanging_on(rows.model):
        hanging = relation.related_model._base_manager.filter(  # noqa: SLF001  # all rows, as Django itself sees them
            **{f"{relation.field.name}__in": rows.values("pk")}
        )
        if relation.on_delete is models.CASCADE:
            yield from _changes(hanging)
        elif relation.on_delete is models.SET_NULL:
            without = hanging.query.chain(UpdateQuery)
            without.add_update_values({relation.field.name: None})  # type: ignore[attr-defined]  # the stubs forget the class
            yield without
    yield rows.query.chain(DeleteQuery)


def held_by(row: models.Model, relations: Iterable[str]) -> list[tuple[int, str]]:
    """Return of each relation how many rows hang on this one, in words of both numbers: counted, never read."""
    counted = [getattr(row, relation) for relation in relations]
    found = [(rows.count(), rows.model._meta) for rows in counted]  # noqa: SLF001  # Django's own door to it
    return [
        (number, str(named.verbose_name if number == 1 else named.verbose_name_plural))
        for number, named in found
        if number
    ]


def _hanging_on(model: Any) -> list[ForeignObjectRel]:
    """Return by what other rows hang on a model's."""
    fields = model._meta.get_fields(include_hidden=True)  # noqa: SLF001  # Django's own door to it
    return [field for field in fields if isinstance(field, ForeignObjectRel)]
