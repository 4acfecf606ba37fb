"""The banner that says, wherever one is by then: what was sent is held and can be taken back, or was stopped."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from helpdesk.models import Agent, HeldReply
from helpdesk.pages.frame.viewer import now_of

SHOWN = 5
"""Of each agent's own, the latest."""


def banner(request: HttpRequest) -> SafeString:
    """Show the viewer's replies that are not said, but for those on the page that they look at."""
    agent = request.user
    if not isinstance(agent, Agent) or not getattr(agent, "holds_replies", True):
        return SafeString()
    theirs = HeldReply.objects.filter(author=agent).select_related("ticket").order_by("-sent_at")
    held = [one for one in theirs[:SHOWN] if not _is_looked_at(one, request)]
    if not held:
        return SafeString()
    now = now_of(request)
    leaving = [(one.leaves_at - now).total_seconds() for one in held if one.refused_at is None]
    told = {"held": held, "again_in": max(1, round(min(leaving)) + 1) if leaving else None, "now": now}
    return render_to_string("helpdesk/parts/held_banner.html", {**told, "csrf_token": get_token(request)})


def _is_looked_at(held: HeldReply, request: HttpRequest) -> bool:
    """Whether the page that is shown, or of which a part is fetched anew, is that of its ticket."""
    looked_at = urlsplit(request.headers.get("HX-Current-URL", "")).path or request.path
    return looked_at.startswith(reverse("ticket", args=[held.ticket.reference]))
