"""What a month comes to: how many promises were kept of those decided, how many broke, and how many might have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from monitor.models import Objective
from monitor.models.objective import WHOLE
from monitor.reports import cell_figures
from monitor.reports.objectives import calendar_month
from monitor.reports.promise_slices import BROKEN, DECIDED, PROMISES
from monitor.reports.rollup.cell_reading import CellReading, CellScope, DayCounts

BESIDE: Final = tuple(name for name in PROMISES if name not in {*DECIDED, "undecided"})
"""What counts neither for an objective nor against it."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The slices of those who asked in a month, held against a promised share in tenths of a percent."""

    slices: Mapping[str, int]
    promised: int

    @property
    def met(self) -> int:
        return self.slices["met"]

    @property
    def broken(self) -> int:
        """How many were answered late, or never."""
        return sum(self.slices[name] for name in BROKEN)

    @property
    def decided(self) -> int:
        return self.met + self.broken

    @property
    def undecided(self) -> int:
        return self.slices["undecided"]

    def count(self, part: str) -> int:
        """Return how many are in a slice, or in what adds some up: `decided`, `broken`."""
        sums = {"decided": self.decided, "broken": self.broken}
        return sums[part] if part in sums else self.slices[part]

    @property
    def may_break(self) -> int:
        """How many of those decided may break, and the objective is kept."""
        return self.decided * (WHOLE - self.promised) // WHOLE

    @property
    def is_kept(self) -> bool:
        return self.broken <= self.may_break

    @property
    def per_mille(self) -> int | None:
        """The share kept, rounded down: whoever was let down is never rounded away. None where nothing is decided."""
        return self.met * WHOLE // self.decided if self.decided else None


def read(
    reading: CellReading, objective: Objective, month: date, *, environment: str, now: datetime
) -> MonthFigures:
    """Return what a month comes to by the figures as they are now."""
    queues = None if objective.queue_id is None else (objective.queue_id,)
    scope = CellScope(environment=environment, queues=queues, values={})
    days = reading.days(scope, objective.metric, month, calendar_month.last_day(month))
    return of_counts(days, promised=objective.per_mille or 0, now=now)


def of_counts(days: DayCounts, *, promised: int, now: datetime) -> MonthFigures:
    """Return what the counts of a month's days come to."""
    return MonthFigures(dict(cell_figures.slices_of_days(days.values(), now=now)), promised)
