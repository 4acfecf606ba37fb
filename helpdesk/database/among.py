"""A column that is one of many numbers: one parameter, where Django's `__in` writes each into the statement."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL

from helpdesk.database.statement import ids


class _OneOf(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


def is_among(column: str, numbers: Iterable[int]) -> Func:
    """Return the condition that a column of numbers, or a foreign key, is one of these."""
    return _OneOf(F(column), RawSQL("%s::bigint[]", [ids(numbers)]))  # no words of anybody's
