"""When it goes wrong: each hour of the week."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Report, ToldMetric, counted
from monitor.reports.board import hours_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.hours_panel import HourOfWeek


class WeekHour(Struct, kw_only=True):
    """One hour of a day of the week, over all weeks of the days."""

    weekday: Annotated[int, Meta(ge=1, le=7, description="1 for Monday.")]
    hour: Annotated[int, Meta(ge=0, le=23)]
    asked: Counted
    broken: Annotated[Counted, Meta(description="Of them, those answered late or never.")]


class HoursReport(Report, kw_only=True):
    """When people asked, and when a promise to them was broken."""

    metric: ToldMetric
    hours: Annotated[list[WeekHour], Meta(description="168, from Monday's first on.")]


class HoursDoor(ReportDoor):
    """The panel *when does it go wrong*."""

    @Operation(
        name="readHours",
        summary="When it goes wrong",
        description="`time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: HoursReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(hours_report)


def hours_report(view: BoardView) -> HoursReport:
    """Say what the panel shows."""
    hours = [_hour(hour) for row in hours_panel.panel(view).rows for hour in row]
    return HoursReport(**report_shapes.head(view), metric=view.filter.metric, hours=hours)


def _hour(found: HourOfWeek) -> WeekHour:
    return WeekHour(
        weekday=found.weekday + 1, hour=found.hour, asked=counted(found.asked), broken=counted(found.broken)
    )
