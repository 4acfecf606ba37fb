"""Whether the pile grows: what came and went day by day, and how long those wait who wait now."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.input.named_type import one_of
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Days, Report, counted
from monitor.reports import wait_ages
from monitor.reports.board import flow_panel
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.board.flow_panel import FlowOfDays

WaitBand = Annotated[str, one_of("WaitBand", wait_ages.BANDS)]


class FlowOfOneDay(Struct, kw_only=True):
    """How many asked for the first time, got their first answer, and were resolved, on a day or in a week."""

    days: Days
    asked: Counted
    answered: Counted
    resolved: Counted


class WaitingOfAge(Struct, kw_only=True):
    """Those who wait now, and have for at least so many seconds, and less than that; null: however long."""

    band: WaitBand
    least_seconds: float
    below_seconds: float | None
    waiting: Counted


class FlowReport(Report, kw_only=True):
    """Whether the pile grows."""

    pieces: list[FlowOfOneDay]
    came: int
    went: Annotated[int, Meta(description="How many were resolved.")]
    grown: Annotated[int, Meta(description="`came` less `went`: below 0 where the pile shrank.")]
    waiting: list[WaitingOfAge]


class Flow(ReportDoor):
    """The panel *is the pile growing*."""

    @Operation(
        name="readFlow",
        summary="Whether the pile grows",
        description="`metric`, `time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: FlowReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(flow_report)


def flow_report(view: BoardView) -> FlowReport:
    """Say what the panel shows."""
    panel = flow_panel.panel(view)
    return FlowReport(
        **report_shapes.head(view),
        pieces=[_of_days(piece) for piece in panel.pieces],
        came=panel.came,
        went=panel.went,
        grown=panel.grown,
        waiting=[_of_age(band, number) for band, number in panel.waiting.items()],
    )


def _of_days(piece: FlowOfDays) -> FlowOfOneDay:
    return FlowOfOneDay(
        days=report_shapes.days(piece.span),
        asked=counted(piece.asked),
        answered=counted(piece.answered),
        resolved=counted(piece.resolved),
    )


def _of_age(band: str, number: LinkedCount) -> WaitingOfAge:
    age = wait_ages.BANDS[band]
    return WaitingOfAge(
        band=band,
        least_seconds=age.least.total_seconds(),
        below_seconds=age.below.total_seconds() if age.below else None,
        waiting=counted(number),
    )
