"""How long people wait: the whole of the days and each of them, as the board has them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.api.shapes import TicketReference
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called, one_of
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Days, Percentile, Report, ToldMetric
from monitor.reports.board import waits_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.waits_panel import WaitsOfDays
from monitor.reports.response_figures import FirstWait
from monitor.reports.wait_parts import WAITS

WaitPart = Annotated[str, one_of("WaitPart", WAITS)]


class WaitParts(Struct, kw_only=True):
    """What became of everybody who asked; each is in one part."""

    answered: Counted
    waiting: Counted
    never_answered: Counted
    withdrawn: Counted
    merged: Counted
    no_reply_needed: Counted
    misdated: Annotated[
        Counted, Meta(description="Whose answer is dated before the question: in no percentile.")
    ]


class AnsweredAlone(Struct, kw_only=True):
    """What comes out where those still waiting are forgotten, to compare; null where nobody was answered."""

    p50: float | None
    p90: float | None
    mean: Annotated[float | None, Meta(description="What most helpdesks show.")]


class WaitsOfSomeDays(Struct, kw_only=True):
    """Those who asked on these days, and within how many seconds half and nine in ten of them were answered."""

    days: Days
    asked: Counted
    parts: WaitParts
    p50: Percentile
    p90: Percentile
    of_answered: AnsweredAlone
    few: Annotated[
        bool, Meta(description="So few have asked that percentiles say little: see each of `waits`.")
    ]
    changed: Annotated[
        bool, Meta(description="The ninetieth percentile says that something is not as usual.")
    ]


class OneWait(Struct, kw_only=True):
    """Somebody's wait for the answer, until it came or until now, in seconds of all time."""

    ticket: TicketReference
    asked_at: Instant
    part: WaitPart
    seconds: float


class WaitsOfOneDay(WaitsOfSomeDays, kw_only=True):
    """A day, or a week of a longer time; with each wait of it where they are few."""

    waits: list[OneWait]


class UsualWaits(Struct, kw_only=True):
    """Between what the ninetieth percentile of a day usually lies, and about what, in seconds."""

    low: float
    mean: float
    high: float


class WaitsReport(Report, kw_only=True):
    """How long people wait, those included who still do."""

    metric: ToldMetric
    basis: Annotated[
        Literal["wall", "business"],
        called("WaitBasis"),
        Meta(description="What seconds are counted: all, or those of business hours."),
    ]
    whole: WaitsOfSomeDays
    before: Annotated[WaitsOfSomeDays | None, Meta(description="As many days before, where `compared` asks.")]
    pieces: list[WaitsOfOneDay]
    usual: Annotated[
        UsualWaits | None, Meta(description="Null of fewer than eight days with enough who asked.")
    ]


class Waits(ReportDoor):
    """The panel *how long do people wait*."""

    @Operation(
        name="readWaits",
        summary="How long people wait",
        description="Percentiles count those who still wait: Kaplan and Meier's.",
        scope=None,
        query=ReportQuery,
        answers={200: WaitsReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(waits_report)


def waits_report(view: BoardView) -> WaitsReport:
    """Say what the panel shows."""
    panel = waits_panel.panel(view)
    return WaitsReport(
        **report_shapes.head(view),
        metric=view.filter.metric,
        basis="business" if view.filter.open_time else "wall",
        whole=WaitsOfSomeDays(**_of_days(panel.whole)),
        before=WaitsOfSomeDays(**_of_days(panel.before)) if panel.before else None,
        pieces=[
            WaitsOfOneDay(**_of_days(piece), waits=list(map(_one_wait, piece.dots))) for piece in panel.pieces
        ],
        usual=UsualWaits(**panel.limits._asdict()) if panel.limits else None,
    )


def _of_days(found: WaitsOfDays) -> dict[str, Any]:
    figures = found.responses
    return {
        "days": report_shapes.days(found.span),
        "asked": report_shapes.counted(found.asked),
        "parts": WaitParts(**report_shapes.counted_by_name(found.parts)),
        "p50": report_shapes.percentile(figures.p50),
        "p90": report_shapes.percentile(figures.p90),
        "of_answered": AnsweredAlone(p50=figures.naive_p50, p90=figures.naive_p90, mean=figures.naive_mean),
        "few": not found.has_percentiles,
        "changed": found.signal,
    }


def _one_wait(wait: FirstWait) -> OneWait:
    return OneWait(ticket=wait.reference, asked_at=wait.asked_at, part=wait.part, seconds=wait.seconds)
