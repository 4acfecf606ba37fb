"""Topics: a store's list, which its overseers keep, and the one of a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversation.canned import topic_list
from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import is_visible, one_line
from helpdesk.models import Store, StoreTopic, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.ticket_actions import resource
from helpdesk.refusal import Refused
from helpdesk.tickets import ticket_attributes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the stores that the agent sees in the environment, each with its topics."""
    agent = agent_of(request)
    topics = Prefetch("topics", StoreTopic.objects.order_by("name"))
    seen = Store.objects.visible_to(agent).in_environment(environment.current(request))
    stores = list(seen.distinct().prefetch_related(topics).order_by("name"))
    kept = {store.pk for store in stores if topic_list.keeps(agent, store)}
    return render(request, "helpdesk/topics.html", {"stores": stores, "kept": kept})


@login_required
@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Put a topic on a store's list."""
    store, name = _store_kept(request, number), one_line(request.POST.get("name", ""))
    if not is_visible(name) or len(name) > 100:
        messages.error(request, _("A topic has a name of 1 to 100 characters."))
        return HttpResponseRedirect(reverse("topics"))
    try:
        with transaction.atomic():
            topic_list.add(store=store, name=name)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is on the list."))
    return HttpResponseRedirect(reverse("topics"))


@login_required
@require_POST
def retire(request: HttpRequest, number: int) -> HttpResponse:
    """Take a topic off its list; tickets that have it keep it, and adding it again brings it back."""
    topic = get_object_or_404(StoreTopic.objects.visible_to(agent_of(request)).distinct(), pk=number)
    _store_kept(request, topic.store_id)
    with transaction.atomic():
        retired = topic_list.retire(topic, now=now_of(request))
    messages.success(request, _("It is off the list.") if retired else _("It was off the list already."))
    return HttpResponseRedirect(reverse("topics"))


def _store_kept(request: HttpRequest, number: int) -> Store:
    agent = agent_of(request)
    store = get_object_or_404(Store.objects.visible_to(agent).distinct(), pk=number)
    if not topic_list.keeps(agent, store):
        raise PermissionDenied
    return store


@resource
def topic(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Let the ticket be about the topic named, or about none."""
    number = request.POST.get("topic", "")
    topics = StoreTopic.objects.filter(store=ticket.store_id)
    wanted = get_object_or_404(topics, pk=read_number(number)) if number else None
    changed = ticket_attributes.change_topic(
        ticket=ticket, topic=wanted, by=agent_of(request), now=now_of(request)
    )
    return _("Topic changed.") if changed else _("Nothing changed.")
