"""Dry runs: begun with a draft, looked at while they are counted, called off, published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.jobs import job_request
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.permission import admins_only, overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Trial
from monitor.pages.trials import trial_form
from monitor.promises import doubted_drafts
from monitor.promises.doubted_drafts import UnreadDoubts
from monitor.promises.trial import trial_figures, trial_request, trial_standing
from monitor.promises.trial.trial_selection import TrialScope
from monitor.promises.trial.trial_standing import TrialStanding
from monitor.promises.versions import BadVersion

PAGE_SIZE: Final = 50
_TO_COUNT: Final = {TrialStanding.COUNTING, TrialStanding.REFUSED}
"""What is not published from here: it is not counted yet, or never can be."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List dry runs, newest first; an admin begins one with the fields `draft` (JSON, once or several) and `days`."""
    overseen_queues(request)
    return _begin(request) if request.method == "POST" else _list(request)


def _begin(request: HttpRequest) -> HttpResponse:
    if not agent_of(request).is_admin:
        raise PermissionDenied
    try:
        drafts = trial_form.read_drafts(request.POST.getlist("draft"))
        days = trial_form.read_days(request.POST.get("days", ""))
        trial = trial_request.ask(drafts, days=days, by=agent_of(request), now=now_of(request))
    except BadVersion as bad:
        return _list(request, refused=str(bad))
    return HttpResponseRedirect(reverse("trial", args=[trial.pk]))


def _list(request: HttpRequest, *, refused: str = "") -> HttpResponse:
    trials = Trial.objects.select_related("asked_by", "job")
    shown, older = page_before(request.GET, trials, size=PAGE_SIZE)
    cards = [(one, names(one), trial_standing.standing(one).value) for one in shown]
    context = {"cards": cards, "older": older, "refused": refused, "now": now_of(request)}
    return render(request, "monitor/trials.html", context, status=422 if refused else 200)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a dry run says so far; with `part`, that alone."""
    scope = seen_of(request, number)
    template = "monitor/parts/trial.html" if request.GET.get("part") else "monitor/trial.html"
    return render(request, template, _context(request, scope))


def _context(request: HttpRequest, scope: TrialScope, **more: Any) -> dict[str, Any]:
    trial, now = scope.trial, now_of(request)
    stands = trial_standing.standing(trial)
    is_current = trial.published_at is None and stands is TrialStanding.COMPLETE
    return {
        "trial": trial,
        "names": names(trial),
        "standing": stands.value,
        "figures": trial_figures.figures(scope, metric=request.GET.get("metric", "")),
        "moves": trial_figures.MOVES,
        "outcomes": trial_figures.OUTCOMES,
        "only_new": doubted_drafts.are_for_new_tickets(trial_request.drafts_of(trial)),
        "moved": trial_standing.moved_since(scope) if is_current else 0,
        "most": trial_standing.MOST_COUNTED,
        "outdated": is_current and trial_standing.is_outdated(trial),
        "again": trial_form.written(trial.drafts),
        "may_publish": agent_of(request).is_admin,
        "now": now,
        **_publication(request, trial, stands),
        **more,
    }


def _publication(request: HttpRequest, trial: Trial, stands: TrialStanding) -> dict[str, Any]:
    """Return whether it is offered to publish what was tried, and what that is doubted for."""
    if not agent_of(request).is_admin or trial.published_at or stands in _TO_COUNT:
        return {"publishable": False}
    drafts, now = trial_request.drafts_of(trial), now_of(request)
    doubts = doubted_drafts.doubts_about(drafts, at=doubted_drafts.beginning(drafts, now=now))
    return {"publishable": True, "doubts": doubts, "key": doubted_drafts.key_of(doubts)}


def names(trial: Trial) -> Sequence[str]:
    """Return what the policies and calendars are called that are tried."""
    return [str(one.get("name", "")) for one in trial.drafts]


@login_required
@admins_only
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Call a dry run off between two of its steps; what is counted stays."""
    trial = _find(number)
    with transaction.atomic():
        cancelled = trial.job is not None and job_request.cancel(trial.job, now=now_of(request))
    messages.success(
        request, _("The dry run is cancelled.") if cancelled else _("The dry run was over already.")
    )
    return HttpResponseRedirect(reverse("trial", args=[trial.pk]))


@login_required
@admins_only
@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish exactly what was tried; where that cannot be, nothing is lost and the page says why."""
    scope, now = seen_of(request, number), now_of(request)
    try:
        meant = request.POST.get("meant", "")
        published = trial_request.publish(scope.trial, meant=meant, by=agent_of(request), now=now)
    except BadVersion as bad:
        status = 422 if isinstance(bad, UnreadDoubts) else 409
        return render(
            request, "monitor/trial.html", _context(request, scope, refused=str(bad)), status=status
        )
    if published:
        drafts = trial_request.drafts_of(scope.trial)
        messages.success(request, doubted_drafts.what_comes_of(drafts, now=now))
    else:
        messages.info(request, _("It was published already."))
    return HttpResponseRedirect(reverse("trial", args=[number]))


def seen_of(request: HttpRequest, number: int) -> TrialScope:
    """Return what the viewer sees of a trial; raises PermissionDenied for whoever oversees nothing, and Http404."""
    queues = overseen_queues(request)
    overseen = None if agent_of(request).is_admin else frozenset(queues.values_list("pk", flat=True))
    return TrialScope(_find(number), environment.current(request), overseen)


def _find(number: int) -> Trial:
    found: Trial = get_object_or_404(Trial.objects.select_related("job", "asked_by"), pk=number)
    return found
