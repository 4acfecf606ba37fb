"""Broken promises, each by itself: why it broke, who excuses it, and saying so of many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Queue, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from monitor.excusals import broken_promises, causes, excusing
from monitor.excusals.broken_promises import key_of
from monitor.models import METRIC_LABELS, Clock
from monitor.models.clock import ClockQuerySet
from monitor.pages.excusals.broken_form import BrokenForm, read_keys, told_key
from monitor.pages.list_filters import NoSelectionError, read_selection
from monitor.reports import selection_words
from monitor.reports.adjusted import excused_clocks
from monitor.reports.adjusted.excused_clocks import ToldBreach
from monitor.reports.clock_selection import ClockSelection, DaySpan

PAGE_SIZE: Final = 50
DAYS: Final = 14
"""So many days are looked at where the address names none."""


@dataclass(frozen=True, slots=True)
class ListedBreach:
    """A broken promise as it is listed; `name`: as a form names it."""

    clock: Clock
    name: str
    metric: Any
    told: ToldBreach


class DaysLink(NamedTuple):
    """A way to what was asked within some days."""

    words: str
    query: str
    chosen: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List broken promises as an address of tickets asks for them; POST says something of those that are ticked."""
    if request.method != "POST":
        return _page(request, BrokenForm())
    form = BrokenForm(request.POST)
    if form.is_valid() and _said(request, form):
        return HttpResponseRedirect(request.get_full_path())
    return _page(request, form, status=422)


def _said(request: HttpRequest, form: BrokenForm) -> bool:
    """Do what the button says; false, with why on the form, where that is refused."""
    clocks = _ticked(request)
    if not clocks:
        form.add_error(None, _("Tick at least one promise that is broken."))
        return False
    act = _ACTS.get(request.POST.get("act", ""), _name_cause)
    try:
        with transaction.atomic():
            sentence = act(clocks, form.cleaned_data, agent_of(request), now_of(request))
    except Refused as refused:
        form.add_error(refused.pointer.removeprefix("/") or None, str(refused))
        return False
    messages.success(request, sentence)
    return True


def _ticked(request: HttpRequest) -> list[Clock]:
    """Return what is ticked and broken; 404 where something of it is on a ticket that the viewer does not see."""
    clocks = broken_promises.behind(read_keys(request.POST.getlist("promise")), now=now_of(request))
    if len(broken_promises.seen_by(agent_of(request), clocks)) < len(clocks):
        raise Http404
    return clocks


Act = Callable[[Sequence[Clock], Mapping[str, Any], Agent, datetime], str]


def _name_cause(clocks: Sequence[Clock], told: Mapping[str, Any], by: Agent, now: datetime) -> str:
    count = causes.name_cause(clocks, cause=told["cause"], words=told["words"], by=by, now=now)
    sentence = ngettext("The cause is named.", "The cause of %(count)d is named.", count)
    return sentence % {"count": count}


def _forget_cause(clocks: Sequence[Clock], told: Mapping[str, Any], by: Agent, now: datetime) -> str:
    count = causes.forget_cause(map(key_of, clocks), by=by)
    return _("Causes taken away: %(count)d.") % {"count": count}


def _excuse(clocks: Sequence[Clock], told: Mapping[str, Any], by: Agent, now: datetime) -> str:
    overseen = broken_promises.overseen_by(by, clocks)
    count = excusing.excuse(overseen, reason=told["reason"], by=by, now=now)
    return _("Excused: %(count)d.") % {"count": count} + _others(len(clocks) - len(overseen))


def _take_back(clocks: Sequence[Clock], told: Mapping[str, Any], by: Agent, now: datetime) -> str:
    overseen = broken_promises.overseen_by(by, clocks)
    count = excusing.take_back(map(key_of, overseen), by=by, now=now)
    return _("Excusals taken back: %(count)d.") % {"count": count} + _others(len(clocks) - len(overseen))


def _others(count: int) -> str:
    """Say what was left as it is, for it is not theirs to excuse."""
    if not count:
        return ""
    told = ngettext(
        "%(count)d is in a queue that you do not oversee.",
        "%(count)d are in queues that you do not oversee.",
        count,
    )
    return " " + told % {"count": count}


_ACTS: Final[dict[str, Act]] = {
    "cause": _name_cause,
    "no-cause": _forget_cause,
    "excuse": _excuse,
    "take-back": _take_back,
}


def _page(request: HttpRequest, form: BrokenForm, *, status: int = 200) -> HttpResponse:
    agent, now = agent_of(request), now_of(request)
    selection = _selection(request, now)
    tickets = _tickets(request)
    clocks: ClockQuerySet = (
        Clock.objects.none() if selection is None else selection.clocks(tickets, now=now)
    ).select_related("ticket__queue")
    found, before = page_before(request.GET, clocks, size=PAGE_SIZE)
    context = {
        "listed": _listed(found),
        "before": before,
        "earlier": _earlier(request, before),
        "form": form,
        "ticked": request.POST.getlist("promise"),
        "words": selection_words.words(selection) if selection else [],
        "days": list(_days_links(request, selection, now)) if selection and selection.asked else [],
        "ticket": request.GET.get("ticket", ""),
        "excuses": agent.is_admin or Queue.objects.overseen_by(agent).exists(),
        "now": now,
    }
    return render(request, "monitor/broken.html", context, status=status)


def _selection(request: HttpRequest, now: datetime) -> ClockSelection | None:
    """Return which clocks are asked for, broken ones by themselves of the last days; None for nonsense."""
    try:
        selection = read_selection(request.GET) or ClockSelection(metric="promises")
    except NoSelectionError:
        return None
    if request.GET.get("ticket"):
        return replace(selection, slice_=selection.slice_ or "broken")
    days = DaySpan((now - timedelta(days=DAYS - 1)).astimezone(selection.zone).date(), None)
    return replace(selection, slice_=selection.slice_ or "broken", asked=selection.asked or days)


def _days_links(request: HttpRequest, selection: ClockSelection, now: datetime) -> Iterator[DaysLink]:
    """Yield the ways to a day, or some, by the days that the addresses of tickets have."""
    today = now.astimezone(selection.zone).date()
    yesterday = today - timedelta(days=1)
    spans = {
        _("Today"): DaySpan.of(today),
        _("Yesterday"): DaySpan.of(yesterday),
        _("7 days"): DaySpan(today - timedelta(days=6), None),
        _("14 days"): DaySpan(today - timedelta(days=DAYS - 1), None),
    }
    for words, span in spans.items():
        query = request.GET.copy()
        query.pop("before", None)
        query["metric"], query["asked"] = selection.metric, str(span)
        yield DaysLink(words, query.urlencode(), span == selection.asked)


def _tickets(request: HttpRequest) -> TicketQuerySet:
    """Return whose promises are listed; 404 for a ticket, or a queue, that the viewer does not see."""
    tickets = Ticket.objects.visible_to(agent_of(request)).in_environment(environment.current(request))
    if reference := request.GET.get("ticket"):
        return tickets.filter(pk=get_object_or_404(tickets, reference=reference).pk)
    if queue := request.GET.get("queue"):
        return tickets.filter(
            queue=get_object_or_404(Queue.objects.visible_to(agent_of(request)), pk=read_number(queue))
        )
    return tickets


def _listed(clocks: Sequence[Clock]) -> list[ListedBreach]:
    told = excused_clocks.told_of(clocks)
    return [
        ListedBreach(
            clock, told_key(key_of(clock)), METRIC_LABELS[clock.metric].capitalize(), told[key_of(clock)]
        )
        for clock in clocks
    ]


def _earlier(request: HttpRequest, before: int | None) -> str:
    query = request.GET.copy()
    query["before"] = str(before)
    return query.urlencode() if before else ""
