"""Kept lists above the page from which they can be kept."""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from django import template
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import reverse
from django.utils.module_loading import import_string

from helpdesk.models import Agent, Queue, SavedView

register = template.Library()

MOST: Final = 100
"""So far what is on one is counted."""
PLACES: Final = ("after", "before", "part", "filter")
"""What an address says of the place in a list, and not of the list."""


@register.inclusion_tag("helpdesk/parts/saved_views.html", takes_context=True)
def saved_views(context: Context, page: str) -> dict[str, Any]:
    """The agent's kept lists with how many they hold, and a form that keeps this one."""
    request: HttpRequest = context["request"]
    agent: Agent = context["user"]
    here = SavedView.objects.kept().visible_to(agent).filter(environment=context["environment"])
    return {
        "page": page,
        "query": _kept_of(request.GET),
        "views": _shown(list(here.order_by("name")), request, agent),
        "overseen": Queue.objects.overseen_by(agent).order_by("name"),
        "csrf_token": context.get("csrf_token"),
    }


def _kept_of(query: QueryDict) -> str:
    """Return what an address asks for, without the place in the list."""
    kept = query.copy()
    for name in PLACES:
        kept.pop(name, None)
    return kept.urlencode()


def _shown(
    views: list[SavedView], request: HttpRequest, agent: Agent
) -> list[tuple[SavedView, str, str, bool]]:
    """Return each view with its address, how many are on it, and whether the agent may change it."""
    if not views:
        return []
    theirs = SavedView.objects.changeable_by(agent).filter(pk__in=[view.pk for view in views])
    changeable, held = set(theirs.values_list("pk", flat=True)), _counted(views, request, agent)
    return [(view, _address(view), held.get(view.pk, ""), view.pk in changeable) for view in views]


def _address(view: SavedView) -> str:
    return f"{reverse(view.page)}?{view.query}"


def _counted(views: list[SavedView], request: HttpRequest, agent: Agent) -> dict[int, str]:
    """Count what is on the kept lists, all in one statement, each up to a hundred and no further."""
    asked: dict[str, ArraySubquery] = {
        f"view_{view.pk}": ArraySubquery(rows.order_by().values("pk")[:MOST])
        for view in views
        if (rows := _rows(view, request)) is not None
    }
    if not asked:
        return {}
    row: dict[str, Any] = Agent.objects.filter(pk=agent.pk).annotate(**asked).values(*asked).get()
    counts = {view.pk: len(row[f"view_{view.pk}"]) for view in views if f"view_{view.pk}" in row}
    return {number: f"{MOST - 1}+" if count >= MOST else str(count) for number, count in counts.items()}


def _rows(view: SavedView, request: HttpRequest) -> QuerySet[Any] | None:
    path = settings.SAVED_VIEW_ROWS.get(view.page)
    if path is None:
        return None
    asked = copy(request)
    asked.GET = QueryDict(view.query)
    found: QuerySet[Any] = import_string(path)(asked)
    return found
