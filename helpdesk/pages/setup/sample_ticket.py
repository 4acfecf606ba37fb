"""Trying it out: a made-up question in a store that is for tests."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.models import Environment, Store, Ticket
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import now_of
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewTicket


@login_required
@admins_only
@require_POST
def open_test_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket by the way that real ones take, and show it."""
    store = Store.objects.in_environment(Environment.TEST).order_by("id").first()
    if store is None:
        messages.error(request, _("There is no store for tests yet."))
        return HttpResponseRedirect(way_back(request, reverse("stores")))
    ticket = _ask(request, store)
    messages.success(
        request, _("Here it is. In the queue it stands under Test, which is chosen at the top of the page.")
    )
    return HttpResponseRedirect(reverse("ticket", args=[ticket.reference]))


def _ask(request: HttpRequest, store: Store) -> Ticket:
    with transaction.atomic():
        [opened] = opening.open_tickets([_question()], store=store, now=now_of(request))
    if opened.ticket is None:
        raise opened.refusal or RuntimeError("neither a ticket nor a refusal")
    return opened.ticket


def _question() -> NewTicket:
    body = _("This ticket was opened to try things out. Answer it, and watch its clocks.")
    return NewTicket(
        subject=_("A test: where is my order?"),
        customer=NewCustomer(external_id="attend-test", name=_("Test customer")),
        message=NewMessage(body=body),
        channel="test",
    )
