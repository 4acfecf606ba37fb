"""Doing something to many tickets: asking what is still to be known, and saying what came of it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Agent, Job, JobError, Queue, Status, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.undo_offer import offer_undoing
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.tickets.bulk import bulk_job
from helpdesk.tickets.bulk.bulk_acts import ACTS
from helpdesk.tickets.custody import snoozes
from helpdesk.tickets.custody.snoozes import BadSnooze
from helpdesk.tickets.custody.usual_times import USUAL, read_until

LINKS: Final = 50
"""So many of the tickets that were skipped for one reason are named."""

ASKED: Final = {
    "assign": gettext_lazy("Assign to"),
    "queue": gettext_lazy("Move to"),
    "tags_added": gettext_lazy("Tags to add, with commas between them"),
    "tags_removed": gettext_lazy("Tags to remove, with commas between them"),
    "snooze": gettext_lazy("Until when"),
}
"""What needs a value, and how it is asked for."""


class SkippedTickets(NamedTuple):
    """Tickets to which something was not done for the same reason."""

    why: str
    references: list[str]
    more: int


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Do what was chosen to the tickets that were ticked, or to all that are listed; ask first what is not known."""
    act, _colon, value = request.POST.get("act", "").partition(":")
    value, chosen = value or request.POST.get("value", "").strip(), _chosen(request)
    if act not in ACTS or act == "undo" or not chosen:
        said = _("Choose what is to be done.") if chosen else _("Tick the tickets first.")
        messages.error(request, said)
        return HttpResponseRedirect(way_back(request, reverse("queue")))
    if act == "snooze" and value:
        value = _until(request, value)
    if _is_to_be_asked(request, act, value):
        return _question(request, act, value, chosen)
    with transaction.atomic():
        job = bulk_job.ask(
            act=act,
            value=value,
            tickets=chosen,
            by=agent_of(request),
            now=now_of(request),
            confirmed="confirmed" in request.POST,
        )
    return _told(request, job)


def _until(request: HttpRequest, said: str) -> str:
    """Return until when as the act has it, whatever time it is when that is done; nothing where it cannot be."""
    usual, now = USUAL.get(said), now_of(request)
    if usual is not None:
        return usual.named(said, now=now)
    try:
        until = read_until(said)
        snoozes.refuse_bad(until, now=now)
    except BadSnooze as refused:
        messages.error(request, str(refused))
        return ""
    return until.isoformat()


def _chosen(request: HttpRequest) -> list[int]:
    """Return the numbers of the tickets that are meant, of those that the agent may see."""
    agent = agent_of(request)
    if "all" in request.POST:
        found: list[int] = import_string(settings.LISTED_TICKETS)(
            QueryDict(request.POST.get("listed", "")),
            agent=agent,
            environment=environment.current(request),
            now=now_of(request),
            limit=bulk_job.MOST,
        )
        return found
    named = request.POST.getlist("ticket")[: bulk_job.MOST]
    return list(Ticket.objects.visible_to(agent).filter(reference__in=named).values_list("pk", flat=True))


def _is_to_be_asked(request: HttpRequest, act: str, value: str) -> bool:
    """Tell whether something is missing, or more is at stake than a slip should do."""
    if act in ASKED and not value:
        return True
    return "sure" not in request.POST and ("all" in request.POST or value == Status.RESOLVED)


def _question(request: HttpRequest, act: str, value: str, chosen: list[int]) -> HttpResponse:
    agent = agent_of(request)
    waiting = Ticket.objects.filter(pk__in=chosen, waiting_since__isnull=False)
    context: dict[str, Any] = {
        "act": act,
        "value": value,
        "title": bulk_job.TITLES[act],
        "number": len(chosen),
        "label": "" if value else ASKED.get(act, ""),
        "agents": Agent.objects.visible_to(agent).filter(is_active=True) if act == "assign" else (),
        "queues": Queue.objects.in_use().visible_to(agent).order_by("name") if act == "queue" else (),
        "is_time": act == "snooze",
        "waiting": waiting.count() if value == Status.RESOLVED else 0,
        "references": [] if "all" in request.POST else request.POST.getlist("ticket"),
        "posted": {name: request.POST[name] for name in ("all", "listed", "next") if name in request.POST},
        "back": way_back(request, reverse("queue")),
    }
    return render(request, "helpdesk/bulk_question.html", context)


def _told(request: HttpRequest, job: Job) -> HttpResponse:
    """Lead back to where one was, where all is done; else to what was skipped, or is still being done."""
    if job.finished_at is None or job.error_count:
        return HttpResponseRedirect(reverse("bulk-act", args=[job.pk]))
    if job.arguments["act"] == "undo":
        messages.success(request, _done_words(job))
    else:
        told = _("%(what)s. %(done)s") % {"what": bulk_job.title(job), "done": _done_words(job)}
        offer_undoing(request, told, action=reverse("bulk-undo", args=[job.pk]))
    return HttpResponseRedirect(way_back(request, reverse("queue")))


def _done_words(job: Job) -> str:
    done = len(job.state.get("done", ()))
    if job.arguments["act"] == "undo":
        return ngettext("Undone on %d ticket.", "Undone on %d tickets.", done) % done
    return ngettext("Done to %d ticket.", "Done to %d tickets.", done) % done


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Say how far it is, what was done, and what was skipped for which reason."""
    job = _own(request, number)
    context = {
        "job": job,
        "title": bulk_job.title(job),
        "done_words": _done_words(job),
        "skipped": _skipped(job),
        "total": len(job.arguments["tickets"]),
        "can_undo": job.over_at and job.state.get("done") and job.arguments["act"] != "undo",
    }
    template = "helpdesk/parts/bulk_act.html" if request.GET.get("part") else "helpdesk/bulk_act.html"
    return render(request, template, context)


@login_required
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back all of it that is still the last that happened to its ticket."""
    job = _own(request, number)
    with transaction.atomic():
        undoing = bulk_job.ask_undo(job, by=agent_of(request), now=now_of(request))
    return _told(request, undoing)


def _own(request: HttpRequest, number: int) -> Job:
    """Return what the agent themself has asked for; what others did is not there."""
    return get_object_or_404(Job.objects.of_kind(bulk_job.KIND).filter(asked_by=agent_of(request)), pk=number)


def _skipped(job: Job) -> list[SkippedTickets]:
    by_reason = groupby(JobError.objects.filter(job=job).order_by("why", "pk"), key=attrgetter("why"))
    groups = ((why, [error.what for error in errors]) for why, errors in by_reason)
    return [SkippedTickets(why, every[:LINKS], max(0, len(every) - LINKS)) for why, every in groups]
