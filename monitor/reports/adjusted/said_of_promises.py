"""What is said of the broken promises of some days: how many are excused, and by which causes they broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from monitor.clock.metrics import PROMISED
from monitor.excusals.breach_labels import EXCUSED, OWN_WORDS, cell_metric, of_cause
from monitor.models import ListedCause
from monitor.reports import cell_figures
from monitor.reports.adjusted import excused_clocks
from monitor.reports.board.board_view import BoardView, LinkedCount, Span
from monitor.reports.clock_selection import NONE
from monitor.reports.promise_slices import BROKEN
from monitor.reports.rollup.cell_reading import CellScope

TOGETHER: Final = "promises"
"""What an address calls all promised metrics."""


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many promises broke by a cause; without one of the list its `name` is empty, and `key` says what it is."""

    key: str
    name: str
    broken: LinkedCount


def excused(view: BoardView, span: Span) -> Mapping[str, int]:
    """Return of each metric how many of its broken promises are excused; one statement."""
    counts = _broken(view, [EXCUSED], span)
    return {metric: counts[EXCUSED, metric] for metric in PROMISED}


def excused_of(view: BoardView, metric: str, span: Span) -> int:
    """Return how many broken promises of a metric are excused, of those of an objective."""
    if view.reading is None:
        return 0
    scope = CellScope(environment=view.environment, queues=_queues(view), values={})
    slices = excused_clocks.excused_slices(view.reading, scope, metric, span.first, span.last, now=view.now)
    return slices.total()


def causes(view: BoardView, broken: int) -> list[CauseCount]:
    """Return by which causes the promises of the days broke, the most frequent first, and of how many none is said.

    `broken` is how many broke in all. Two statements, whatever there is.
    """
    listed = {of_cause(one.pk): one for one in ListedCause.objects.all()} if view.reading else {}
    counts = _broken(view, [of_cause(OWN_WORDS), *listed], view.span)
    sums = Counter[str]()
    for (label, _metric), count in counts.items():
        sums[label] += count
    query = partial(view.asked_query, view.span, "broken", metric=TOGETHER)
    found = [
        CauseCount(label, cause.name, LinkedCount(sums[label], query(cause=str(cause.pk))))
        for label, cause in listed.items()
        if sums[label]
    ]
    found.sort(key=lambda one: (-one.broken.count, one.name))
    own = sums[of_cause(OWN_WORDS)]
    rest = [("own", own, str(OWN_WORDS)), ("none", broken - sums.total(), NONE)]
    said = sums.total()
    return [
        *found,
        *(CauseCount(key, "", LinkedCount(n, query(cause=at))) for key, n, at in rest if n and said),
    ]


def _queues(view: BoardView) -> tuple[int, ...] | None:
    return None if view.queue_id is None else (view.queue_id,)


def _broken(view: BoardView, labels: Collection[str], span: Span) -> Mapping[tuple[str, str], int]:
    """Return how many clocks are broken of which each of these things is said, by it and by metric."""
    if view.reading is None:
        return Counter()
    named = {cell_metric(label, metric): (label, str(metric)) for label in labels for metric in PROMISED}
    days = view.reading.days_of(view.scope, named, span.first, span.last)
    slices = {name: cell_figures.slices_of_days(found.values(), now=view.now) for name, found in days.items()}
    return Counter({named[name]: sum(found[one] for one in BROKEN) for name, found in slices.items()})
