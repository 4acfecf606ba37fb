"""Tables that are made piece by piece, so that however long one is, no more than a piece of it is held."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

Row = tuple[object, ...]


class KeysetPieces(Iterator[list[Row]]):
    """The rows of a table, some `together`, in the order of a column of instants (`since`), which an index has.

    Each piece follows the last row of the one before: between two, nothing is held of the database, and of the rows
    their last key.
    """

    since: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    together: ClassVar[int]

    def __init__(self, asked: QuerySet[Any]) -> None:
        self._asked = asked.order_by(self.since, "pk").values_list(self.since, "pk", *self.columns)
        self._left: QuerySet[Any] | None = self._asked

    @abstractmethod
    def rows(self, found: list[tuple[Any, ...]]) -> list[Row]:
        """Return the rows of the table for what was found in `columns`."""

    def __next__(self) -> list[Row]:
        found = [] if self._left is None else list(self._left[: self.together])
        if not found:
            raise StopIteration
        at, pk, *_told = found[-1]
        self._left = self._after(at, pk) if len(found) == self.together else None
        return self.rows([told for _at, _pk, *told in found])

    def _after(self, at: datetime, pk: int) -> QuerySet[Any]:
        return self._asked.filter(Q((f"{self.since}__gt", at)) | Q(pk__gt=pk), (f"{self.since}__gte", at))
