"""Whether the pile grows: what came, was answered and was resolved day by day, and how long those wait who wait now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from monitor.clock.metrics import Metric
from monitor.reports import cell_figures, wait_ages
from monitor.reports.board.board_view import BoardView, LinkedCount, Span
from monitor.reports.rollup.cell_counts import MISDATED
from monitor.reports.wait_parts import ANSWERED

_ENDED: Final = (*ANSWERED, MISDATED)


@dataclass(frozen=True, slots=True)
class FlowOfDays:
    """How many asked for the first time, got their first answer, and were resolved, on a day or those of a week."""

    span: Span
    asked: LinkedCount
    answered: LinkedCount
    resolved: LinkedCount


@dataclass(frozen=True, slots=True)
class FlowPanel:
    """The days, and how many wait now by how long they have: a band of `wait_ages.BANDS` each."""

    pieces: list[FlowOfDays]
    waiting: dict[str, LinkedCount]

    @property
    def came(self) -> int:
        return sum(piece.asked.count for piece in self.pieces)

    @property
    def went(self) -> int:
        return sum(piece.resolved.count for piece in self.pieces)

    @property
    def grown(self) -> int:
        """Return by how many more came than were resolved; below nothing where the pile shrank."""
        return self.came - self.went

    @property
    def shrunk(self) -> int:
        return -self.grown


def panel(view: BoardView) -> FlowPanel:
    """Return what came and went on the days that are looked at, and who waits at this instant."""
    return FlowPanel(pieces(view), _waiting(view))


def pieces(view: BoardView) -> list[FlowOfDays]:
    """Return what came and went on each of these days."""
    firsts, ends = (view.counts(metric, view.span) for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION))
    came = view.slices(Metric.FIRST_RESPONSE, view.span)
    found = []
    for span in view.span.pieces():
        asked = sum(slices.total() for slices in span.of(came))
        answered = sum(cell_figures.ended_that_day(firsts.get(day, {}), _ENDED) for day in span)
        resolved = sum(cell_figures.ended_that_day(ends.get(day, {}), _ENDED) for day in span)
        found.append(
            FlowOfDays(
                span,
                LinkedCount(asked, view.query_of_days(asked=str(span))),
                LinkedCount(answered, view.query_of_days(answered=str(span))),
                LinkedCount(resolved, view.query_of_days(resolved=str(span))),
            )
        )
    return found


def _waiting(view: BoardView) -> dict[str, LinkedCount]:
    found = zip(wait_ages.BANDS, view.live.by_age(), strict=True)
    return {band: LinkedCount(count, view.query(waiting=band)) for band, count in found}
