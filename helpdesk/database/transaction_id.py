"""The transaction that writes a row, kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.expressions import Func

if TYPE_CHECKING:  # Django's own Field cannot be subscripted when it runs
    TransactionIdField = models.Field[int, int]
else:
    TransactionIdField = models.Field


class TransactionId(TransactionIdField):
    """PostgreSQL's `xid8`: the writing transaction, for streams that read without gaps."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: str | int | None, expression: object, connection: object) -> int | None:
        return None if value is None else int(value)


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    arity = 0
    output_field = TransactionId()
