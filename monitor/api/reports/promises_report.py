"""Whether promises are kept: what became of each metric's, slice by slice."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from monitor.api.clock_shapes import Metric
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Report
from monitor.reports.board import promises_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.promises_panel import MetricPromises


class PromiseSlices(Struct, kw_only=True):
    """What became of the promise to everybody who asked; each is in one slice."""

    met: Counted
    late: Annotated[Counted, Meta(description="Answered late, or late and not answered yet.")]
    unanswered: Annotated[Counted, Meta(description="Never answered.")]
    undecided: Annotated[Counted, Meta(description="Neither due nor answered yet.")]
    unpromised: Annotated[Counted, Meta(description="To whom nothing was promised.")]
    withdrawn: Counted
    merged: Counted
    no_reply_needed: Counted
    misdated: Counted


class LikelyShare(Struct, kw_only=True):
    """Between these, from 0 to 1, the share lies as a rule: Wilson's interval, nineteen times in twenty."""

    low: float
    high: float


class PromisesOfMetric(Struct, kw_only=True):
    """The promises of one metric to those who asked on the days."""

    metric: Metric
    slices: PromiseSlices
    decided: Annotated[int, Meta(description="`met`, `late` and `unanswered` together.")]
    on_time: Annotated[float | None, Meta(description="`met` of those decided, from 0 to 1; null of none.")]
    likely: LikelyShare | None
    excused: Annotated[
        Counted, Meta(description="Of `late` and `unanswered`: whom somebody, or a freeze, excuses.")
    ]
    adjusted: Annotated[
        float | None,
        Meta(description="`met` of those decided and not excused; never below `on_time`, null of none."),
    ]
    on_time_before: Annotated[
        float | None, Meta(description="The same of as many days before, where `compared` asks.")
    ]


class PromisesReport(Report, kw_only=True):
    """Whether promises are kept, of each metric of which any was made or asked for."""

    metrics: list[PromisesOfMetric]


class Promises(ReportDoor):
    """The panel *do we keep our promises*."""

    @Operation(
        name="readPromises",
        summary="Whether promises are kept",
        description="Of every metric; `metric` and `time` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: PromisesReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(promises_report)


def promises_report(view: BoardView) -> PromisesReport:
    """Say what the panel shows."""
    return PromisesReport(
        **report_shapes.head(view), metrics=[_of_metric(one) for one in promises_panel.panel(view)]
    )


def _of_metric(found: MetricPromises) -> PromisesOfMetric:
    return PromisesOfMetric(
        metric=found.metric,
        slices=PromiseSlices(**report_shapes.counted_by_name(found.slices)),
        decided=found.decided,
        on_time=found.on_time,
        likely=LikelyShare(**found.likely._asdict()) if found.likely else None,
        excused=report_shapes.counted(found.excused),
        adjusted=found.adjusted,
        on_time_before=found.on_time_before,
    )
