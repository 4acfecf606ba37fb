"""One person: their places in queues, their rights, and what becomes of their tickets when they go."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.access.people import departures, roles
from helpdesk.access.second_factor import has_one
from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Queue, Role
from helpdesk.pages.frame.asked_again import asked_again
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.people import people_list
from helpdesk.refusal import Refused

LEAVE = "leave"
"""What the form of a place says in the place of a role."""

Change = Callable[[HttpRequest, Agent], str]


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show somebody whom one oversees, and what can be changed about them."""
    queues = overseen_queues(request)
    person = people_list.person(request, queues, number)
    if person is None:
        raise Http404
    placed = [place.queue_id for place in person.places]
    context = {
        "person": person,
        "roles": Role.choices,
        "other_queues": queues.in_use().exclude(pk__in=placed).order_by("name"),
        "held_in_all": departures.held_by(person.agent).count(),
        "has_second_factor": has_one(person.agent),
        "is_oneself": person.agent.pk == agent_of(request).pk,
    }
    return render(request, "helpdesk/person.html", context)


def resource(put: Change) -> Callable[[HttpRequest, int], HttpResponse]:
    """Make a door of what is settled about somebody: it says what `put` returns, or why that was refused."""

    @login_required
    @require_POST
    @asked_again
    @wraps(put)
    def door(request: HttpRequest, number: int) -> HttpResponse:
        queues = overseen_queues(request)
        agent = get_object_or_404(people_list.people_in(queues, request), pk=number)
        try:
            with transaction.atomic():
                messages.success(request, put(request, agent))
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(_way_on(request, agent))

    return door


def _way_on(request: HttpRequest, agent: Agent) -> str:
    """Return where somebody stands after a change: an overseer whose person has left stands before the list."""
    known = people_list.people_in(Queue.objects.overseen_by(agent_of(request)), request)
    return reverse("person", args=[agent.pk]) if known.filter(pk=agent.pk).exists() else reverse("people")


@resource
def place(request: HttpRequest, agent: Agent) -> str:
    """Give them a place in a queue, or another role there, or take it."""
    queues = overseen_queues(request)
    queue = get_object_or_404(queues, pk=read_number(request.POST.get("queue", "")))
    named = {"agent": isolated(str(agent)), "queue": isolated(queue.name)}
    if (role := request.POST.get("role", "")) == LEAVE:
        back = roles.take_place(agent=agent, queue=queue, by=agent_of(request), now=now_of(request))
        return " ".join([_("%(agent)s has left %(queue)s.") % named, *back.sentences()])
    if roles.give_place(agent=agent, queue=queue, role=role, by=agent_of(request)):
        told = named | {"role": Role(role).label}
        return _("%(agent)s is now in %(queue)s: %(role)s.") % told
    return _("Nothing changed.")


@resource
def administration(request: HttpRequest, agent: Agent) -> str:
    """Make them an admin, or no longer one."""
    wanted = request.POST.get("admin") == "yes"
    back = roles.set_admin(agent=agent, is_admin=wanted, by=agent_of(request), now=now_of(request))
    if wanted:
        return _("%s is an admin now.") % agent
    return " ".join([_("%s is no admin any more.") % agent, *back.sentences()])


@resource
def second_factor(request: HttpRequest, agent: Agent) -> str:
    """Take the second factor of somebody who has lost it: their password lets them in, to begin a new one."""
    if roles.take_second_factor(agent=agent, by=agent_of(request)):
        return _("%s logs in by their password alone, and can begin a new second factor.") % agent
    return _("They have none.")


@resource
def activity(request: HttpRequest, agent: Agent) -> str:
    """Let them log in no more, or again."""
    if request.POST.get("active") == "yes":
        changed = roles.reactivate(agent=agent, by=agent_of(request))
        return _("%s can log in again.") % agent if changed else _("Nothing changed.")
    back = roles.deactivate(agent=agent, by=agent_of(request), now=now_of(request))
    return " ".join([_("%s is logged out, and cannot log in any more.") % agent, *back.sentences()])
