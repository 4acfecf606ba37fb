"""Whether promises are kept: what became of each metric's, slice by slice, never folded into one another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Final

from monitor.clock.metrics import PROMISED, Metric
from monitor.measure import share_interval
from monitor.measure.share_interval import ShareInterval
from monitor.reports import cell_figures
from monitor.reports.adjusted import said_of_promises
from monitor.reports.board.board_view import BoardView, LinkedCount, Span
from monitor.reports.promise_slices import BROKEN, DECIDED, PROMISES

SHOWN: Final = (*DECIDED, "undecided")
"""The slices that are shown however few they are; the others are named where there are any."""


@dataclass(frozen=True, slots=True)
class MetricPromises:
    """What became of the promises of a metric to those who asked on some days; shares are of what is decided."""

    metric: str
    slices: dict[str, LinkedCount]
    decided: int
    on_time: float | None
    likely: ShareInterval | None
    excused: LinkedCount
    on_time_before: float | None = None

    @property
    def broken(self) -> int:
        return sum(self.slices[name].count for name in BROKEN)

    @property
    def adjusted(self) -> float | None:
        """Return the share kept of those decided that nobody excuses."""
        counted = self.decided - self.excused.count
        return self.slices["met"].count / counted if counted else None

    @property
    def adjusted_percent(self) -> int | None:
        return None if self.adjusted is None else int(self.adjusted * 100)

    @property
    def told(self) -> dict[str, LinkedCount]:
        return {name: self.slices[name] for name in SHOWN}

    @property
    def is_any(self) -> bool:
        return any(number.count for number in self.told.values())

    @property
    def rest(self) -> dict[str, LinkedCount]:
        return {name: number for name, number in self.slices.items() if name not in SHOWN and number.count}

    @property
    def percent(self) -> int | None:
        """Return the share in full percents, rounded down: whoever was let down is never rounded away."""
        return None if self.on_time is None else int(self.on_time * 100)

    @property
    def likely_percents(self) -> tuple[int, int] | None:
        return self.likely and (int(self.likely.low * 100), round(self.likely.high * 100))

    @property
    def percent_before(self) -> int | None:
        return None if self.on_time_before is None else int(self.on_time_before * 100)


def panel(view: BoardView) -> list[MetricPromises]:
    """Return the promises of each metric that was promised or asked for on the days that are looked at."""
    excused = said_of_promises.excused(view, view.span)
    found = [_of_metric(view, metric, excused=excused[metric]) for metric in PROMISED]
    return [one for one in found if one.metric == Metric.FIRST_RESPONSE or one.is_any]


def _of_metric(view: BoardView, metric: str, *, excused: int) -> MetricPromises:
    slices, query = _slices(view, metric, view.span), partial(view.asked_query, view.span, metric=metric)
    before = _slices(view, metric, view.span.before) if view.filter.compared else Counter[str]()
    met, decided, decided_before = slices["met"], _decided(slices), _decided(before)
    return MetricPromises(
        metric=metric,
        slices={name: LinkedCount(slices[name], query(name)) for name in PROMISES},
        decided=decided,
        on_time=met / decided if decided else None,
        likely=share_interval.of_count(met, decided),
        excused=LinkedCount(excused, query("broken", excused="yes")),
        on_time_before=before["met"] / decided_before if decided_before else None,
    )


def _slices(view: BoardView, metric: str, span: Span) -> Counter[str]:
    return cell_figures.sum_of_slices(view.slices(metric, span).values())


def _decided(slices: Counter[str]) -> int:
    return sum(slices[name] for name in DECIDED)
