"""One ticket explained to supervisors, and recounted once they have seen what that changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import Ticket
from helpdesk.models.reference import parse
from helpdesk.pages.frame.permission import overseen_queues, oversees, visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.pages.explanation.difference_words import DifferenceWords
from monitor.pages.explanation.explained_clock import compared_lines, flag_lines, page_of_clocks
from monitor.pages.explanation.explained_event import page_of_events
from monitor.pages.explanation.value_words import ValueWords, names_near
from monitor.relay import clock_state, recount
from monitor.relay.explanation import ComparedTicket, compare_ticket

logger = logging.getLogger(__name__)

P = ParamSpec("P")
TicketView = Callable[Concatenate[HttpRequest, Ticket, P], HttpResponse]


def of_overseen_ticket(view: TicketView[P]) -> Callable[..., HttpResponse]:
    """Let in who oversees the ticket's queue, and admins; a ticket that one may not see is not there."""

    @wraps(view)
    def for_supervisors(
        request: HttpRequest, reference: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        ticket = visible_ticket(request, reference)
        if not oversees(request, ticket):
            raise PermissionDenied
        return view(request, ticket, *args, **kwargs)

    return for_supervisors


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Ask for the reference of the ticket that is to be explained."""
    overseen_queues(request)
    typed = request.GET.get("reference", "").strip()
    reference = parse(typed)
    if reference is not None:
        return HttpResponseRedirect(reverse("explanation", args=[reference]))
    context = {"typed": typed, "is_refused": bool(typed)}
    return render(request, "monitor/explanations.html", context, status=422 if typed else 200)


@login_required
@require_safe
@of_overseen_ticket
def show(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Show a ticket's events, what replay makes of them, and what is stored, side by side."""
    compared = compare_ticket(ticket, now=now_of(request))
    words = _words(ticket, compared)
    only = request.GET.get("only") == "differences"
    context = {
        "only": only,
        "ticket": ticket,
        "now": compared.now,
        "differences": DifferenceWords(words).all_of(compared),
        **_parts(request, ticket, compared, words, only=only),
    }
    return render(request, "monitor/explanation.html", context)


def _parts(
    request: HttpRequest, ticket: Ticket, compared: ComparedTicket, words: ValueWords, *, only: bool
) -> dict[str, Any]:
    after, ended = (read_number(request.GET.get(name, "")) or 0 for name in ("after", "ended"))
    return {
        "clocks": page_of_clocks(compared, words, ended_from=ended, only_differing=only),
        "flags": flag_lines([one for one in compared.flags if one.raised_at.differs or not only], words),
        "place": [one for one in compared_lines(compared.place, words) if one.differs or not only],
        "events": page_of_events(
            ticket, compared.story, viewer=agent_of(request), after=after, only_uncounted=only
        ),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_overseen_ticket
def recount_ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Say what a recount would change, and once that is meant, recount the ticket and say what it changed."""
    compared = compare_ticket(ticket, now=now_of(request))
    differences = DifferenceWords(_words(ticket, compared)).all_of(compared)
    undone = _recounted(request, ticket) if request.method == "POST" else ""
    context = {
        "is_done": request.method == "POST" and not undone,
        "undone": undone,
        "ticket": ticket,
        "differences": differences,
        "waiting": ticket.events.waiting().exists(),
        "now": compared.now,
    }
    return render(request, "monitor/recount.html", context, status=409 if undone else 200)


def _recounted(request: HttpRequest, ticket: Ticket) -> str:
    """Recount a ticket; return why it cannot be, or nothing."""
    for one in recount.repair([ticket.pk], now=now_of(request)):
        return one.why
    logger.info("ticket %s was recounted by agent %s", ticket.reference, agent_of(request).pk)
    return ""


def _words(ticket: Ticket, compared: ComparedTicket) -> ValueWords:
    return ValueWords(compared.now, clock_state.names(compared.edition), names_near(ticket))
