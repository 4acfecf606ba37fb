"""Where an agent goes on once an answer is sent: the next ticket, the same one, or the list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse

from helpdesk.models import AfterSending, Agent
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.viewer import agent_of


def choices(request: HttpRequest) -> dict[str, Any]:
    """Return what the choice beside the buttons shows: what was chosen just now, else what the agent prefers."""
    chosen = request.POST.get("after_sending") or agent_of(request).after_sending
    return {"after_sending": chosen, "ways_on": AfterSending.choices}


def way_on(request: HttpRequest, stay: str) -> HttpResponse:
    """Lead on as the agent has chosen, which they prefer from now on; `stay` is where the answer stands."""
    match _chosen(request):
        case AfterSending.NEXT:
            return _take_next(request)
        case AfterSending.LIST:
            return HttpResponseRedirect(way_back(request, reverse("queue")))
    return HttpResponseRedirect(stay)


def _chosen(request: HttpRequest) -> str:
    agent, chosen = agent_of(request), request.POST.get("after_sending", "")
    if chosen not in AfterSending.values or chosen == agent.after_sending:
        return agent.after_sending
    Agent.objects.filter(pk=agent.pk).update(after_sending=chosen)
    return chosen


def _take_next(request: HttpRequest) -> HttpResponse:
    """Go through the door that gives out the next ticket, as if its button had been pressed."""
    answer: HttpResponse = resolve(reverse("next-ticket")).func(request)
    return answer
