"""The doors of a ticket's verbs: each makes one call and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from helpdesk.models import Agent, Queue, Ticket
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.permission import find
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.tickets import assignment, merging, ticket_attributes, ticket_status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Act: TypeAlias = Callable[[HttpRequest, Ticket], bool]
View: TypeAlias = Callable[[HttpRequest, str], HttpResponse]


def deed(done: _StrPromise, already: _StrPromise) -> Callable[[Act], View]:
    """Make a page's door of one act on a ticket; it says `done`, or `already` where nothing changed."""

    def as_door(act: Act) -> View:
        @login_required
        @require_POST
        @wraps(act)
        def door(request: HttpRequest, reference: str) -> HttpResponse:
            ticket = find(request, reference)
            try:
                with transaction.atomic():
                    changed = act(request, ticket)
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, done if changed else already)
            return HttpResponseRedirect(way_back(request, reverse("ticket", args=[reference])))

        return door

    return as_door


@deed(
    _("Acknowledged: the customer's promise of an answer runs on."),
    _("Somebody has acknowledged it already."),
)
def acknowledge(request: HttpRequest, ticket: Ticket) -> bool:
    return assignment.acknowledge(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("It is yours."), _("It was yours already."))
def claim(request: HttpRequest, ticket: Ticket) -> bool:
    return assignment.claim(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Given back to the queue."), _("Nobody had it."))
def unassign(request: HttpRequest, ticket: Ticket) -> bool:
    return assignment.unassign(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Handed over."), _("Nothing changed."))
def assign(request: HttpRequest, ticket: Ticket) -> bool:
    wanted = request.POST.get("agent", "")
    if not wanted:
        return assignment.unassign(ticket=ticket, by=agent_of(request), now=now_of(request))
    agent = get_object_or_404(Agent, pk=_number(wanted), is_active=True)
    return assignment.assign(ticket=ticket, to=agent, by=agent_of(request), now=now_of(request))


@deed(_("Status changed."), _("Nothing changed."))
def set_status(request: HttpRequest, ticket: Ticket) -> bool:
    status = request.POST.get("status", "")
    return ticket_status.set_status(ticket=ticket, status=status, by=agent_of(request), now=now_of(request))


@deed(_("Priority changed."), _("Nothing changed."))
def change_priority(request: HttpRequest, ticket: Ticket) -> bool:
    priority = request.POST.get("priority", "")
    return ticket_attributes.change_priority(
        ticket=ticket, priority=priority, by=agent_of(request), now=now_of(request)
    )


@deed(_("Moved to another queue."), _("Nothing changed."))
def change_queue(request: HttpRequest, ticket: Ticket) -> bool:
    queues = Queue.objects.visible_to(agent_of(request))
    queue = get_object_or_404(queues, pk=_number(request.POST.get("queue", "")))
    return ticket_attributes.change_queue(
        ticket=ticket, queue=queue, by=agent_of(request), now=now_of(request)
    )


@deed(_("Tags changed."), _("Nothing changed."))
def change_tags(request: HttpRequest, ticket: Ticket) -> bool:
    tags = [tag for part in request.POST.get("tags", "").split(",") if (tag := part.strip())]
    return ticket_attributes.change_tags(ticket=ticket, tags=tags, by=agent_of(request), now=now_of(request))


@deed(_("Marked: no reply is needed."), _("No reply was awaited."))
def mark_no_reply_needed(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.mark_no_reply_needed(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Resolved."), _("It was resolved already."))
def resolve(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.resolve(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Open again."), _("It was open already."))
def reopen(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.reopen(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Merged: this ticket has ended, the other goes on."), _("It was merged already."))
def merge(request: HttpRequest, ticket: Ticket) -> bool:
    into = find(request, request.POST.get("into", "").strip().upper())
    return merging.merge(ticket=ticket, into=into, by=agent_of(request), now=now_of(request))


@deed(_("Marked as spam. It has left the queue; it can be restored here."), _("It was spam already."))
def mark_spam(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.mark_spam(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Deleted. It has left the queue; it can be restored here."), _("It was deleted already."))
def delete(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.delete(ticket=ticket, by=agent_of(request), now=now_of(request))


@deed(_("Restored."), _("Nothing changed."))
def restore(request: HttpRequest, ticket: Ticket) -> bool:
    return ticket_status.restore(ticket=ticket, by=agent_of(request), now=now_of(request))


def _number(text: str) -> int:
    """Read an id that a form sent, or raise Http404."""
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
