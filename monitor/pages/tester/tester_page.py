"""Try a ticket: which policy it comes under, why no other, and when each of its clocks is due."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.pages.tester.shown_trial import shown_trial
from monitor.pages.tester.tester_form import TesterForm
from monitor.promises.tester.draft_trial import try_in_force


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask for a ticket, and say what the policies in force make of it; nothing is written."""
    overseen_queues(request)
    now = now_of(request)
    said = request.POST if request.method == "POST" else request.GET or None
    form = TesterForm(said, agent=agent_of(request), now=now)
    tried = form.tried() if form.is_valid() else None
    context = {"form": form, "trial": shown_trial(try_in_force(tried)) if tried else None, "now": now}
    return render(request, "monitor/tester.html", context, status=422 if form.errors else 200)
