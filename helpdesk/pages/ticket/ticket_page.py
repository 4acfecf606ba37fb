"""The ticket page: what was said and done, what can be done, and who is asking."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_time
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Priority, Queue, Status, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of, zone
from helpdesk.pages.ticket.composer import Composer, may_be_answered
from helpdesk.pages.ticket.timeline import timeline
from helpdesk.templatetags.times import cldr_locale
from helpdesk.tickets.assignment import is_acknowledged

logger = logging.getLogger(__name__)

OTHERS_SHOWN: Final = 5
SETTABLE: Final = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


@login_required
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a ticket that the agent may see; with `part`, its panels alone."""
    ticket = visible_ticket(request, reference)
    if request.GET.get("part") == "panels":
        context = {"ticket": ticket, "panels": panels(request, ticket)}
        return render(request, "helpdesk/parts/panels.html", context)
    return page(request, ticket, composer=Composer.empty(ticket))


def page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    composer: Composer,
    seen_seq: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; what came after `seen_seq` is marked as new."""
    agent = agent_of(request)
    context = {
        "ticket": ticket,
        "composer": composer,
        "acknowledged": not ticket.is_live or is_acknowledged(ticket),
        "channel": ticket.channel.replace("_", " "),
        "may_be_answered": may_be_answered(ticket),
        "history": timeline(ticket, seen_seq=seen_seq, whole="all" in request.GET),
        "panels": panels(request, ticket),
        "sorting": list(_sorting(ticket, agent)),
        "earlier": _others(ticket, agent),
        "order": list(_order(ticket)),
        "received": _received(ticket),
        "their_language": _in_words(ticket.language),
        "their_time": _their_time(request, ticket),
        "now": now_of(request),
    }
    return render(request, "helpdesk/ticket.html", context, status=status)


def panels(request: HttpRequest, ticket: Ticket) -> list[SafeString]:
    """Ask each callable of `settings.TICKET_PANELS` for its part; one that fails never hides the ticket."""
    return [panel for path in settings.TICKET_PANELS if (panel := _panel(path, request, ticket))]


def _panel(path: str, request: HttpRequest, ticket: Ticket) -> SafeString:
    try:
        panel: SafeString = import_string(path)(request, ticket)
    except Exception:
        logger.exception("a ticket panel failed: %s", path)
        return format_html('<p class="notice">{}</p>', _("A part of this page could not be shown."))
    return panel


@dataclass(frozen=True, slots=True)
class SideForm:
    """One small form of the side panel: a choice for one resource of the ticket."""

    route: str
    name: str
    label: str
    value: Any
    choices: list[tuple[Any, str]]


def _sorting(ticket: Ticket, agent: Agent) -> Iterator[SideForm]:
    if not ticket.is_live:
        return
    colleagues = Agent.objects.filter(memberships__queue=ticket.queue_id, is_active=True).order_by("name")
    queues = Queue.objects.visible_to(agent).order_by("name")
    people = [("", _("nobody")), *((one.pk, str(one)) for one in colleagues)]
    if ticket.assignee and ticket.assignee_id not in {number for number, _name in people}:
        people.append((ticket.assignee.pk, str(ticket.assignee)))
    statuses = [(status.value, str(status.label)) for status in SETTABLE]
    if ticket.status == Status.NEW:
        statuses.insert(0, (Status.NEW.value, str(Status.NEW.label)))
    yield SideForm("ticket-assignee", "agent", _("Who has it"), ticket.assignee_id or "", people)
    yield SideForm("ticket-status", "status", _("Status"), ticket.status, statuses)
    priorities = [(value, str(label)) for value, label in Priority.choices]
    yield SideForm("ticket-priority", "priority", _("Priority"), ticket.priority, priorities)
    yield SideForm(
        "ticket-queue", "queue", _("Queue"), ticket.queue_id, [(queue.pk, queue.name) for queue in queues]
    )


def _others(ticket: Ticket, agent: Agent) -> list[Ticket]:
    """The customer's newest other tickets, of those that this agent may see."""
    theirs = Ticket.objects.visible_to(agent).filter(customer=ticket.customer_id).exclude(pk=ticket.pk)
    return list(theirs.order_by("-id")[:OTHERS_SHOWN])


def _order(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """The order snapshot as names and values; money as its amount and currency."""
    names = {"id": _("Number"), "total": _("Total"), "status": _("Status")}
    for name, value in (ticket.order or {}).items():
        shown = f"{value.get('amount', '')} {value.get('currency', '')}" if isinstance(value, dict) else value
        if shown not in (None, ""):
            yield names.get(name, str(name)), str(shown)


def _received(ticket: Ticket) -> datetime | None:
    """When the ticket came to us, where that was noticeably after it was asked."""
    noticeable = ticket.received_at - ticket.occurred_at >= timedelta(minutes=1)
    return ticket.received_at if noticeable else None


def _in_words(tag: str) -> str:
    """Name a language in the viewer's own; a tag that CLDR does not know stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(get_language()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _their_time(request: HttpRequest, ticket: Ticket) -> str:
    name = ticket.customer.timezone
    if not name:
        return ""
    return format_time(now_of(request), "short", tzinfo=zone(name), locale=cldr_locale(get_language()))
