"""Whether answers are fast at the cost of good ones: how soon people are answered, beside what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from monitor.clock.metrics import Metric
from monitor.measure import share_interval
from monitor.measure.survival import Percentile
from monitor.reports import cell_figures
from monitor.reports.board.board_view import BoardView, LinkedCount, Span
from monitor.reports.clock_selection import DaySpan
from monitor.reports.resolutions import resolution_counts
from monitor.reports.resolutions.resolution_selection import ResolutionSelection, decided_until
from monitor.reports.resolutions.response_bands import BANDS

WEEKS: Final = 13
"""So many weeks are told of, the last ones."""
FEW: Final = 20
"""Of fewer no share is told: one more or less would be another share."""


@dataclass(frozen=True, slots=True)
class PartOfResolutions:
    """How many of some resolutions came to something; shares only where there are enough to tell one of."""

    part: LinkedCount
    whole: int

    @property
    def percent(self) -> int | None:
        """Return the share in full percents, rounded up: nobody who came back is rounded away."""
        return None if self.whole < FEW else -(-self.part.count * 100 // self.whole)

    @property
    def likely_percents(self) -> tuple[int, int] | None:
        """Return between which percents chance alone would let it lie."""
        likely = None if self.whole < FEW else share_interval.of_count(self.part.count, self.whole)
        return likely and (int(likely.low * 100), ceil(likely.high * 100))


@dataclass(frozen=True, slots=True)
class Resolutions:
    """How many were first resolved whose seven days are over, and what came of them; of the rest nobody knows yet.

    `undecided` were resolved on days of which some have not had their seven days.
    """

    decided: LinkedCount
    reopened: PartOfResolutions
    asked_again: PartOfResolutions
    undecided: LinkedCount


@dataclass(frozen=True, slots=True)
class CareOfDays:
    """Who asked first in a week, within how many seconds half of them were answered, and who asked more then.

    `again` are further questions, after an answer or once all was resolved; the others are of the first questions.
    `resolutions` are those of the week, whenever it was asked.
    """

    span: Span
    p50: Percentile
    asked: LinkedCount
    again: LinkedCount
    never_answered: LinkedCount
    no_reply_needed: LinkedCount
    resolutions: Resolutions

    @property
    def again_of_ten(self) -> float | None:
        """Return how many further questions came for every ten first ones."""
        return self.again.count * 10 / self.asked.count if self.asked.count else None


@dataclass(frozen=True, slots=True)
class CarePanel:
    """The days together, week by week, and by how soon those had been answered who were resolved.

    `decided_until`: the last day of resolving whose seven days are over.
    """

    whole: CareOfDays
    weeks: list[CareOfDays]
    bands: dict[str, Resolutions]
    decided_until: date


def panel(view: BoardView) -> CarePanel:
    """Return how soon and how well those were answered who asked on the days that are looked at."""
    bands = {band: _resolutions(view, view.span, band) for band in BANDS}
    return CarePanel(
        whole=_of_days(view, view.span),
        weeks=[_of_days(view, span) for span in _weeks(view.span)],
        bands={band: one for band, one in bands.items() if one.decided.count or one.undecided.count},
        decided_until=decided_until(view.now, view.zone),
    )


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
        resolutions=_resolutions(view, span),
    )


def _resolutions(view: BoardView, span: Span, band: str = "") -> Resolutions:
    """Return what came of resolutions on these days, of one band or of all."""
    last = decided_until(view.now, view.zone)
    over = Span(span.first, min(span.last, last))
    rest = Span(max(span.first, last + timedelta(days=1)), span.last)
    decided = _counted(view, over, band)
    reopened = _counted(view, over, band, "reopened")
    asked_again = _counted(view, over, band, "asked_again")
    return Resolutions(
        decided=decided,
        reopened=PartOfResolutions(reopened, decided.count),
        asked_again=PartOfResolutions(asked_again, decided.count),
        undecided=_counted(view, rest, band),
    )


def _counted(view: BoardView, span: Span, band: str, came: str = "") -> LinkedCount:
    found = resolution_counts.of_days(span.of(view.counts(resolution_counts.METRIC, view.span)))
    count = sum(number for one, number in found.items() if one.is_of(band, came))
    selection = ResolutionSelection(days=DaySpan(span.first, span.last), zone=view.zone, band=band, came=came)
    return LinkedCount(count, view.query(**selection.address))
