"""The queue as it stood at a moment that is over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from helpdesk.models import Agent
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of
from monitor.pages import queue_page
from monitor.pages.past import past_page
from monitor.pages.past.past_moment import PastMoment, is_asked
from monitor.pages.queue_address import address, read_cursor, read_filter, write_cursor
from monitor.past.past_desk import as_of
from monitor.queue import queue_order, queue_tally


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the queue of now or, where the address asks for a moment, as it stood then."""
    if not is_asked(request):
        return queue_page.index(request)

    def frame(past: PastMoment, then: SafeString) -> HttpResponse:
        choices = queue_page.choices_of(agent_of(request), environment.current(request), request.GET)
        told = {"past": past, "then": then, "tab": read_filter(request.GET).tab, **choices}
        return render(request, "monitor/past/queue.html", told)

    return past_page.show(request, _then, frame)


def _then(agent: Agent, shown: str, past: PastMoment) -> SafeString:
    """Write what stood in the queue, while all that is asked is answered as of then."""
    wanted, after = read_filter(past.query), read_cursor(past.query.get("after", ""))
    asked: dict[str, Any] = {"agent": agent, "environment": shown, "now": past.at}
    with as_of(past.at, most=past.most):
        standings, more = queue_order.page(wanted, **asked, after=after)
        tally = queue_tally.tally(wanted, **asked)
        told = {
            "user": agent,
            "past": past,
            "as_it_stood": True,
            "now": past.at,
            "tab": wanted.tab,
            "tabs": queue_page.tabs_of(past.query, tally),
            "groups": queue_page.grouped(standings, now=past.at, tally=tally),
            "more": address(past.query, after=write_cursor(more)) if more else "",
            "filtered": queue_page.is_filtered(past.query),
            "present": {},
        }
        return render_to_string("monitor/past/queue_then.html", told)
