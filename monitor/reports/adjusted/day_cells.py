"""What a table of days says of promises: what was measured, then what is left of it without those excused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.excusals.breach_labels import EXCUSED, OWN_WORDS, cell_metric, excused_of_cause
from monitor.models import ListedCause
from monitor.reports import cell_figures
from monitor.reports.adjusted.excused_clocks import adjusted_per_mille
from monitor.reports.board.board_view import BoardView, Span
from monitor.reports.promise_slices import BROKEN, DECIDED
from monitor.reports.rollup.cell_reading import CellReading, DayCounts

SLICES: Final = (*DECIDED, "undecided", "unpromised")
"""The slices of whoever is not of the rest, which are parts of all who asked, too."""
MEASURED: Final = ("kept_per_mille", "decided", *SLICES)
ADJUSTED: Final = ("excused", "adjusted_per_mille")
OWN: Final = "excused_own_words"
UNNAMED: Final = "excused_without_cause"


@dataclass(frozen=True, slots=True)
class PromisesOfDays:
    """What became of promises day by day, and how many of those broken are excused: in all, and by cause."""

    slices: Mapping[date, Counter[str]]
    excused: Mapping[str, Mapping[date, int]]
    causes: Sequence[ListedCause]

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the columns: each cause that is offered, or excused one of these promises, has its own."""
        return (*MEASURED, *ADJUSTED, *(f"excused: {cause.name}" for cause in self.causes), OWN, UNNAMED)

    def cells(self, span: Span) -> Iterator[object]:
        """Yield the cells of some days, in the order of the heads."""
        counts = cell_figures.sum_of_slices(span.of(self.slices))
        met, broken = counts["met"], sum(counts[name] for name in BROKEN)
        excused = self._of(EXCUSED, span)
        yield from (_or_empty(adjusted_per_mille(met, broken, 0)), met + broken)
        yield from (counts[name] for name in SLICES)
        yield from (excused, _or_empty(adjusted_per_mille(met, broken, excused)))
        named = [self._of(excused_of_cause(number), span) for number in self._numbers]
        yield from (*named, excused - sum(named))

    @property
    def _numbers(self) -> list[int]:
        return [*(cause.pk for cause in self.causes), OWN_WORDS]

    def _of(self, label: str, span: Span) -> int:
        return sum(span.of(self.excused.get(label, {})))


def of(view: BoardView, reading: CellReading) -> PromisesOfDays:
    """Return the promises of the metric that the board looks at, of its days; three statements at most."""
    listed = list(ListedCause.objects.by_name())
    excused = _excused(view, reading, [OWN_WORDS, *(one.pk for one in listed)])
    causes = [
        one for one in listed if one.retired_at is None or any(excused[excused_of_cause(one.pk)].values())
    ]
    return PromisesOfDays(view.slices(view.filter.metric, view.span), excused, causes)


def _excused(
    view: BoardView, reading: CellReading, causes: Sequence[int]
) -> Mapping[str, Mapping[date, int]]:
    """Return how many of the broken promises of each day are excused, and how many of each cause."""
    labels = [EXCUSED, *map(excused_of_cause, causes)]
    names = {label: cell_metric(label, view.filter.metric) for label in labels}
    found = reading.days_of(view.scope, names.values(), view.span.first, view.span.last)
    return {label: _broken(found.get(name, {}), view) for label, name in names.items()}


def _broken(days: DayCounts, view: BoardView) -> Mapping[date, int]:
    counted = ((day, cell_figures.slices(counts, now=view.now)) for day, counts in days.items())
    return {day: sum(slices[name] for name in BROKEN) for day, slices in counted}


def _or_empty(number: int | None) -> object:
    return "" if number is None else number
