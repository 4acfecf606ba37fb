"""A page of a moment that is over: what stood, in its frame or alone, and what is said where nothing can be shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from helpdesk.models import Agent
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of
from monitor.pages.past.past_moment import NoMoment, PastMoment, moment_of
from monitor.past.past_desk import MuchHasChanged

Write = Callable[[Agent, str, PastMoment], SafeString]
"""Writes what stood, for an agent, in an environment, at a moment."""
Frame = Callable[[PastMoment, SafeString], HttpResponse]
"""Shows what stood in the page around it."""


def show(request: HttpRequest, write: Write, frame: Frame) -> HttpResponse:
    """Show what stood at the moment of the address; with `part`, that alone."""
    past = None
    try:
        past = moment_of(request)
        then = write(agent_of(request), environment.current(request), past)
    except MuchHasChanged as much:
        told = {"past": past, "tickets": much.tickets}
        return render(request, "monitor/past/much_has_changed.html", told, status=409)
    except NoMoment as nothing:
        shown = {"why": nothing, "past": nothing.asked, "nearest": nothing.nearest}
        return render(request, "monitor/past/no_moment.html", shown, status=400)
    return HttpResponse(then) if request.GET.get("part") else frame(past, then)
