"""Jobs, for admins: what the desk does at leisure, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk import spreadsheet
from helpdesk.input.digit_groups import grouped
from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobOffer, find_kind
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.models import Job
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of

PAGE_SIZE: Final = 30


@dataclass(frozen=True, slots=True)
class JobStanding:
    """How a job stands, in a word and an icon."""

    word: Any
    icon: str
    level: str = ""


WAITING: Final = JobStanding(gettext_lazy("Waiting"), "clock")
RUNNING: Final = JobStanding(gettext_lazy("Running"), "clock", "risk")
FINISHED: Final = JobStanding(gettext_lazy("Finished"), "check")
CANCELLED: Final = JobStanding(gettext_lazy("Cancelled"), "pause")
FAILED: Final = JobStanding(gettext_lazy("Failed"), "late", "late")


@dataclass(frozen=True, slots=True)
class JobCard:
    """A job, and how it is spoken of."""

    job: Job
    title: str
    standing: JobStanding
    progress: str
    most: int | None
    outcome: str
    undone: str


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the jobs, newest first, or have one done; with `part`, the list alone."""
    if request.method == "POST":
        return _ask(request)
    before = request.GET.get("before", "")
    older = Job.objects.filter(pk__lt=before) if _is_number(before) else Job.objects.all()
    found = list(older.newest_first().select_related("asked_by")[: PAGE_SIZE + 1])
    context = {
        "cards": [card(job) for job in found[:PAGE_SIZE]],
        "before": before if _is_number(before) else "",
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_live": any(job.over_at is None for job in found[:PAGE_SIZE]),
        "now": now_of(request),
    }
    if request.GET.get("part"):
        return render(request, "helpdesk/parts/jobs.html", context)
    return render(request, "helpdesk/jobs.html", {**context, "offers": list(_offers())})


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show one job; with `part`, its card alone."""
    job = _find(number)
    context = {"cards": [card(job)], "alone": True, "is_live": job.over_at is None, "now": now_of(request)}
    template = "helpdesk/parts/jobs.html" if request.GET.get("part") else "helpdesk/job.html"
    return render(request, template, context)


@login_required
@admins_only
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Call a job off between two of its steps."""
    job = _find(number)
    with transaction.atomic():
        cancelled = job_request.cancel(job, now=now_of(request))
    told = _("The job is cancelled.") if cancelled else _("The job was over already.")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("job", args=[job.pk]))


@login_required
@admins_only
@require_safe
def errors_csv(request: HttpRequest, number: int) -> HttpResponse:
    """What the job could not do, as a table for a spreadsheet."""
    job = _find(number)
    errors = job.errors.order_by("pk").values_list("what", "why")
    return spreadsheet.response(request, f"job-{job.pk}-errors", ("what", "why"), errors.iterator())


def card(job: Job) -> JobCard:
    """Put a job in the words of its kind; of a kind that is no longer known its name and numbers remain."""
    kind = find_kind(job.kind)
    return JobCard(
        job=job,
        title=kind.title(job) if kind else job.kind,
        standing=standing_of(job),
        progress=_progress(job, kind),
        most=None if job.total is None else max(job.done, job.total, 1),
        outcome=kind.outcome(job) if kind else "",
        undone=_undone(job.error_count),
    )


def standing_of(job: Job) -> JobStanding:
    if job.failed_at:
        return FAILED
    if job.cancelled_at:
        return CANCELLED
    if job.finished_at:
        return FINISHED
    return WAITING if job.started_at is None else RUNNING


def _progress(job: Job, kind: JobKind | None) -> str:
    """Say how far it is: "12,400 of 50,000 tickets", or "12,400 tickets" where the end is not known or reached."""
    if job.total is None or job.done >= job.total:
        return _counted(job.done, kind)
    return _("%(done)s of %(total)s") % {"done": grouped(job.done), "total": _counted(job.total, kind)}


def _undone(number: int) -> str:
    if not number:
        return ""
    return ngettext("%s could not be done", "%s could not be done", number) % grouped(number)


def _counted(number: int, kind: JobKind | None) -> str:
    phrase = kind.counted(number) if kind else "%(number)s"
    return phrase % {"number": grouped(number)}


def _ask(request: HttpRequest) -> HttpResponse:
    name, code = request.POST.get("kind", ""), request.POST.get("offer", "")
    offer = next((offer for kind, known, offer in _offers() if (kind, known) == (name, code)), None)
    if offer is None:
        raise Http404
    try:
        with transaction.atomic():
            job = job_request.ask(
                name,
                now=now_of(request),
                by=agent_of(request),
                arguments=offer.arguments,
                subject=f"offer {code}",
            )
        messages.success(request, _("That is asked for. It begins within seconds."))
    except AskedAlready as first:
        job = first.job
        messages.info(request, _("That is under way already."))
    return HttpResponseRedirect(reverse("job", args=[job.pk]))


def _offers() -> list[tuple[str, str, JobOffer]]:
    """Return what can be asked for here: the kind, the code, and the offer."""
    kinds = {name: find_kind(name) for name in settings.JOB_KINDS}
    return [
        (name, code, offer) for name, kind in kinds.items() if kind for code, offer in kind.offers.items()
    ]


def _find(number: int) -> Job:
    return get_object_or_404(Job.objects.select_related("asked_by"), pk=number)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
