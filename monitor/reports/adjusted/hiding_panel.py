"""What hides lateness, counted: each act, its share of what began on the days, and how often by queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from helpdesk.models import Queue
from monitor.excusals.breach_labels import cell_metric
from monitor.reports import cell_figures
from monitor.reports.adjusted.hidden_lateness import HIDING
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.cell_figures import sum_of_slices
from monitor.reports.rollup.cell_reading import CellReading


@dataclass(frozen=True, slots=True)
class ActCount:
    """How many clocks one act may have made look kept, of those of its metric that began, and in which queues."""

    name: str
    metric: str
    found: LinkedCount
    begun: LinkedCount
    queues: Sequence[tuple[str, LinkedCount]]

    @property
    def per_mille(self) -> int | None:
        return self.found.count * 1000 // self.begun.count if self.begun.count else None


def panel(view: BoardView, reading: CellReading) -> list[ActCount]:
    """Return each act of the days that are looked at; two statements, and one for each metric, whatever there is."""
    seen = Queue.objects.visible_to(view.agent).order_by("name")
    queues = dict(
        (seen if view.queues is None else seen.filter(pk__in=view.queues)).values_list("pk", "name")
    )
    found = _found(view, reading, tuple(queues))
    return [_act(view, name, queues, {pk: found[pk, name] for pk in queues}) for name in HIDING]


def _act(view: BoardView, name: str, queues: Mapping[int, str], counts: Mapping[int, int]) -> ActCount:
    act = HIDING[name]
    query = partial(view.asked_query, view.span, metric=act.metric)
    hides = partial(query, hides=name)
    begun = sum(sum_of_slices(view.slices(one, view.span).values()).total() for one in act.metrics)
    by_queue = [(queues[pk], LinkedCount(n, hides(queue=str(pk)))) for pk, n in counts.items() if n]
    found = LinkedCount(sum(counts.values()), hides())
    return ActCount(name, act.metric, found, LinkedCount(begun, query()), by_queue)


def _found(view: BoardView, reading: CellReading, queues: tuple[int, ...]) -> Mapping[tuple[int, str], int]:
    """Return how many there are of each act in each of these queues."""
    names = {cell_metric(name, metric): name for name, act in HIDING.items() for metric in act.metrics}
    sums = Counter[tuple[int, str]]()
    scope, span = replace(view.scope, queues=queues), view.span
    for (queue_id, cells), counts in reading.sums_by_queue(scope, names, span.first, span.last).items():
        sums[queue_id, names[cells]] += cell_figures.slices(counts, now=view.now).total()
    return sums
