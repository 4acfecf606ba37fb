"""Whether months keep their objectives: the running one as it stands, and the last ones under their numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import one_of
from monitor.api.clock_shapes import Metric
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Address, Counted, NamedQueue, Report
from monitor.models.objective import WHOLE
from monitor.reports.board import objectives_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.objectives_panel import MONTHS, MonthCount, ObjectiveMonth, ObjectiveMonths
from monitor.reports.objectives.month_figures import BESIDE

SliceBeside = Annotated[str, one_of("SliceBeside", BESIDE)]


class CountedThen(Struct, kw_only=True):
    """A number of a month, and of a closed one what it would be now; `tickets` shows those of now."""

    count: int
    now: int
    tickets: Address


class CountedBeside(Struct, kw_only=True):
    """What counts neither for an objective nor against it."""

    slice: SliceBeside
    counted: CountedThen


class MonthOfObjective(Struct, kw_only=True):
    """A calendar month held against what was promised of it."""

    month: Annotated[date, Meta(description="Its first day.")]
    promised: Annotated[float, Meta(description="Which share is to be kept, from 0 to 1.")]
    kept: Annotated[
        float | None, Meta(description="Which was, in thousandths, rounded down; null of none decided.")
    ]
    is_kept: bool
    is_over: bool
    closed_at: Annotated[Instant | None, Meta(description="When its numbers were written down for ever.")]
    decided: CountedThen
    broken: CountedThen
    may_break: Annotated[int, Meta(description="How many of those decided may break.")]
    undecided: CountedThen
    excused: Annotated[Counted, Meta(description="Of those broken, as counted now.")]
    adjusted: Annotated[
        float | None,
        Meta(description="`kept` as counted now, without whom somebody, or a freeze, excuses; null of none."),
    ]
    beside: list[CountedBeside]


class ObjectiveShape(Struct, kw_only=True):
    """What is promised of a metric, in a queue or in all, and its months, the newest first."""

    metric: Metric
    queue: Annotated[NamedQueue | None, Meta(description="Null: every queue.")]
    months: list[MonthOfObjective]


class ObjectivesReport(Report, kw_only=True):
    """Whether months keep their objectives."""

    objectives: list[ObjectiveShape]


class ObjectivesDoor(ReportDoor):
    """The panel *does this month keep its objective*."""

    @Operation(
        name="readObjectives",
        summary="Whether months keep their objectives",
        description="Six calendar months of each objective that counts now, of `queue` where it is told; what else is"
        " asked for changes nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: ObjectivesReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(objectives_report)


def objectives_report(view: BoardView) -> ObjectivesReport:
    """Say what the panel shows, of every objective."""
    found = objectives_panel.of(view, objectives_panel.objectives(view), count=MONTHS)
    return ObjectivesReport(**report_shapes.head(view), objectives=[_objective(one) for one in found])


def _objective(found: ObjectiveMonths) -> ObjectiveShape:
    objective = found.objective
    return ObjectiveShape(
        metric=objective.metric,
        queue=report_shapes.named_queue(objective.queue) if objective.queue else None,
        months=[_month(one) for one in found.months],
    )


def _month(found: ObjectiveMonth) -> MonthOfObjective:
    figures = found.figures
    return MonthOfObjective(
        month=found.month,
        promised=figures.promised / WHOLE,
        kept=_share(figures.per_mille),
        is_kept=figures.is_kept,
        is_over=found.is_over,
        closed_at=found.closed_at,
        decided=_then(found.decided),
        broken=_then(found.broken),
        may_break=figures.may_break,
        undecided=_then(found.undecided),
        excused=report_shapes.counted(found.excused),
        adjusted=_share(found.adjusted_per_mille),
        beside=[CountedBeside(slice=name, counted=_then(number)) for name, number in found.beside.items()],
    )


def _share(per_mille: int | None) -> float | None:
    return None if per_mille is None else per_mille / WHOLE


def _then(number: MonthCount) -> CountedThen:
    return CountedThen(
        count=number.count, now=number.now.count, tickets=report_shapes.counted(number.now).tickets
    )
