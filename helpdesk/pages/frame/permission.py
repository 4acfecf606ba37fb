"""How pages reach a ticket: through what the agent may see; a foreign one does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from helpdesk.models import Draft, HeldReply, Mailbox, Queue, StoreTopic, Ticket
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame.viewer import agent_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def visible_ticket(request: HttpRequest, reference: str) -> Ticket:
    """Return the ticket by its reference, with what stands near it, or raise Http404 where the agent may not see it."""
    tickets = Ticket.objects.visible_to(agent_of(request))
    near = tickets.select_related(
        "store",
        "queue",
        "customer",
        "assignee__absence",
        "snooze",
        "merged_into",
        "follows",
        "split_from",
        "topic",
    )
    answering = Mailbox.objects.answering().filter(store=OuterRef("store"))
    held = HeldReply.objects.filter(ticket=OuterRef("pk"))
    topics = StoreTopic.objects.offered().filter(store=OuterRef("store"))
    written = Draft.objects.filter(ticket=OuterRef("pk"))
    near = near.annotate(
        is_answered_by_mail=Exists(answering),
        holds_replies=Exists(held),
        has_topics=Exists(topics),
        has_drafts=Exists(written),
    )
    return get_object_or_404(near, reference=reference)


def admins_only(view: View[P]) -> View[P]:
    """Let admins in and answer 403 to every other login."""

    @wraps(view)
    def for_admins(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not agent_of(request).is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return for_admins


def overseen_queues(request: HttpRequest) -> QueueQuerySet:
    """Return the queues whose people are the viewer's to manage; raises PermissionDenied where there are none."""
    agent = agent_of(request)
    queues = Queue.objects.overseen_by(agent)
    if not (agent.is_admin or queues.exists()):
        raise PermissionDenied
    return queues


def oversees(request: HttpRequest, ticket: Ticket) -> bool:
    """Whether the viewer is a supervisor of the ticket's queue, as admins are of all."""
    return ticket.queue_id in overseen_ids(request)


def oversees_any(request: HttpRequest) -> bool:
    """Whether the viewer is a supervisor of some queue, or an admin, who needs none."""
    return agent_of(request).is_admin or bool(overseen_ids(request))


def overseen_ids(request: HttpRequest) -> frozenset[int]:
    """Return the numbers of the queues that the viewer oversees, asked for once a request."""
    found: frozenset[int] | None = getattr(request, "overseen_ids", None)
    if found is None:
        found = frozenset(Queue.objects.overseen_by(agent_of(request)).values_list("pk", flat=True))
        request.overseen_ids = found  # type: ignore[attr-defined]  # kept where all of the request can see it
    return found
