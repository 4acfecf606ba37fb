"""Today's first answers in two numbers: within which time half had theirs, and which share of promises was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.reports import cell_figures
from monitor.reports.board import objectives_panel
from monitor.reports.board.board_view import BoardView, Span
from monitor.reports.board.waits_panel import FEW
from monitor.reports.objectives.month_figures import MonthFigures


@dataclass(frozen=True, slots=True)
class AnswersToday:
    """Of those who asked for the first time today. `half`: seconds, those who still wait counted; None of too few.
    Of these it is told how many are answered.

    `kept` holds the decided promises against the share that is to be kept this month, in tenths of a percent;
    `promised` is None where none is. `behind_since`: something is missing since then.
    """

    asked: int
    answered: int
    half: Percentile
    kept: MonthFigures
    promised: int | None
    behind_since: datetime | None

    @property
    def half_or_more(self) -> float | None:
        """Return how long half waited, or that long so far: seconds."""
        if isinstance(self.half, Never):
            return None
        return self.half.seconds if isinstance(self.half, MoreThan) else self.half

    @property
    def lasts(self) -> bool:
        """Tell whether half of them are not answered yet."""
        return isinstance(self.half, MoreThan)

    @property
    def in_vain(self) -> int | None:
        """Return how many will never be answered, where those are too many for half to be."""
        return self.half.people if isinstance(self.half, Never) else None

    @property
    def percent(self) -> int | None:
        """Return the share kept in full percents, rounded down; None where nothing is decided."""
        return None if self.kept.per_mille is None else self.kept.per_mille // 10

    @property
    def falls_short(self) -> bool:
        """Tell whether less is kept than is promised of a month."""
        return self.promised is not None and not self.kept.is_kept


def answers_today(view: BoardView) -> AnswersToday | None:
    """Return how today's first answers came, by the days of the figures; None where there are none yet."""
    if view.reading is None:
        return None
    found = cell_figures.together(view.figures(view.filter.metric, Span(view.today, view.today)).values())
    promised = _promised(view)
    return AnswersToday(
        asked=found.n,
        answered=found.parts["answered"],
        half=found.percentiles()[0] if found.measured >= FEW else None,
        kept=MonthFigures(found.slices, promised or 0),
        promised=promised,
        behind_since=view.reading.behind_since,
    )


def _promised(view: BoardView) -> int | None:
    """Return the share to be kept this month of just what is looked at: of its queue, or of every queue."""
    place = (view.filter.metric, view.queue_id)
    found = (one.per_mille for one in objectives_panel.objectives(view) if one.place == place)
    return next(found, None)
