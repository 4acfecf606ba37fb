"""What hides lateness, by queue, for the days and the tickets that the board is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.database.one_instant import one_instant
from helpdesk.models import Queue
from helpdesk.pages.frame.permission import overseen_queues
from monitor.pages.board.board_filter_form import view_of
from monitor.reports.adjusted.hidden_lateness import HIDING
from monitor.reports.board.board_view import BoardView, Span
from monitor.reports.clock_selection import ClockSelection, DaySpan
from monitor.reports.selection_words import HIDING_WORDS

MOST_DAYS: Final = 31
"""Of more days than that only the last so many are looked at: clocks are read, and not sums."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Count each of these acts by queue; one statement each, over the clocks that began on the days."""
    overseen_queues(request)
    with one_instant():
        view = view_of(request)
        days = Span(max(view.span.first, view.span.last - timedelta(days=MOST_DAYS - 1)), view.span.last)
        queues = dict(Queue.objects.visible_to(view.agent).order_by("name").values_list("pk", "name"))
        kinds = [
            {"words": HIDING_WORDS[name], "counts": list(_counts(view, name, days, queues))}
            for name in HIDING
        ]
    return render(
        request, "monitor/hiding.html", {"view": view, "days": days, "kinds": kinds, "now": view.now}
    )


def _counts(view: BoardView, name: str, days: Span, queues: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Yield each queue in which there is any, how many tickets, and where they are listed."""
    selection = ClockSelection(
        metric=HIDING[name].metric, asked=DaySpan(days.first, days.last), zone=view.zone, hiding=name
    )
    clocks = selection.clocks(view.tickets, now=view.now).order_by()
    found = clocks.values_list("ticket__queue").annotate(tickets=Count("ticket", distinct=True))
    by_queue = dict(found)
    for queue_id in (pk for pk in queues if pk in by_queue):
        query = view.asked_query(days, metric=HIDING[name].metric, hides=name, queue=str(queue_id))
        yield {"queue": queues[queue_id], "count": by_queue[queue_id], "query": query}
