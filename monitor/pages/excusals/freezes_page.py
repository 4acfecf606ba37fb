"""Freezes: those there are, declaring one with a look at what it would excuse, ending and taking back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.models import Agent, Queue, Store, Ticket
from helpdesk.models.reference import reference_of
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from monitor.excusals import freezing
from monitor.excusals.freezing import FreezePreview
from monitor.excusals.frozen_clocks import LateClock, excused_by
from monitor.models import METRIC_LABELS, Freeze
from monitor.pages.excusals.freeze_form import FreezeForm
from monitor.pages.known_places import KnownPlaces, ToldPlaces

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ListedFreeze:
    """A freeze in words: of what it holds, how many promises it excuses, and whether it is the viewer's to end.

    Where neither a place nor how many others is told, it holds for every one.
    """

    freeze: Freeze
    queues: ToldPlaces
    stores: ToldPlaces
    metrics: list[str]
    excuses: int
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class PreviewedPromise:
    """A late answer in which a freeze lies, with its ticket; None where the viewer may not open it."""

    late: LateClock
    ticket: Ticket | None
    metric: str
    is_excused: bool

    @property
    def reference(self) -> str:
        return reference_of(self.late.ticket_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List freezes; POST says what one would excuse, or, with `declare`, declares it."""
    overseen_queues(request)
    form = _form(request)
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        return _declared(request, form) if "declare" in request.POST else _previewed(request, form)
    except Refused as refused:
        place = refused.pointer.removeprefix("/")
        form.add_error(place if place in form.fields else None, str(refused))
        return _page(request, form, status=422)


def _form(request: HttpRequest) -> FreezeForm:
    told = request.POST if request.method == "POST" else None
    return FreezeForm(told, agent=agent_of(request), environment=environment.current(request))


def _declared(request: HttpRequest, form: FreezeForm) -> HttpResponse:
    now = now_of(request)
    with transaction.atomic():
        freezing.declare(form.freeze(now=now), by=agent_of(request), now=now)
    messages.success(request, _("Declared. What it excuses is counted within seconds."))
    return HttpResponseRedirect(reverse("freezes"))


def _previewed(request: HttpRequest, form: FreezeForm) -> HttpResponse:
    freeze = form.freeze(now=now_of(request))
    freezing.refuse_backwards(freeze)
    return _page(request, form, preview=freezing.preview(freeze))


def _page(
    request: HttpRequest, form: FreezeForm, *, preview: FreezePreview | None = None, status: int = 200
) -> HttpResponse:
    agent = agent_of(request)
    seen = Freeze.objects.visible_to(agent).filter(environment=environment.current(request))
    found, before = page_before(
        request.GET, seen.select_related("made_by", "ended_by", "taken_back_by"), size=PAGE_SIZE
    )
    listed = list(_listed(found, agent))
    context: dict[str, Any] = {
        "form": form,
        "preview": preview,
        "listed": listed,
        "before": before,
        "now": now_of(request),
    }
    context |= _previews(preview, agent) if preview else {}
    return render(request, "monitor/freezes.html", context, status=status)


def _previews(preview: FreezePreview, agent: Agent) -> dict[str, list[PreviewedPromise]]:
    """Return those that it would excuse, and those that stay as they are."""
    ids = {one.ticket_id for one in (*preview.would_excuse, *preview.staying)}
    tickets = Ticket.objects.visible_to(agent).in_bulk(ids)
    told = {"would_excuse": preview.would_excuse, "staying": preview.staying}
    return {
        name: [
            PreviewedPromise(
                one, tickets.get(one.ticket_id), str(METRIC_LABELS[one.metric]), one.key in preview.already
            )
            for one in some
        ]
        for name, some in told.items()
    }


def _listed(freezes: Sequence[Freeze], agent: Agent) -> Iterable[ListedFreeze]:
    queues, stores = KnownPlaces.of(Queue, viewer=agent), KnownPlaces.of(Store, viewer=agent)
    excused, may_settle = excused_by(freezes, agent=agent), freezing.settled_by(agent)
    for one in freezes:
        yield ListedFreeze(
            one,
            queues.told(one.queue_ids),
            stores.told(one.store_ids),
            [str(METRIC_LABELS[metric]) for metric in one.metrics or ()],
            excused.get(one.pk, 0),
            may_settle(one),
        )


@login_required
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a freeze that lasts, now."""
    now = now_of(request)
    return _settled(request, number, lambda one: freezing.end(one, at=now, by=agent_of(request)), _("Ended."))


@login_required
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take a freeze back: what it excused counts as before."""
    now = now_of(request)
    return _settled(
        request, number, lambda one: freezing.take_back(one, by=agent_of(request), now=now), _("Taken back.")
    )


def _settled(request: HttpRequest, number: int, act: Callable[[Freeze], None], sentence: str) -> HttpResponse:
    overseen_queues(request)
    agent = agent_of(request)
    try:
        with transaction.atomic():
            freeze = get_object_or_404(Freeze.objects.select_for_update(of=("self",)), pk=number)
            if not freezing.overseen_by(agent, freeze):
                raise Http404
            act(freeze)
        messages.success(request, sentence)
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("freezes"))
