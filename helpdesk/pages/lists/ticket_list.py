"""The plain list of tickets: exactly those behind a number, newest first.

What is counted here is the helpdesk's own (status, queue, store, whose). Numbers about time bring
their own filters: each callable of `settings.TICKET_FILTERS` takes a request and returns a
`ListNarrowing`, or None where the address asks nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import Queue, Ticket
from helpdesk.models.mail.inquiry import asked_outside
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.address import read_instant
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.lists import wanted_tickets
from helpdesk.pages.lists.list_size import ListSize
from helpdesk.search.list_narrowing import Place

PAGE_SIZE: Final = 50
RELATED: Final = ("customer", "store", "queue", "assignee__absence", "snooze")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the tickets that the address asks for, as far as the agent may see them."""
    wanted, place = wanted_tickets.of_address(request), _place(request.GET.get("before", ""))
    places = wanted.order.page(PAGE_SIZE + 1, after=place)
    size = ListSize.of(wanted, tickets=None if place or len(places) > PAGE_SIZE else len(places))
    shown = _shown(places[:PAGE_SIZE])
    context = {
        "tickets": shown,
        "words": wanted.words,
        "in_all": str(size),
        "beside": size.beside(read_number(request.GET.get("figure", ""))),
        "begins_later": bool(place),
        "older": _older(request.GET, places),
        "in_a_queue": bool(shown) or Queue.objects.visible_to(agent_of(request)).exists(),
        "now": now_of(request),
    }
    return render(request, "helpdesk/tickets.html", context)


def rows(request: HttpRequest) -> TicketQuerySet:
    """Return the tickets behind an address, to be counted."""
    return wanted_tickets.of_address(request).tickets


def _place(before: str) -> Place | None:
    at, _comma, number = before.rpartition(",")
    instant, ticket_id = read_instant(at), read_number(number)
    return (instant, ticket_id) if instant and ticket_id is not None else None


def _shown(places: Sequence[Place]) -> list[Ticket]:
    """Return the tickets of these places, in their order."""
    near = Ticket.objects.select_related(*RELATED).annotate(**asked_outside("pk"))
    tickets = near.in_bulk([ticket_id for _at, ticket_id in places])
    return [tickets[ticket_id] for _at, ticket_id in places if ticket_id in tickets]


def _older(query: QueryDict, places: Sequence[Place]) -> str:
    """Return the address of the next page, nothing where this is the last."""
    if len(places) <= PAGE_SIZE:
        return ""
    onward, (at, ticket_id) = query.copy(), places[PAGE_SIZE - 1]
    onward["before"] = f"{at.isoformat()},{ticket_id}"
    return onward.urlencode()
