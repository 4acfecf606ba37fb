"""Deleting rows with all that hangs on them, a statement for each table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel


def delete_whole(rows: models.QuerySet[Any]) -> None:
    """Delete rows and what hangs on them, as their foreign keys say, without reading any of it.

    Django would read whatever has something hanging on it before it deletes it, row by row. What is protected is
    left to the database, which refuses at the end of the transaction.
    """
    for relation in sorted(_hanging_on(rows.model), key=lambda each: len(_hanging_on(each.related_model))):
        hanging = relation.related_model._base_manager.filter(  # noqa: SLF001  # all rows, as Django itself sees them
            **{f"{relation.field.name}__in": rows.values("pk")}
        )
        if relation.on_delete is models.CASCADE:
            delete_whole(hanging)
        elif relation.on_delete is models.SET_NULL:
            hanging.update(**{relation.field.name: None})
    rows._raw_delete(rows.db)  # noqa: SLF001  # one statement, whatever hangs on it


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
