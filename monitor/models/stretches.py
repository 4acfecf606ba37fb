"""Stretches of time as one column: a set of instants that is asked whether it holds one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields.ranges import RangeOperators
from django.db import models
from django.db.models.lookups import PostgresOperatorLookup
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

if TYPE_CHECKING:  # Django's own Field cannot be subscripted when it runs
    MultirangeField = models.Field["Stretches | None", "Stretches | None"]
else:
    MultirangeField = models.Field


class Stretches(tuple[tuple[datetime, datetime], ...]):
    """Stretches of time, each with its beginning and without its end, in order; two that touch are one."""

    __slots__ = ()

    @classmethod
    def of(cls, stretches: Iterable[tuple[datetime, datetime]]) -> Self | None:
        """Return them joined, as PostgreSQL keeps them; None where nothing lies in any."""
        joined: list[tuple[datetime, datetime]] = []
        for start, end in sorted(one for one in stretches if one[0] < one[1]):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return cls(joined) if joined else None

    @classmethod
    def read(cls, stored: Multirange[datetime] | None) -> Self | None:
        """Return what was stored, as psycopg reads it."""
        return (
            None
            if stored is None
            else cls((one.lower, one.upper) for one in stored if one.lower and one.upper)
        )


class StretchesField(MultirangeField):
    """PostgreSQL's `tstzmultirange`."""

    def db_type(self, connection: object) -> str:
        return "tstzmultirange"

    def from_db_value(
        self, value: Multirange[datetime] | None, expression: object, connection: object
    ) -> Stretches | None:
        return Stretches.read(value)

    def get_prep_value(self, value: Any) -> Any:
        return Multirange(Range(*one) for one in value) if isinstance(value, Stretches) else value


@StretchesField.register_lookup
class Covers(PostgresOperatorLookup):
    """Whether an instant lies in one of the stretches."""

    lookup_name = "covers"
    postgres_operator = RangeOperators.CONTAINS
