"""Finding a ticket by any word: one field from everywhere, and the newest thousand of what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import LIVE_STATUSES, Agent, Queue, Status, Store, Ticket
from helpdesk.models.reference import parse
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.search import found_tickets, ticket_search
from helpdesk.search.search_terms import SearchTerm, terms_of
from helpdesk.search.ticket_search import MOST_HITS, SearchFilter, SearchHit
from helpdesk.templatetags.shell import subject

PAGE_SIZE: Final = 20
FILTERS: Final = ("queue", "store", "status", "from", "to")
YEARS: Final = range(1970, 9999)


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found for `q` among what the agent may see; a reference leads to its ticket."""
    question = request.GET.get("q", "").replace("\x00", " ")
    narrowed = any(request.GET.get(name) for name in FILTERS)
    if not narrowed and (ticket := _named(request, question)):
        return HttpResponseRedirect(reverse("ticket", args=[ticket.reference]))
    terms = terms_of(question)
    hits = ticket_search.find(terms, _within(request)) if terms else []
    context = {
        "searching": True,
        "question": question,
        "terms": terms,
        "narrowed": narrowed,
        "in_all": len(hits),
        "most": MOST_HITS,
        "now": now_of(request),
        **_page(request, hits, terms),
        **_choices(request),
    }
    return render(request, "helpdesk/search.html", context)


def _named(request: HttpRequest, question: str) -> Ticket | None:
    """Return the ticket of which somebody typed the reference, if the agent may see it."""
    reference = parse(question)
    return (
        Ticket.objects.visible_to(agent_of(request)).filter(reference=reference).first()
        if reference
        else None
    )


def _within(request: HttpRequest) -> SearchFilter:
    """Read among which tickets is searched; what the address says wrongly it does not say."""
    query = request.GET
    return SearchFilter(
        environment=environment.current(request),
        queue_ids=_queue_ids(agent_of(request), read_number(query.get("queue", ""))),
        store_id=read_number(query.get("store", "")),
        statuses=_statuses(query.get("status", "")),
        asked_from=_day(query, "from"),
        asked_to=_day(query, "to"),
    )


def _queue_ids(agent: Agent, wanted: int | None) -> Sequence[int] | None:
    """Return the queues that are searched; None for an admin who names none."""
    if agent.is_admin and wanted is None:
        return None
    queues = Queue.objects.visible_to(agent)
    return list((queues if wanted is None else queues.filter(pk=wanted)).values_list("pk", flat=True))


def _statuses(wanted: str) -> Sequence[str]:
    if wanted == "live":
        return LIVE_STATUSES
    if wanted == "all":
        return Status.values
    return [wanted] if wanted in Status.values else ()


def _day(query: QueryDict, name: str) -> date | None:
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _page(request: HttpRequest, hits: Sequence[SearchHit], terms: Sequence[SearchTerm]) -> dict[str, Any]:
    """Return the page's tickets, and where the next page begins; what the agent may not see by now is left out."""
    after = read_number(request.GET.get("after", ""))
    places = [place for place, hit in enumerate(hits) if hit.ticket_id == after]
    begin = places[0] + 1 if places else 0
    shown = hits[begin : begin + PAGE_SIZE]
    more = request.GET.copy()
    more["after"] = str(shown[-1].ticket_id) if shown else ""
    return {
        "found": _found(request, shown, terms),
        "more": more.urlencode() if len(hits) > begin + PAGE_SIZE else "",
    }


def _found(
    request: HttpRequest, shown: Sequence[SearchHit], terms: Sequence[SearchTerm]
) -> list[found_tickets.FoundTicket]:
    tickets = Ticket.objects.visible_to(agent_of(request)).in_environment(environment.current(request))
    near = tickets.select_related("customer", "store", "queue", "assignee", "merged_into")
    known = near.in_bulk([hit.ticket_id for hit in shown])
    in_order = [known[hit.ticket_id] for hit in shown if hit.ticket_id in known]
    cut = {hit.ticket_id for hit in shown if hit.is_cut}
    return found_tickets.show(in_order, terms, subject=subject, cut=cut)


def _choices(request: HttpRequest) -> dict[str, Any]:
    agent, shown = agent_of(request), environment.current(request)
    return {
        "queues": Queue.objects.visible_to(agent).order_by("name"),
        "stores": Store.objects.visible_to(agent).in_environment(shown).order_by("name"),
        "statuses": Status.choices,
        "chosen": {name: request.GET.get(name, "") for name in FILTERS},
    }
