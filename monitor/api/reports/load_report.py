"""Who carries what: the live tickets of each person and of nobody, for fair sharing."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.models import Agent
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, Report, counted
from monitor.reports.board import load_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.load_panel import Load


class NamedAgent(Struct, kw_only=True):
    """Somebody who answers."""

    name: str
    email: Annotated[str | None, Meta(description="Null for a login that an import made of a name.")]


class LoadOfSomebody(Struct, kw_only=True):
    """The live tickets of somebody, or of nobody: all, those of waiting customers, and the late ones."""

    agent: Annotated[NamedAgent | None, Meta(description="Null: nobody has them.")]
    live: Counted
    waiting: Counted
    late: Counted


class LoadReport(Report, kw_only=True):
    """Who carries what."""

    nobody: LoadOfSomebody
    people: Annotated[list[LoadOfSomebody], Meta(description="By name, at most forty.")]
    more: int


class Loads(ReportDoor):
    """The panel *who carries what*."""

    @Operation(
        name="readLoad",
        summary="Who carries what",
        description="Of live tickets; days, `metric`, `time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: LoadReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(load_report, of_figures=False)


def load_report(view: BoardView) -> LoadReport:
    """Say what the panel shows."""
    panel = load_panel.panel(view)
    return LoadReport(
        **report_shapes.head(view),
        nobody=_load(panel.nobody),
        people=[_load(one) for one in panel.people],
        more=panel.more,
    )


def _load(load: Load) -> LoadOfSomebody:
    return LoadOfSomebody(
        agent=_agent(load.agent) if load.agent else None,
        live=counted(load.live),
        waiting=counted(load.waiting),
        late=counted(load.late),
    )


def _agent(agent: Agent) -> NamedAgent:
    return NamedAgent(name=agent.name, email=agent.address)
