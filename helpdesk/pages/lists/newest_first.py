"""Tickets as lists show them, the newest first: of every queue and store the nearest from an index, then merged.

One ordered read over several queues would pass over everything newer that is not wanted. What is read grows neither
with the tickets there are nor with the place in the list, only with the queues times the stores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from helpdesk.models import Priority, Store, Ticket
from helpdesk.models.queue import QueueQuerySet
from helpdesk.search.list_narrowing import Place, after_place


@dataclass(frozen=True, slots=True)
class Walk:
    """A column that an index has after queue and store, and each value of it that is looked for by itself."""

    column: str
    values: Sequence[str]


EVERY: Final = Walk("priority", Priority.values)
"""All tickets, in pieces that an index has in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestFirst:
    """The tickets that follow a rule, in these queues and stores.

    Without a `walk` the rule itself says what the index begins with: one status, priority, assignee or topic.
    """

    queues: QueueQuerySet
    stores: QuerySet[Store]
    rule: Q
    walk: Walk | None = EVERY

    def page(self, size: int, *, after: Place | None = None) -> list[Place]:
        """Return the places of so many tickets at most, after a place."""
        near = self._here().filter(after_place("occurred_at", after)).order_by("-occurred_at", "-id")[:size]
        sql, values = self._each(near, "near.occurred_at, near.id")
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY 1 DESC, 2 DESC LIMIT %s", [*values, size])
            return list(cursor.fetchall())

    def count(self, most: int) -> int:
        """Return how many there are, no further than so many."""
        sql, values = self._each(self._here()[:most], "1")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT %s) counted", [*values, most])  # noqa: S608  # values are given
            [number] = cursor.fetchone()
        return int(number)

    def _here(self) -> QuerySet[Ticket, tuple[Any, ...]]:
        """Return the tickets of one queue, one store and one value, which stand around it in `_each`."""
        here: dict[str, Any] = {"queue": RawSQL("queue.id", ()), "store": RawSQL("store.id", ())}
        if self.walk:
            here[self.walk.column] = RawSQL("walked.value", ())
        return Ticket.objects.filter(self.rule, **here).values_list("id", "occurred_at")

    def _each(self, here: QuerySet[Ticket, tuple[Any, ...]], what: str) -> tuple[str, list[Any]]:
        """Return a statement that asks this of every queue, store and value."""
        parts = [
            self.queues.order_by().values("id").query.sql_with_params(),
            self.stores.order_by().values("id").query.sql_with_params(),
            ("SELECT unnest(%s::text[])", [list(self.walk.values) if self.walk else [""]]),
            here.query.sql_with_params(),
        ]
        sql = _EACH.format(what, *(text for text, _values in parts))
        return sql, [value for _text, values in parts for value in values]


_EACH: Final = """
    SELECT {}
      FROM ({}) queue (id) CROSS JOIN ({}) store (id) CROSS JOIN ({}) walked (value)
     CROSS JOIN LATERAL ({}) near
"""
