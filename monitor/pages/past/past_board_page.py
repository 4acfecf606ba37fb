"""The board as it stood at a moment that is over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from helpdesk.models import Agent
from monitor.pages.board import board_filter_form, board_page
from monitor.pages.past import past_page
from monitor.pages.past.past_moment import PastMoment, is_asked
from monitor.past.past_desk import as_of
from monitor.reports.board.board_view import BoardView


@gzip_page
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the board of now or, where the address asks for a moment, as it stood then."""
    if not is_asked(request):
        return board_page.index(request)

    def frame(past: PastMoment, then: SafeString) -> HttpResponse:
        return render(request, "monitor/past/board.html", {"past": past, "then": then})

    return past_page.show(request, _then, frame)


def _then(agent: Agent, shown: str, past: PastMoment) -> SafeString:
    """Write what the board said, while all that is asked is answered as of then."""
    with as_of(past.at, most=past.most) as desk:
        view = BoardView(
            agent=agent,
            environment=shown,
            now=past.at,
            filter=board_filter_form.filter_of(past.query),
            reading=desk.reading(),
            is_past=True,
        )
        told: dict[str, Any] = {"user": agent, "past": past, "as_it_stood": True}
        told |= board_page.asked_for(past.query, view)
        told |= board_page.now_of_view(view) | board_page.bar_of(view) | board_page.panels_of(view)
        return render_to_string("monitor/past/board_then.html", told)
