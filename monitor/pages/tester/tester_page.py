"""Try a ticket: which policy it comes under, why no other, and when each of its clocks is due."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.pages.tester.shown_trial import due_times, shown_trial
from monitor.pages.tester.tester_form import TesterForm
from monitor.promises.tester.draft_trial import try_drafts, try_in_force
from monitor.promises.versions import BadVersion


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Ask for a ticket, and say what the policies in force make of it, or those with a draft; nothing is written."""
    overseen_queues(request)
    said = request.POST if request.method == "POST" else request.GET or None
    form = TesterForm(said, agent=agent_of(request), now=now_of(request))
    context = {"form": form, "now": now_of(request), **_trials(form)}
    return render(request, "monitor/tester.html", context, status=422 if form.errors else 200)


def _trials(form: TesterForm) -> dict[str, Any]:
    """Return the `trial` that is shown, and what is in force `before` where that is one of drafts."""
    tried = form.tried() if form.is_valid() else None
    if tried is None:
        return {}
    before, drafts, viewer = try_in_force(tried), form.cleaned_data["draft"], form.agent
    if not drafts:
        return {"trial": shown_trial(before, viewer=viewer)}
    try:
        proposed = try_drafts(tried, drafts, now=form.now)
    except BadVersion as bad:
        form.add_error(None, str(bad))
        return {}
    return {
        "trial": shown_trial(proposed, viewer=viewer),
        "before": shown_trial(before, viewer=viewer),
        "due_times": due_times(before, proposed),
    }
