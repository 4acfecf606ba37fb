"""The plain list of tickets: exactly those behind a number, newest first.

What is counted here is the helpdesk's own (status, queue, store, whose). Numbers about time bring
their own filters: each callable of `settings.TICKET_FILTERS` takes `(request, tickets)` and returns
the tickets that remain and the words for what it did, nothing where the address asks nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from babel.numbers import format_decimal
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.mail.silences.silent_tickets import resolved_by_silence
from helpdesk.models import LIVE_STATUSES, Agent, Priority, Queue, Status, Store, StoreTopic, Ticket
from helpdesk.models.mail.inquiry import asked_outside
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import read_instant, read_number
from helpdesk.pages.frame.viewer import agent_of, now_of

PAGE_SIZE: Final = 50
COUNTED: Final = 10_000
"""How far a list counts: whoever has more wants to know that, not how many."""
Named = TypeVar("Named", bound=Model)
Narrowed = tuple[TicketQuerySet, list[str]]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the tickets that the address asks for, as far as the agent may see them."""
    tickets, words = narrowed(request)
    before = request.GET.get("before", "")
    shown = _page(tickets, before)
    context = {
        "tickets": shown[:PAGE_SIZE],
        "words": words,
        "in_all": _in_all(tickets) if before or len(shown) > PAGE_SIZE else _spoken(len(shown)),
        "begins_later": bool(_place(before)),
        "older": _older(request.GET, shown),
        "in_a_queue": bool(shown) or Queue.objects.visible_to(agent_of(request)).exists(),
        "now": now_of(request),
    }
    return render(request, "helpdesk/tickets.html", context)


def _in_all(tickets: TicketQuerySet) -> str:
    """Say how many there are, as far as it costs little to know."""
    number = tickets.order_by()[: COUNTED + 1].count()
    if number <= COUNTED:
        return _spoken(number)
    return _("more than %s tickets") % _figure(COUNTED)


def _spoken(number: int) -> str:
    return ngettext("%s ticket", "%s tickets", number) % _figure(number)


def _figure(number: int) -> str:
    return format_decimal(number, locale=cldr_locale(get_language()))


def narrowed(request: HttpRequest) -> Narrowed:
    """Return the tickets behind an address, and in words what they have in common."""
    agent = agent_of(request)
    tickets = Ticket.objects.visible_to(agent).in_environment(environment.current(request))
    words: list[str] = []
    for name, narrow in FILTERS.items():
        if value := request.GET.get(name):
            narrowing = narrow(value, agent)
            tickets = tickets.filter(narrowing.rule) if narrowing else tickets.none()
            words.append(narrowing.words if narrowing else _("nothing that exists"))
    for path in settings.TICKET_FILTERS:
        tickets, more = import_string(path)(request, tickets)
        words += more
    return tickets, words


def rows(request: HttpRequest) -> TicketQuerySet:
    """Return the tickets behind an address, to be counted."""
    return narrowed(request)[0]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A rule, and how to say it."""

    rule: Q
    words: str


def _by_status(value: str, agent: Agent) -> ListFilter | None:
    if value == "live":
        return ListFilter(Q(status__in=LIVE_STATUSES), _("not ended"))
    return ListFilter(Q(status=value), str(Status(value).label)) if value in Status.values else None


def _by_priority(value: str, agent: Agent) -> ListFilter | None:
    known = value in Priority.values
    return ListFilter(Q(priority=value), _("priority %s") % Priority(value).label) if known else None


def _by_queue(value: str, agent: Agent) -> ListFilter | None:
    queue = _named(Queue.objects.visible_to(agent), value)
    return ListFilter(Q(queue=queue), _("queue %s") % queue) if queue else None


def _by_store(value: str, agent: Agent) -> ListFilter | None:
    met = Ticket.objects.visible_to(agent).values("store")
    store = _named(Store.objects.filter(Q(pk__in=Store.objects.visible_to(agent)) | Q(pk__in=met)), value)
    return ListFilter(Q(store=store), _("store %s") % store) if store else None


def _by_topic(value: str, agent: Agent) -> ListFilter | None:
    topic = _named(StoreTopic.objects.visible_to(agent).distinct(), value)
    return ListFilter(Q(topic=topic), _("topic %s") % topic) if topic else None


def _by_assignee(value: str, agent: Agent) -> ListFilter | None:
    if value == "me":
        return ListFilter(Q(assignee=agent), _("mine"))
    if value == "nobody":
        return ListFilter(Q(assignee=None), _("unassigned"))
    met = Ticket.objects.visible_to(agent).values("assignee")
    colleague = _named(Agent.objects.filter(Q(pk__in=Agent.objects.visible_to(agent)) | Q(pk__in=met)), value)
    return ListFilter(Q(assignee=colleague), _("with %s") % colleague) if colleague else None


def _by_end(value: str, agent: Agent) -> ListFilter | None:
    return ListFilter(resolved_by_silence(), _("resolved by silence")) if value == "silence" else None


def _named(things: QuerySet[Named], value: str) -> Named | None:
    """Return what the address names by its number."""
    number = read_number(value)
    return things.filter(pk=number).first() if number is not None else None


FILTERS: Final[dict[str, Callable[[str, Agent], ListFilter | None]]] = {
    "status": _by_status,
    "priority": _by_priority,
    "queue": _by_queue,
    "store": _by_store,
    "topic": _by_topic,
    "assignee": _by_assignee,
    "ended": _by_end,
}


def _page(tickets: TicketQuerySet, before: str) -> list[Ticket]:
    """Read one page and one ticket more, after the place that a cursor names."""
    if place := _place(before):
        at, number = place
        tickets = tickets.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=number))
    near = tickets.select_related("customer", "store", "queue", "assignee__absence", "snooze").annotate(
        **asked_outside("pk")
    )
    return list(near.order_by("-occurred_at", "-id")[: PAGE_SIZE + 1])


def _place(before: str) -> tuple[datetime, int] | None:
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
