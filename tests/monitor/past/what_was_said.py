"""What the queue and the board say at a moment, to everybody who looks: to be kept, and to be asked again later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.template import Context

from helpdesk.models import Agent, Environment
from helpdesk.templatetags import custody
from monitor.pages.queue_page import row_of
from monitor.queue import queue_order, queue_tally
from monitor.queue.queue_order import QueueFilter
from monitor.queue.turn_groups import group_of
from monitor.reports.board import (
    care_panel,
    flow_panel,
    forecast_panel,
    hours_panel,
    load_panel,
    objectives_panel,
    promised_targets,
    promises_panel,
    standing_now,
    waits_panel,
)
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.rollup.cell_reading import CellReading

Reading = Callable[[], CellReading | None]

PANELS: dict[str, Callable[[BoardView], object]] = {
    "waits": waits_panel.panel,
    "targets": lambda view: {one.target for one in promised_targets.targets(view)},
    "promises": promises_panel.panel,
    "care": care_panel.panel,
    "objectives": objectives_panel.panel,
    "hours": hours_panel.panel,
    "flow": flow_panel.panel,
    "forecast": forecast_panel.panel,
    "load": load_panel.panel,
}


def everything(viewer: Agent, *, now: datetime, reading: CellReading | None, turn: int) -> dict[str, Any]:
    """Return what both pages say to a viewer, as values that compare: the board, and parts of the queue in turn."""
    return dict(_queue(viewer, now, turn)) | dict(_board(viewer, now, reading, turn))


def _queue(viewer: Agent, now: datetime, turn: int) -> Iterator[tuple[str, Any]]:
    filters = [QueueFilter(tab=tab) for tab in ("mine", "snoozed", "unassigned", "all")]
    filters += [
        QueueFilter(place=place) for place in ("late", "at_risk", "soon", "unacknowledged", "waiting")
    ]
    for wanted in [*filters, QueueFilter(priority_rank=3)]:
        asked: dict[str, Any] = {"agent": viewer, "environment": Environment.LIVE, "now": now}
        rows, more = queue_order.page(wanted, **asked)
        name = f"queue {wanted.tab} {wanted.place} {wanted.priority_rank}"
        yield name, [_row(row, viewer, now) for row in rows]
        yield f"{name}, more", more
        yield f"{name}, counted", queue_tally.tally(wanted, **asked)


def _row(standing: Any, viewer: Agent, now: datetime) -> dict[str, Any]:
    row, ticket = row_of(standing, now=now), standing.ticket
    held = custody.for_how_long(Context({"user": viewer, "now": now}), ticket) if ticket.assignee_id else {}
    return {
        "ticket": ticket.reference,
        "group": group_of(standing, now=now),
        "promises": [(one.name, one.at, one.level) for one in row.promises],
        "turn": (row.is_ours, row.is_theirs, row.says_status),
        "status": (standing.status, ticket.status),
        "priority": ticket.priority,
        "who": ticket.assignee_id,
        "put off": held.get("put_off"),
        "back": held.get("back") and (held["back"].until, held["back"].woken_at),
        "where": ticket.queue.name,
        "whose": ticket.customer_id,
        "waiting": standing.waiting_since,
        "flags": (standing.flag_is_open, standing.flag_is_in_hand),
        "words": standing.last_words,
    }


def _board(viewer: Agent, now: datetime, reading: CellReading | None, turn: int) -> Iterator[tuple[str, Any]]:
    asked = BoardFilter()
    if turn % 3 == 0:
        asked = BoardFilter(values={"priority": "urgent"}, days=7, metric="next_response", compared=True)
    view = BoardView(agent=viewer, environment=Environment.LIVE, now=now, filter=asked, reading=reading)
    yield f"board {asked.address} now", standing_now.at_this_instant(view)
    for panel, read in PANELS.items():
        yield f"board {asked.address} {panel}", read(view)
