"""How long people wait: percentiles of each day with those still waiting, the naive ones beside, and what is usual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from math import exp, log
from operator import or_
from typing import Final

from monitor.measure import process_limits
from monitor.measure.process_limits import ProcessLimits
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.models import Clock
from monitor.relay import book
from monitor.reports import cell_figures, response_figures
from monitor.reports.board.board_view import BoardView, LinkedCount, Span
from monitor.reports.cell_figures import CellFigures
from monitor.reports.clock_selection import DaySpan
from monitor.reports.response_figures import FirstWait, ResponseFigures
from monitor.reports.wait_parts import REST

FEW: Final = 20
"""Below so many tickets a percentile says little: each is shown for itself."""


@dataclass(frozen=True, slots=True)
class WaitsOfDays:
    """Who asked on a day, or on those of a week, and what became of them; where they are few, each of them."""

    span: Span
    responses: ResponseFigures
    dots: list[FirstWait]
    asked: LinkedCount
    parts: dict[str, LinkedCount]
    signal: bool = False

    @property
    def day(self) -> date:
        return self.span.last

    @property
    def has_percentiles(self) -> bool:
        return self.responses.measured >= FEW

    @property
    def told(self) -> list[LinkedCount]:
        """Return the parts that are told however few are in them."""
        return [number for part, number in self.parts.items() if part not in REST]

    @property
    def rest(self) -> dict[str, LinkedCount]:
        """Return the parts of those who ask for no answer any more, or whose answer is misdated: where any are."""
        return {part: self.parts[part] for part in REST if self.parts[part].count}


SECONDS: Final = (int, float)
"""What a percentile is that is known."""


@dataclass(frozen=True, slots=True)
class WaitsPanel:
    """The waits of all days together, of as many days before where that is asked for, and of each."""

    whole: WaitsOfDays
    before: WaitsOfDays | None
    pieces: list[WaitsOfDays]
    limits: ProcessLimits | None

    @property
    def change(self) -> int:
        """Return 1 where people wait longer than before, -1 for shorter: half of them and nine in ten alike; else 0."""
        now, before = self.whole.responses, self.before and self.before.responses
        pairs = [(now.p50, before.p50), (now.p90, before.p90)] if before else []
        known = [
            (one, other) for one, other in pairs if isinstance(one, SECONDS) and isinstance(other, SECONDS)
        ]
        signs = {(one > other) - (one < other) for one, other in known}
        return signs.pop() if len(known) == 2 and len(signs) == 1 else 0

    @property
    def last(self) -> WaitsOfDays:
        return self.pieces[-1]


def panel(view: BoardView) -> WaitsPanel:
    """Return how long those waited who asked on the days that are looked at."""
    spans, days = view.span.pieces(), _days(view, view.span)
    told = [cell_figures.together(span.of(days)) for span in spans]
    dots = _dots(
        view, [span for span, one in zip(spans, told, strict=True) if one.n > 0 and one.measured < FEW]
    )
    pieces = [_of_days(view, span, one, dots.get(span, [])) for span, one in zip(spans, told, strict=True)]
    limits, signals = _usual([_known_p90(piece) for piece in pieces])
    pieces = [replace(piece, signal=signal) for piece, signal in zip(pieces, signals, strict=True)]
    whole = _of_days(view, view.span, cell_figures.together(told), [])
    return WaitsPanel(whole, _before(view) if view.filter.compared else None, pieces, limits)


def _before(view: BoardView) -> WaitsOfDays:
    span = view.span.before
    return _of_days(view, span, cell_figures.together(_days(view, span).values()), [])


def _days(view: BoardView, span: Span) -> Mapping[date, CellFigures]:
    """Return the figures of each day, in the time that is looked at."""
    if not view.filter.open_time:
        return view.figures(view.filter.metric, span)
    edition, counts = book.current(), view.counts(view.filter.metric, span)
    return {day: cell_figures.figures(one, now=view.now, book=edition) for day, one in counts.items()}


def _of_days(view: BoardView, span: Span, found: CellFigures, dots: list[FirstWait]) -> WaitsOfDays:
    (p50, p90), (naive_p50, naive_p90) = found.percentiles(), found.naive_percentiles()
    return WaitsOfDays(
        span=span,
        responses=ResponseFigures(
            **found.parts,
            p50=p50,
            p90=p90,
            naive_p50=_seconds(naive_p50),
            naive_p90=_seconds(naive_p90),
            naive_mean=found.naive_mean(),
        ),
        dots=dots,
        asked=LinkedCount(found.n, view.asked_query(span)),
        parts={part: LinkedCount(count, view.asked_query(span, part)) for part, count in found.parts.items()},
    )


def _seconds(value: Percentile) -> float | None:
    return None if isinstance(value, MoreThan | Never) else value


def _known_p90(piece: WaitsOfDays) -> float | None:
    """Return the ninetieth percentile of a day that has one; what is not reached counts as far as it is certain."""
    if not piece.has_percentiles or isinstance(piece.responses.p90, Never):
        return None
    p90 = piece.responses.p90
    return p90.seconds if isinstance(p90, MoreThan) else p90


def _usual(waits: Sequence[float | None]) -> tuple[ProcessLimits | None, list[bool]]:
    """Return between what waits usually lie, and which of them say that something has changed.

    Waits differ by factors, not by amounts: what is measured is how many times as long one is as the day before.
    """
    logs = [None if wait is None else log(max(wait, 1)) for wait in waits]
    limits = process_limits.of_values([value for value in logs if value is not None])
    if limits is None:
        return None, [False] * len(waits)
    return ProcessLimits(*map(exp, limits)), limits.signals(logs)


def _dots(view: BoardView, spans: Sequence[Span]) -> Mapping[Span, list[FirstWait]]:
    """Return each wait of these days by itself; there are few on every one of them."""
    if not spans:
        return {}
    found: dict[Span, list[FirstWait]] = defaultdict(list)
    on_these = (DaySpan(span.first, span.last).rule("started_at", view.zone) for span in spans)
    asked = Clock.objects.filter(reduce(or_, on_these), ticket__in=view.tickets)
    for wait in response_figures.waits(asked, now=view.now, metric=view.filter.metric):
        day = wait.asked_at.astimezone(view.zone).date()
        found[next(span for span in spans if span.first <= day <= span.last)].append(wait)
    return found
