"""What hides lateness, for the days and the tickets that the board is asked for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.database.one_instant import one_instant
from helpdesk.pages.frame.permission import overseen_queues
from monitor.pages.board.board_filter_form import view_of
from monitor.reports.adjusted import hiding_panel
from monitor.reports.selection_words import HIDING_WORDS, METRIC_WORDS


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say of each act how often it was done, of how many, and in which queues; each number has its tickets."""
    overseen_queues(request)
    with one_instant():
        view = view_of(request)
        found = hiding_panel.panel(view, view.reading) if view.reading else []
    acts = [(HIDING_WORDS[act.name], METRIC_WORDS[act.metric], act) for act in found]
    return render(request, "monitor/hiding.html", {"view": view, "acts": acts, "now": view.now})
