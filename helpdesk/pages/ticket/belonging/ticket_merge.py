"""Making one ticket of two: looked at first, and only then done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.input.visible_text import isolated
from helpdesk.models import Ticket
from helpdesk.models.reference import parse
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.undo_offer import say_done
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.tickets import merging

MOST_PROPOSED: Final = 5


@login_required
@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the two tickets side by side, or what is wrong with the reference that was typed."""
    ticket = visible_ticket(request, reference)
    typed = request.GET.get("into", "")
    into = _named(request, typed)
    problem = _problem(ticket, into, typed)
    context = {"ticket": ticket, "typed": typed, "into": into, "problem": problem, "now": now_of(request)}
    context["others"] = _others(request, ticket)
    return render(request, "helpdesk/merge.html", context, status=422 if problem else 200)


@login_required
@require_POST
def merged_into(request: HttpRequest, reference: str) -> HttpResponse:
    """Merge what was looked at and lead to what goes on; anything else is looked at first."""
    ticket = visible_ticket(request, reference)
    typed = request.POST.get("into", "")
    into = _named(request, typed)
    if into is None or str(into.customer_id) != request.POST.get("customer"):
        return HttpResponseRedirect(_address(ticket, typed))
    try:
        with transaction.atomic():
            merged = merging.merge(ticket=ticket, into=into, by=agent_of(request), now=now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(_address(ticket, typed))
    told = (
        _("Merged: it goes on here, and %(reference)s has ended.") if merged else _("It was merged already.")
    )
    say_done(request, ticket, told % {"reference": isolated(ticket.reference)})
    return HttpResponseRedirect(reverse("ticket", args=[into.reference]))


def _address(ticket: Ticket, typed: str) -> str:
    return f"{reverse('ticket-merging', args=[ticket.reference])}?{urlencode({'into': typed})}"


def _named(request: HttpRequest, typed: str) -> Ticket | None:
    """Return the ticket that was meant, of those that the agent may see."""
    visible = Ticket.objects.visible_to(agent_of(request)).select_related("customer", "queue", "store")
    reference = parse(typed)
    return visible.filter(reference=reference).first() if reference else None


def _others(request: HttpRequest, ticket: Ticket) -> Sequence[Ticket]:
    """Return the customer's other live tickets of this store, the latest first: one of them may be meant."""
    theirs = Ticket.objects.visible_to(agent_of(request)).live().filter(customer=ticket.customer)
    return list(theirs.filter(store=ticket.store).exclude(pk=ticket.pk).order_by("-id")[:MOST_PROPOSED])


def _problem(ticket: Ticket, into: Ticket | None, typed: str) -> Any:
    if not typed.strip():
        return ""
    if into is None:
        return _("There is no ticket “%s” that you can see. Look at its reference again.") % typed.strip()
    try:
        merging.check(ticket=ticket, into=into)
    except Refused as refused:
        return str(refused)
    return ""
