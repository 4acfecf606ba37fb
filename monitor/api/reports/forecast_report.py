"""What breaks next: the answers that fall due in the next hours, and the pace of those who answer."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import one_of
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Report, counted
from monitor.reports.board import forecast_panel
from monitor.reports.board.answering_pace import AnsweringPace
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.forecast_panel import DueQuarter

WhyNoPace = Annotated[str, one_of("WhyNoPace", ["alone", "crowded", "few", "gone", "silent"])]


class PaceOfAnswers(Struct, kw_only=True):
    """How fast those at work answer: as many answers by so many people in so much of their time."""

    since: Instant
    present: Annotated[int, Meta(description="How many have acted within the last half hour.")]
    people: int
    answers: int
    worked_seconds: float
    each_per_hour: float


class QuarterDue(Struct, kw_only=True):
    """What falls due in a quarter of an hour, and in all from now to its end."""

    until: Instant
    due: Counted
    due_by: Annotated[Counted, Meta(description="From now to the end of the quarter.")]
    answered_by: Annotated[
        int | None,
        Meta(description="How many can be answered by then at this pace; null where none is told."),
    ]
    for_late_by: Annotated[
        int | None, Meta(description="How many of those go to what is late already, which comes first.")
    ]
    late_by: Annotated[
        int | None,
        Meta(description="For how many of `due_by` none of the others is left: they come too late."),
    ]


class ForecastReport(Report, kw_only=True):
    """What breaks next, in sixteen quarters of an hour."""

    late_already: Annotated[
        Counted, Meta(description="Answers that were due before now, and are still to be given.")
    ]
    quarters: list[QuarterDue]
    pace: Annotated[PaceOfAnswers | None, Meta(description="Null where none can be told; see `no_pace`.")]
    no_pace: Annotated[
        WhyNoPace | None, Meta(description="A pace is told of a team alone, and of enough answers.")
    ]


class Forecast(ReportDoor):
    """The panel *what breaks next*."""

    @Operation(
        name="readForecast",
        summary="What breaks next",
        description="Of first and further answers; days, `metric`, `time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: ForecastReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(forecast_report, of_figures=False)


def forecast_report(view: BoardView) -> ForecastReport:
    """Say what the panel shows."""
    panel = forecast_panel.panel(view)
    return ForecastReport(
        **report_shapes.head(view),
        late_already=counted(panel.late),
        quarters=[_quarter(quarter) for quarter in panel.quarters],
        pace=None if panel.pace.unknown else _pace(panel.pace),
        no_pace=panel.pace.unknown or None,
    )


def _quarter(found: DueQuarter) -> QuarterDue:
    return QuarterDue(
        until=found.until,
        due=counted(found.due),
        due_by=counted(found.due_by),
        answered_by=found.answered,
        for_late_by=None if found.answered is None else found.for_late,
        late_by=None if found.answered is None else found.late,
    )


def _pace(pace: AnsweringPace) -> PaceOfAnswers:
    return PaceOfAnswers(
        since=pace.since,
        present=pace.present,
        people=pace.people,
        answers=pace.answers,
        worked_seconds=pace.worked.total_seconds(),
        each_per_hour=pace.each,
    )
