"""Whether answers are fast at the cost of good ones: how soon people are answered, beside what they ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.clock.metrics import Metric
from monitor.measure.survival import Percentile
from monitor.reports import cell_figures
from monitor.reports.board.board_view import BoardView, LinkedCount, Span

WEEKS: Final = 13
"""So many weeks are told of, the last ones."""


@dataclass(frozen=True, slots=True)
class CareOfDays:
    """Who asked first in a week, within how many seconds half of them were answered, and who asked again then.

    `again` are further questions, after an answer or once all was resolved; the others are of the first questions.
    """

    span: Span
    p50: Percentile
    asked: LinkedCount
    again: LinkedCount
    never_answered: LinkedCount
    no_reply_needed: LinkedCount

    @property
    def again_of_ten(self) -> float | None:
        """Return how many further questions came for every ten first ones."""
        return self.again.count * 10 / self.asked.count if self.asked.count else None


@dataclass(frozen=True, slots=True)
class CarePanel:
    """The days together, and week by week."""

    whole: CareOfDays
    weeks: list[CareOfDays]


def panel(view: BoardView) -> CarePanel:
    """Return how soon and how well those were answered who asked on the days that are looked at."""
    return CarePanel(_of_days(view, view.span), [_of_days(view, span) for span in _weeks(view.span)])


def _weeks(span: Span) -> list[Span]:
    """Return weeks of these days, counted back from the last: as many as can be told."""
    ends = [span.last - timedelta(days=7 * number) for number in range(min(-(-span.days // 7), WEEKS))]
    return [Span(max(span.first, end - timedelta(days=6)), end) for end in reversed(ends)]


def _of_days(view: BoardView, span: Span) -> CareOfDays:
    first = cell_figures.together(span.of(view.figures(Metric.FIRST_RESPONSE, view.span)))
    further = span.of(view.slices(Metric.NEXT_RESPONSE, view.span))
    again = sum(slices.total() for slices in further)

    def of_first(part: str, count: int) -> LinkedCount:
        return LinkedCount(count, view.asked_query(span, part, metric=Metric.FIRST_RESPONSE))

    return CareOfDays(
        span=span,
        p50=first.percentiles()[0],
        asked=of_first("", first.n),
        again=LinkedCount(again, view.asked_query(span, metric=Metric.NEXT_RESPONSE)),
        never_answered=of_first("never_answered", first.parts["never_answered"]),
        no_reply_needed=of_first("no_reply_needed", first.parts["no_reply_needed"]),
    )
