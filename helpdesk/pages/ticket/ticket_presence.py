"""Who else is at a ticket: what its page says of its reader, and shows of others."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from helpdesk.live import presence
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of

LONGEST_NAME: Final = 36
"""Signs of the name that a page gives itself, to be told from others of the same reader."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Take down whether the reader looks, writes or has gone, and answer with who else is there."""
    ticket, agent = visible_ticket(request, reference), agent_of(request)
    state, page = request.POST.get("state"), request.POST.get("page", "")[:LONGEST_NAME]
    if state == "gone":
        presence.leave(ticket, agent, page=page)
        return HttpResponse(status=204)
    if state in ("viewing", "writing"):
        presence.tell(ticket, agent, page=page, writes=state == "writing")
    return render(request, "helpdesk/parts/presence.html", {"ticket": ticket, "beside": True})
