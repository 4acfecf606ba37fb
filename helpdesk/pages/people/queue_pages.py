"""Queues: added, called otherwise, merged, retired, removed; for admins."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.access import set_up_trace
from helpdesk.input.id_text import read_number
from helpdesk.models import Queue
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.queues import queue_merge, queue_name, queue_removal, queue_retirement
from helpdesk.queues.queue_merge import QueueMerge
from helpdesk.refusal import Refused
from helpdesk.tickets import naming_rules

Change = Callable[[HttpRequest, Queue], str]


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the queues: who works in each, what feeds it, and what is retired."""
    return _page(request)


def _page(request: HttpRequest, *, typed: str = "", refused: str = "") -> HttpResponse:
    context = {"queues": list(_peopled()), "typed": typed, "refused": refused}
    return render(request, "helpdesk/queues.html", context, status=422 if refused else 200)


def _peopled() -> QueueQuerySet:
    present = Q(memberships__agent__is_active=True)
    people = Count("memberships", filter=present, distinct=True)
    overseers = Count("memberships", filter=present & Q(memberships__role="overseer"), distinct=True)
    return Queue.objects.annotate(people=people, overseers=overseers).order_by("retired_at", "name")


@login_required
@admins_only
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Make a queue; a name that there is stays typed, and is told."""
    typed = request.POST.get("name", "")
    try:
        with transaction.atomic():
            queue = queue_name.add(typed)
            set_up_trace.note_saved(queue, ["name"], (), by=agent_of(request))
    except Refused as refused:
        return _page(request, typed=typed, refused=str(refused))
    messages.success(request, _("The queue %s is there. Next, give it people.") % queue)
    return HttpResponseRedirect(reverse("queue-settings", args=[queue.pk]))


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show one queue: its people, what feeds it, and what can be done with it."""
    return _one(request, get_object_or_404(Queue, pk=number))


def _one(request: HttpRequest, queue: Queue, *, typed: str | None = None, refused: str = "") -> HttpResponse:
    places = queue.memberships.select_related("agent").order_by("-role", "agent__name")
    context = {
        "queue": queue,
        "typed": queue.name if typed is None else typed,
        "refused": refused,
        "places": places,
        "stores": queue.stores.order_by("name"),
        "mailboxes": queue.mailboxes.order_by("address"),
        "is_empty": queue_removal.is_empty(queue),
        "named_by": naming_rules.named_by(queue, now=now_of(request)),
        "kept_by": naming_rules.kept_by(queue, now=now_of(request)),
        "others": Queue.objects.in_use().exclude(pk=queue.pk).order_by("name"),
    }
    return render(request, "helpdesk/queue_settings.html", context, status=422 if refused else 200)


@login_required
@admins_only
@require_POST
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Call a queue otherwise; what was typed stays where it is refused."""
    queue, typed = get_object_or_404(Queue, pk=number), request.POST.get("name", "")
    try:
        with transaction.atomic():
            changed = queue_name.rename(queue, typed)
            if changed:
                set_up_trace.note_saved(queue, ["name"], (), by=agent_of(request))
    except Refused as refused:
        return _one(request, queue, typed=typed, refused=str(refused))
    messages.success(request, _("Renamed.") if changed else _("Nothing changed."))
    return HttpResponseRedirect(reverse("queue-settings", args=[queue.pk]))


def resource(put: Change) -> Callable[[HttpRequest, int], HttpResponse]:
    """Make a door of what is settled about a queue: it says what `put` returns, or why that was refused."""

    @login_required
    @admins_only
    @require_POST
    @wraps(put)
    def door(request: HttpRequest, number: int) -> HttpResponse:
        queue = get_object_or_404(Queue, pk=number)
        try:
            with transaction.atomic():
                messages.success(request, put(request, queue))
        except Refused as refused:
            messages.error(request, str(refused))
        stays = Queue.objects.filter(pk=number).exists()
        return HttpResponseRedirect(reverse("queue-settings", args=[number]) if stays else reverse("queues"))

    return door


@resource
def questions(request: HttpRequest, queue: Queue) -> str:
    """List the customer's questions beside a reply, for those who have not chosen otherwise; or no more."""
    wanted = request.POST.get("listed") == "yes"
    if not Queue.objects.filter(pk=queue.pk, lists_questions=not wanted).update(lists_questions=wanted):
        return _("Nothing changed.")
    set_up_trace.note_saved(queue, ["lists_questions"], (), by=agent_of(request))
    return _("Saved.")


@resource
def retirement(request: HttpRequest, queue: Queue) -> str:
    """Let nothing come there any more, or use it again."""
    if request.POST.get("retired") == "no":
        changed, told = queue_retirement.restore(queue), _("%s is in use again.")
    else:
        changed, told = queue_retirement.retire(queue, now=now_of(request)), _("%s is retired.")
    if not changed:
        return _("Nothing changed.")
    set_up_trace.note_saved(queue, ["retired_at"], (), by=agent_of(request))
    return told % queue


@resource
def removal(request: HttpRequest, queue: Queue) -> str:
    """Remove a queue in which nothing ever was."""
    set_up_trace.note_deleted(queue, by=agent_of(request))
    queue_removal.remove_empty(queue, now=now_of(request))
    return _("The queue %s is removed.") % queue


@login_required
@admins_only
def merging(request: HttpRequest, number: int) -> HttpResponse:
    """Show what becomes of a queue that is merged into another; POST does it."""
    source = get_object_or_404(Queue.objects.in_use(), pk=number)
    others = Queue.objects.in_use().exclude(pk=source.pk)
    asked = request.POST if request.method == "POST" else request.GET
    plan = QueueMerge(source, get_object_or_404(others, pk=read_number(asked.get("into", ""))))
    if request.method != "POST":
        named_by = naming_rules.named_by(source, now=now_of(request))
        return render(request, "helpdesk/queue_merging.html", {"plan": plan, "named_by": named_by})
    try:
        with transaction.atomic():
            job = queue_merge.merge(plan, by=agent_of(request), now=now_of(request))
            set_up_trace.note_saved(source, ["merged"], (), by=agent_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("queue-settings", args=[source.pk]))
    return HttpResponseRedirect(reverse("job", args=[job.pk]))
