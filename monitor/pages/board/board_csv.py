"""What the board shows, as tables that are saved: CSV."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk import spreadsheet
from helpdesk.database.one_instant import one_instant
from helpdesk.models import Queue
from helpdesk.pages.frame.asked_again import asked_again
from helpdesk.pages.frame.exports.long_table import long_table
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.models import Clock
from monitor.pages.board.board_filter_form import METRICS, view_of
from monitor.reports import ticket_table
from monitor.reports.adjusted import day_cells
from monitor.reports.board import waits_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.waits_panel import WaitsOfDays
from monitor.reports.clock_selection import ClockSelection, DaySpan
from monitor.reports.wait_parts import WAITS

_WAITED: Final = (
    "half_within", "nine_in_ten_within", "half_of_answered_within", "nine_in_ten_of_answered_within",
    "mean_of_answered",
)  # fmt: skip


@login_required
@require_safe
def days_csv(request: HttpRequest) -> HttpResponse:
    """The days as the board shows them: seconds, `>` before what is not reached yet, or `never`.

    Promises stand as they were measured, and then without those that are excused.
    Where there are no figures yet there is no table either: nothing in it would look like nobody.
    """
    with one_instant():
        view = view_of(request)
        if view.reading is None:
            context = {"view": view, "metric_words": METRICS[view.filter.metric]}
            return render(request, "monitor/board_table.html", context, status=503)
        promises = day_cells.of(view, view.reading)
        days = waits_panel.panel(view).pieces
        rows = [(*_day_row(day, view.zone.key), *promises.cells(day.span)) for day in days]
    heads = ("day", "zone", "asked", *WAITS, *_WAITED, *promises.heads)
    return spreadsheet.response(request, f"days_{period(view)}", heads, rows)


@login_required
@require_safe
@asked_again
def tickets_csv(request: HttpRequest) -> StreamingHttpResponse:
    """One row per ticket asked on the days that are looked at, with every metric; streamed, however many there are."""
    view = view_of(request)
    pieces = ticket_table.TicketPieces(selected(view), now=view.now)
    return long_table(request, f"tickets_{period(view)}", ticket_table.HEADS, pieces)


def selected(view: BoardView) -> QuerySet[Clock]:
    """Return the first-response clocks of the tickets of which there is a row."""
    days = DaySpan(view.span.first, view.span.last)
    return ClockSelection(asked=days, zone=view.zone).clocks(view.tickets, now=view.now)


def period(view: BoardView) -> str:
    """Return the first and the last of the days, and the queue where it is one, for the name of a file."""
    days = (view.span.first, view.span.last)
    named = Queue.objects.visible_to(view.agent).filter(pk__in=[view.queue_id] if view.queue_id else [])
    return "_".join([*(day.isoformat() for day in days), *(queue.name for queue in named)])


def _day_row(day: WaitsOfDays, zone: str) -> tuple[object, ...]:
    responses = day.responses
    counts = (day.day, zone, responses.n, *responses.parts.values())
    naive = (responses.naive_p50, responses.naive_p90, responses.naive_mean)
    waits = (responses.p50, responses.p90, *naive)
    return (*counts, *(_plain(value) if day.has_percentiles else "" for value in waits))


def _plain(value: Percentile) -> str:
    if value is None:
        return ""
    if isinstance(value, Never):
        return "never"
    return f">{_plain(value.seconds)}" if isinstance(value, MoreThan) else str(round(value, 3))
