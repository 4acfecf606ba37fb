"""Who is about to be let down, at this instant."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.api.shapes import TicketReference
from helpdesk.input.instant_text import Instant
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_query import ReportQuery
from monitor.api.reports.report_shapes import Counted, NamedQueue, Report, counted
from monitor.models import Standing
from monitor.reports.board import standing_now
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.queues_now import QueueNow


class LateTicket(Struct, kw_only=True):
    """One of the tickets whose turn comes first, of those past a promise."""

    ticket: TicketReference
    assignee: Annotated[str | None, Meta(description="An agent's e-mail.")]
    late_since: Instant | None
    waiting_since: Annotated[Instant | None, Meta(description="Since when its customer waits for a person.")]


class QueueStanding(Struct, kw_only=True):
    """Where the live tickets of one queue stand."""

    queue: NamedQueue
    late: Counted
    at_risk: Counted
    waiting: Counted
    oldest_wait_since: Instant | None


class NowReport(Report, kw_only=True):
    """Where live tickets stand at this instant, by any of their promises."""

    live: int
    late: Counted
    at_risk: Counted
    soon: Annotated[Counted, Meta(description="Due within 15 minutes.")]
    unacknowledged: Counted
    waiting: Annotated[Counted, Meta(description="Whose customer waits for a person.")]
    oldest_wait_since: Instant | None
    oldest_ticket: TicketReference | None
    worst: Annotated[list[LateTicket], Meta(description="At most three.")]
    queues: Annotated[list[QueueStanding], Meta(description="The worst six, where there are several.")]
    more_queues: int
    unattended: Annotated[
        list[NamedQueue], Meta(description="Queues with tickets in which nobody works; told to admins alone.")
    ]


class Now(ReportDoor):
    """The panel *who is about to be let down*."""

    @Operation(
        name="readNow",
        summary="Who is about to be let down",
        description="Of live tickets; days, `metric`, `time` and `compared` change nothing here.",
        scope=None,
        query=ReportQuery,
        answers={200: NowReport},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.tell(now_report, of_figures=False)


def now_report(view: BoardView) -> NowReport:
    """Say what the panel shows."""
    at = standing_now.at_this_instant(view)
    return NowReport(
        **report_shapes.head(view),
        live=at.live,
        late=counted(at.late),
        at_risk=counted(at.at_risk),
        soon=counted(at.soon),
        unacknowledged=counted(at.unacknowledged),
        waiting=counted(at.waiting),
        oldest_wait_since=at.oldest_wait_since,
        oldest_ticket=at.oldest_ticket,
        worst=[_late(standing) for standing in at.worst],
        queues=[_queue(one) for one in at.queues.worst],
        more_queues=at.queues.more,
        unattended=[report_shapes.named_queue(queue) for queue in at.unattended],
    )


def _late(standing: Standing) -> LateTicket:
    assignee = standing.ticket.assignee
    return LateTicket(
        ticket=standing.ticket.reference,
        assignee=assignee.address if assignee else None,
        late_since=standing.late_at,
        waiting_since=standing.waiting_since,
    )


def _queue(one: QueueNow) -> QueueStanding:
    return QueueStanding(
        queue=report_shapes.named_queue(one.queue),
        late=counted(one.late),
        at_risk=counted(one.at_risk),
        waiting=counted(one.waiting),
        oldest_wait_since=one.oldest_wait_since,
    )
