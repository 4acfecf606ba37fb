"""Taking the next ticket: two agents who press at once never get the same one."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.models import Agent, HeldReply, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.tickets import assignment
from helpdesk.tickets.custody import absences

CANDIDATES: Final = (10, 100)
"""So many are looked at; more of them only where others, pressing at the same instant, have all of the few in hand."""


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Give the agent the ticket that is due next and nobody's, and show it; whoever was away is back by that.

    What is more urgent, and with somebody who is not here, is offered first, unless the form says to leave it.
    """
    _be_back(request)
    agent, shown = agent_of(request), environment.current(request)
    for limit in CANDIDATES:
        candidates = import_string(settings.NEXT_TICKET)(agent, shown, limit=limit)
        if "free" not in request.POST and (offered := _unattended(request, candidates)):
            return HttpResponseRedirect(reverse("unattended-ticket", args=[offered.reference]))
        for ticket_id in candidates:
            if ticket := _claim(ticket_id, request):
                return HttpResponseRedirect(reverse("ticket", args=[ticket.reference]))
        if len(candidates) < limit:
            break
    messages.info(request, _("Nothing is left to take."))
    return HttpResponseRedirect(reverse("queue"))


def _be_back(request: HttpRequest) -> None:
    agent = agent_of(request)
    with transaction.atomic():
        if absences.come_back(agent=agent, by=agent, now=now_of(request)):
            messages.info(request, _("You were away, and are back by taking a ticket."))


def _unattended(request: HttpRequest, candidates: list[int]) -> Ticket | None:
    """Return what is more urgent than all that is nobody's, while whoever has it is not here."""
    agent, shown = agent_of(request), environment.current(request)
    before = candidates[0] if candidates else None
    number = import_string(settings.UNATTENDED_TICKET)(agent, shown, now_of(request), before=before)
    return Ticket.objects.visible_to(agent).filter(pk=number).first() if number else None


def _claim(ticket_id: int, request: HttpRequest) -> Ticket | None:
    """Claim one ticket, unless somebody else is about to, has it already, or has just answered it."""
    agent: Agent = agent_of(request)
    with transaction.atomic():
        free = Ticket.objects.filter(pk=ticket_id, assignee=None).live().visible_to(agent)
        ticket = free.select_for_update(no_key=True, skip_locked=True).first()
        if ticket is None or HeldReply.objects.waiting().filter(ticket=ticket).exists():
            return None
        assignment.claim(ticket=ticket, by=agent, now=now_of(request))
        return ticket
