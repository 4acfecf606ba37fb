"""What a digest says: what became of those who asked, beside the time before, and who waits longest now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from helpdesk.database.one_instant import one_instant
from monitor.alerts.digest_mornings import DAYS
from monitor.clock.metrics import Metric
from monitor.measure.survival import Percentile
from monitor.models import Digest, DigestIssue, DigestRhythm, Standing
from monitor.reports import cell_figures
from monitor.reports.board.board_view import BoardFilter, BoardView, Span
from monitor.reports.board.waits_panel import FEW
from monitor.reports.cell_figures import CellFigures
from monitor.reports.rollup.cell_reading import CellReading

WORST: Final = 3


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """Some days and as many before them, by first responses; and where those stand who wait longest now."""

    view: BoardView
    span: Span
    now: CellFigures
    before: CellFigures
    worst: list[Standing]

    @property
    def waits(self) -> list[tuple[Percentile, Percentile]]:
        """Return within which time half and nine in ten were answered, now and before; nothing of few."""
        if self.now.measured < FEW:
            return []
        before = self.before.percentiles() if self.before.measured >= FEW else [None, None]
        return list(zip(self.now.percentiles(), before, strict=True))

    @property
    def are_whole(self) -> bool:
        """Tell whether they count all that has happened."""
        return self.view.reading is not None and self.view.reading.behind_since is None

    @property
    def says_something(self) -> bool:
        return bool(self.now.n or self.worst)


def figures(issue: DigestIssue, *, now: datetime) -> DigestFigures:
    """Return what there is to say to the reader of an issue, of what they see at this instant.

    Days are those of the figures, and are over: where the reader's morning comes before such a day has ended, it
    is told the next time.
    """
    with one_instant():
        view = _view(issue.digest, now=now)
        last = min(issue.day, view.today) - timedelta(days=1)
        span = Span(last - timedelta(days=DAYS[DigestRhythm(issue.digest.rhythm)] - 1), last)
        return DigestFigures(view, span, _of(view, span), _of(view, span.before), _worst(view))


def _view(digest: Digest, *, now: datetime) -> BoardView:
    """Return what its reader looks at: their queue, or all that they see."""
    values = {} if digest.queue_id is None else {"queue": digest.queue_id}
    return BoardView(
        agent=digest.agent,
        environment=digest.environment,
        now=now,
        filter=BoardFilter(values=values),
        reading=CellReading.begin(),
    )


def _worst(view: BoardView) -> list[Standing]:
    waiting = view.standings.filter(waiting_since__isnull=False).select_related("ticket", "queue")
    return list(waiting.order_by("waiting_since", "ticket_id")[:WORST])


def _of(view: BoardView, span: Span) -> CellFigures:
    return cell_figures.together(view.figures(Metric.FIRST_RESPONSE, span).values())
