"""Whether answers are fast at the cost of good ones: how soon they came, beside what came of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.input.named_type import one_of
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Days, Percentile, Report, counted
from monitor.reports.board import care_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.care_panel import CareOfDays, Resolutions
from monitor.reports.resolutions.response_bands import BANDS

ResponseBand = Annotated[str, one_of("ResponseBand", BANDS)]


class ResolutionsShape(Struct, kw_only=True):
    """How many were first resolved, and what came of it within seven days: of those whose seven days are over."""

    decided: Counted
    reopened: Counted
    asked_again: Annotated[Counted, Meta(description="Whose customer asked something again.")]
    undecided: Annotated[Counted, Meta(description="Resolved on days of which the seven days are not over.")]


class CareOfSomeDays(Struct, kw_only=True):
    """Who asked first on these days, within how many seconds half of them were answered, and who asked more."""

    days: Days
    p50: Percentile
    asked: Counted
    again: Annotated[Counted, Meta(description="Further questions of these days, each for itself.")]
    never_answered: Counted
    no_reply_needed: Counted
    resolutions: ResolutionsShape


class ResolutionsOfBand(Struct, kw_only=True):
    """What came of resolutions, of those who had been answered so soon."""

    band: ResponseBand
    resolutions: ResolutionsShape


class CareReport(Report, kw_only=True):
    """Whether answers are fast at the cost of good ones."""

    whole: CareOfSomeDays
    weeks: Annotated[list[CareOfSomeDays], Meta(description="At most thirteen, the last ones.")]
    bands: list[ResolutionsOfBand]
    decided_until: Annotated[date, Meta(description="The last day of resolving whose seven days are over.")]


class Care(ReportDoor):
    """The panel *are we fast at the cost of good*."""

    @Operation(
        name="readCare",
        summary="Whether answers are fast at the cost of good ones",
        description="In all time; `metric`, `time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: CareReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(care_report)


def care_report(view: BoardView) -> CareReport:
    """Say what the panel shows."""
    panel = care_panel.panel(view)
    return CareReport(
        **report_shapes.head(view),
        whole=_of_days(panel.whole),
        weeks=[_of_days(week) for week in panel.weeks],
        bands=[
            ResolutionsOfBand(band=band, resolutions=_resolutions(one)) for band, one in panel.bands.items()
        ],
        decided_until=panel.decided_until,
    )


def _of_days(found: CareOfDays) -> CareOfSomeDays:
    return CareOfSomeDays(
        days=report_shapes.days(found.span),
        p50=report_shapes.percentile(found.p50),
        asked=counted(found.asked),
        again=counted(found.again),
        never_answered=counted(found.never_answered),
        no_reply_needed=counted(found.no_reply_needed),
        resolutions=_resolutions(found.resolutions),
    )


def _resolutions(found: Resolutions) -> ResolutionsShape:
    return ResolutionsShape(
        decided=counted(found.decided),
        reopened=counted(found.reopened.part),
        asked_again=counted(found.asked_again.part),
        undecided=counted(found.undecided),
    )
