"""The plain list of tickets: exactly those behind a number, newest first.

What is counted here is the helpdesk's own (status, queue, store, whose). Numbers about time bring
their own filters: each callable of `settings.TICKET_FILTERS` takes `(request, tickets)` and returns
the tickets that remain and the words for what it did, nothing where the address asks nothing of it.
"""

from __future__ import annotations

from typing import Final

from babel.numbers import format_decimal
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.models import Queue, Ticket
from helpdesk.models.mail.inquiry import asked_outside
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.address import read_instant, read_number
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.lists import wanted_tickets
from helpdesk.pages.lists.newest_first import Place
from helpdesk.pages.lists.wanted_tickets import WantedTickets

PAGE_SIZE: Final = 50
COUNTED: Final = 10_000
"""How far a list counts: whoever has more wants to know that, not how many."""
RELATED: Final = ("customer", "store", "queue", "assignee__absence", "snooze")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the tickets that the address asks for, as far as the agent may see them."""
    wanted, place = wanted_tickets.of_address(request), _place(request.GET.get("before", ""))
    near = wanted.page(PAGE_SIZE + 1, after=place).select_related(*RELATED)
    shown = list(near.annotate(**asked_outside("pk")))
    context = {
        "tickets": shown[:PAGE_SIZE],
        "words": wanted.words,
        "in_all": _in_all(wanted) if place or len(shown) > PAGE_SIZE else _spoken(len(shown)),
        "begins_later": bool(place),
        "older": _older(request.GET, shown),
        "in_a_queue": bool(shown) or Queue.objects.visible_to(agent_of(request)).exists(),
        "now": now_of(request),
    }
    return render(request, "helpdesk/tickets.html", context)


def _in_all(wanted: WantedTickets) -> str:
    """Say how many there are, as far as it costs little to know."""
    number = wanted.count(COUNTED + 1)
    if number <= COUNTED:
        return _spoken(number)
    return _("more than %s tickets") % _figure(COUNTED)


def _spoken(number: int) -> str:
    return ngettext("%s ticket", "%s tickets", number) % _figure(number)


def _figure(number: int) -> str:
    return format_decimal(number, locale=cldr_locale(get_language()))


def rows(request: HttpRequest) -> TicketQuerySet:
    """Return the tickets behind an address, to be counted."""
    return wanted_tickets.of_address(request).tickets


def _place(before: str) -> Place | None:
    at, _comma, number = before.rpartition(",")
    instant, ticket_id = read_instant(at), read_number(number)
    return (instant, ticket_id) if instant and ticket_id is not None else None


def _older(query: QueryDict, shown: list[Ticket]) -> str:
    """Return the address of the next page, nothing where this is the last."""
    if len(shown) <= PAGE_SIZE:
        return ""
    onward, last = query.copy(), shown[PAGE_SIZE - 1]
    onward["before"] = f"{last.occurred_at.isoformat()},{last.pk}"
    return onward.urlencode()
