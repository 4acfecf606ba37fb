"""Who works here: in which queues, as what, and what they hold; for admins, and for overseers of their own queues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Membership, Ticket
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of

MOST = 200
"""So many people are listed; whoever has more searches."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, as whoever looks may know them: their places in the queues that both know.

    What they hold is what the viewer may see of it, in the environment that is shown.
    """

    agent: Agent
    places: list[Membership]
    holds: int


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the people whom one oversees, those who can log in first."""
    queues, sought = overseen_queues(request), request.GET.get("q", "").strip()
    found = people_in(queues, request)
    if sought:
        found = found.filter(Q(name__icontains=sought) | Q(email__icontains=sought))
    shown = list(_with_places(found, queues).order_by("-is_active", "name", "email")[: MOST + 1])
    context = {
        "people": persons(shown[:MOST], request),
        "sought": sought,
        "are_more": len(shown) > MOST,
        "most": MOST,
    }
    return render(request, "helpdesk/people.html", context)


def people_in(queues: QueueQuerySet, request: HttpRequest) -> QuerySet[Agent]:
    """Return the people of these queues; to an admin everybody."""
    if agent_of(request).is_admin:
        return Agent.objects.all()
    return Agent.objects.filter(pk__in=Membership.objects.filter(queue__in=queues).values("agent"))


def persons(agents: Iterable[Agent], request: HttpRequest) -> list[Person]:
    """Return them with their places and what they hold: three statements, however many they are."""
    known = list(agents)
    held = holdings(known, request)
    return [Person(agent, agent.known_places, held[agent.pk]) for agent in known]  # type: ignore[attr-defined]  # prefetched


def holdings(agents: list[Agent], request: HttpRequest) -> Counter[int]:
    """Return how many live tickets each agent has, of those that the list behind the number shows the viewer."""
    seen = Ticket.objects.visible_to(agent_of(request)).in_environment(environment.current(request))
    counted: Any = seen.live().filter(assignee__in=agents).order_by().values_list("assignee")
    return Counter(dict(counted.annotate(Count("pk"))))


def _with_places(agents: QuerySet[Agent], queues: QueueQuerySet) -> QuerySet[Agent]:
    places = Membership.objects.filter(queue__in=queues).select_related("queue").order_by("queue__name")
    return agents.select_related("absence").prefetch_related(
        Prefetch("memberships", places, to_attr="known_places")
    )


def person(request: HttpRequest, queues: QueueQuerySet, number: int) -> Person | None:
    """Return one of the people of these queues, or null."""
    agents = people_in(queues, request).filter(pk=number)
    return next(iter(persons(_with_places(agents, queues), request)), None)
