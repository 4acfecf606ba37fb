"""When agents were last here themselves: noted once a minute at most, and never for a page that stands open alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse

from helpdesk.models import Agent

NOTED_EVERY: Final = timedelta(minutes=1)


def last_seen(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Note that an agent has asked for a page or done something; a page that fetches itself says nothing of them."""

    def noting(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        now: datetime | None = getattr(
            request, "now", None
        )  # whoever asked nobody for the time is not worth asking
        if now is not None and isinstance(request.user, Agent) and _is_by_hand(request):
            _note(request.user, now=now)
        return response

    return noting


def _is_by_hand(request: HttpRequest) -> bool:
    if request.method == "POST":
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and "HX-Request" not in request.headers


def _note(agent: Agent, *, now: datetime) -> None:
    """Write it down, unless that was done less than a minute ago, by this request or another."""
    if agent.here_at is None or agent.here_at <= now - NOTED_EVERY:
        Agent.objects.filter(pk=agent.pk).update(last_seen_at=now)
