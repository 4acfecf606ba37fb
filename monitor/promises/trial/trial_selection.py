"""What a number of a trial counts, and the address of the list of exactly its tickets: one rule for both."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.db.models import QuerySet

from monitor.models import Trial, TrialCell, TrialRow

_CONDITIONS: Final = {
    "part": "part",
    "metric": "metric",
    "move": "move",
    "before": "before",
    "after": "after",
    "priority": "priority",
    "queue": "queue_id",
}
"""What can be asked for, and what the tables call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSelection:
    """Clocks of a trial by what becomes of them and what their tickets are; "" and None: any."""

    part: str
    metric: str = ""
    move: str = ""
    before: str = ""
    after: str = ""
    priority: str = ""
    queue: int | None = None

    @classmethod
    def read(cls, said: dict[str, str]) -> Self:
        """Read what `query` wrote; what it would not write is left out, and selects nothing less."""
        queue = said.get("queue", "")
        texts = {name: said.get(name, "") for name in _CONDITIONS if name != "queue"}
        return cls(
            **texts, queue=int(queue) if queue.isascii() and queue.isdecimal() and len(queue) < 19 else None
        )

    @property
    def conditions(self) -> dict[str, Any]:
        """Return it as the tables call it."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {_CONDITIONS[name]: value for name, value in said.items() if value not in ("", None)}

    def narrowed(self, **more: Any) -> Self:
        return replace(self, **more)

    def query(self) -> str:
        """Return the query by which the list shows exactly these."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return urlencode({name: value for name, value in said.items() if value not in ("", None)})


@dataclass(frozen=True, slots=True)
class TrialScope:
    """What a viewer sees of a trial: an environment, and some queues of it, or all."""

    trial: Trial
    environment: str
    queues: frozenset[int] | None

    def cells(self) -> QuerySet[TrialCell]:
        return TrialCell.objects.filter(**self._seen)

    def rows(self, selection: TrialSelection) -> QuerySet[TrialRow]:
        """Return what leads to tickets: unchanged clocks are only counted."""
        return TrialRow.objects.filter(**self._seen, **selection.conditions)

    @property
    def _seen(self) -> dict[str, Any]:
        seen = {"trial": self.trial, "environment": self.environment}
        return seen if self.queues is None else {**seen, "queue_id__in": self.queues}
