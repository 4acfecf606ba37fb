"""Objectives: which share of promises calendar months are to keep, what they came to, and setting one."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.database.one_instant import one_instant
from helpdesk.models import Agent, Queue
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of
from monitor.models import Objective
from monitor.pages.board.board_filter_form import view_of
from monitor.pages.board.objective_form import ObjectiveForm
from monitor.promises import objectives
from monitor.promises.objectives import BadObjective
from monitor.reports.board import objectives_panel
from monitor.reports.board.board_view import BoardView
from monitor.reports.objectives.calendar_month import month_of

SHOWN: Final = 12
"""So many objectives the page shows month by month."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show what months came to under each objective; POST promises a share from a month on."""
    agent = agent_of(request)
    if request.method == "POST":
        overseen_queues(request)
    view = view_of(request)
    form = _form(request, view) if may_promise(agent) else None
    if form and form.is_valid() and _promised(request, form, running=month_of(view.today), by=agent):
        return HttpResponseRedirect(f"{reverse('objectives')}?{view.board_query}")
    with one_instant():
        return _page(request, view_of(request), form)


def may_promise(agent: Agent) -> bool:
    """Tell whether an agent may promise shares of any queue."""
    return agent.is_admin or Queue.objects.overseen_by(agent).exists()


def _form(request: HttpRequest, view: BoardView) -> ObjectiveForm:
    return ObjectiveForm(request.POST or None, agent=view.agent, running=month_of(view.today))


def _promised(request: HttpRequest, form: ObjectiveForm, *, running: date, by: Agent) -> bool:
    """Promise what was typed; say on the form what is refused."""
    try:
        with transaction.atomic():
            made = objectives.promise(**form.promise, running=running, by=by)
    except BadObjective as refused:
        form.add_error("from_month", str(refused))
        return False
    messages.success(request, _("Saved.") if made else _("It was promised so already."))
    return True


def _page(request: HttpRequest, view: BoardView, form: ObjectiveForm | None) -> HttpResponse:
    counting = objectives_panel.objectives(view)
    told = objectives_panel.of(view, counting[:SHOWN])
    context = {"told": told, "is_any": bool(counting), "more": counting[SHOWN:], "form": form}
    context |= {"view": view, "now": view.now, "versions": _versions(view.agent)}
    return render(request, "monitor/objectives.html", context, status=422 if form and form.errors else 200)


def _versions(agent: Agent) -> list[list[Objective]]:
    """Return what was ever promised and the agent may see, the newest first, by metric and queue."""
    said = Objective.objects.visible_to(agent).select_related("queue", "created_by").by_place()
    return [list(group) for _place, group in groupby(said, key=lambda one: one.place)]
