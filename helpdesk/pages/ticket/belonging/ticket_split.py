"""Splitting messages off a ticket: chosen, looked at as both tickets would be, and only then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.models import Message, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.undo_offer import offer_undoing
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.belonging.split_form import SplitForm
from helpdesk.refusal import Refused
from helpdesk.tickets.splitting import splitting


@dataclass(frozen=True, slots=True)
class SideOfSplit:
    """One of the two tickets as it would be: what stands on it, and what runs."""

    ticket: Ticket
    messages: list[Message]
    clocks: SafeString


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what can be chosen and, where something is, both sides; what is posted is done."""
    ticket = visible_ticket(request, reference)
    form = SplitForm(request.POST or request.GET, ticket=ticket)
    is_ready = form.is_valid() and bool(form.chosen)
    try:
        if request.method == "POST" and is_ready:
            return _split_off(request, ticket, form)
        sides = _preview(request, ticket, form) if is_ready else []
    except Refused as refused:
        return _page(request, ticket, form, problem=str(refused))
    forgotten = request.method == "POST" and not form.errors
    return _page(
        request, ticket, form, sides=sides, problem=str(splitting.NothingToSplit()) if forgotten else ""
    )


def _split_off(request: HttpRequest, ticket: Ticket, form: SplitForm) -> HttpResponse:
    with transaction.atomic():
        other = splitting.split(form.wanted(), ticket=ticket, by=agent_of(request), now=now_of(request))
    told = _("Split off: this is the new ticket. What stood before is on %(reference)s.")
    action = reverse("ticket-undo", args=[other.reference])
    offer_undoing(request, told % {"reference": ticket.reference}, action=action, seq="1")
    return HttpResponseRedirect(reverse("ticket", args=[other.reference]))


def _preview(request: HttpRequest, ticket: Ticket, form: SplitForm) -> list[SideOfSplit]:
    """Do it, look at what became of both, and let it never have been: so the preview cannot be wrong."""
    with transaction.atomic():
        here = Ticket.objects.select_related("customer").get(pk=ticket.pk)
        other = splitting.split(form.wanted(), ticket=here, by=agent_of(request), now=now_of(request))
        sides = [_side(request, one) for one in (here, other)]
        transaction.set_rollback(True)
    return sides


def _side(request: HttpRequest, ticket: Ticket) -> SideOfSplit:
    said = list(ticket.messages.select_related("agent").in_order())
    clocks = import_string(settings.TICKET_CLOCKS)(request, ticket, now_of(request))
    return SideOfSplit(ticket, said, clocks)


def _page(
    request: HttpRequest, ticket: Ticket, form: SplitForm, *, problem: str, sides: Sequence[SideOfSplit] = ()
) -> HttpResponse:
    is_refused = bool(problem) or bool(form.errors)
    chosen = {one.pk for one in form.chosen}
    context = {"ticket": ticket, "form": form, "problem": problem, "sides": sides, "now": now_of(request)}
    context |= {"chosen": chosen, "proposed": form.proposed()}
    return render(request, "helpdesk/split.html", context, status=422 if is_refused else 200)
