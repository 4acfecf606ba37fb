"""Working hours: when somebody is there to answer. The page writes what it shows, and leaves everything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.models import Agent
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.pages.hours_form import HoursForm
from monitor.promises import first_decisions, in_force
from monitor.promises.first_decisions import ShownHours
from monitor.promises.hours import hours_doubts, hours_words
from monitor.promises.versions import BadVersion

USUAL: Final = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Show the hours that promises count in, and set those of the week."""
    agent, now = agent_of(request), now_of(request)
    shown = first_decisions.shown_hours(now)
    if shown and shown.several_places:
        return render(request, "monitor/hours.html", _context(shown, None, now=now))
    form = HoursForm(request.POST or None, hours=_to_begin_with(request, shown, agent), initial=_seen(shown))
    if form.is_valid() and _saved(request, form, shown, by=agent, now=now):
        return HttpResponseRedirect(reverse("checklist"))
    context = _context(shown, form, now=now)
    return render(request, "monitor/hours.html", context, status=422 if form.errors or form.doubts else 200)


def _to_begin_with(request: HttpRequest, shown: ShownHours | None, agent: Agent) -> dict[str, Any]:
    """Return the hours in force, or, where that was asked for, what is usual."""
    in_use: dict[str, Any] = shown.version.spec if shown else {}
    usual = {"timezone": agent.timezone, "weekly": USUAL}
    return usual if not shown or request.GET.get("begin") == "usual" else in_use


def _seen(shown: ShownHours | None) -> dict[str, Any]:
    return {"seen": shown.version.pk} if shown else {}


def _saved(
    request: HttpRequest, form: HoursForm, shown: ShownHours | None, *, by: Agent, now: datetime
) -> bool:
    """Set the hours once what is odd about them is meant; say on the form what is refused."""
    given = form.cleaned_data
    week = {"timezone": given["timezone"], "weekly": form.weekly()}
    try:
        if not form.are_meant(_doubts(week, shown, now=now)):
            return False
        changed = first_decisions.set_hours(
            **week, by=by, now=now, seen=given["seen"], confirmed=bool(form.doubts)
        )
    except BadVersion as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _told(shown) if changed else _("Confirmed: they were so already."))
    return True


def _doubts(week: dict[str, Any], shown: ShownHours | None, *, now: datetime) -> list[str]:
    before: dict[str, Any] = shown.version.spec if shown else {}
    policies = (shown.moving if shown.are_shipped else shown.counting) if shown else []
    return hours_doubts.doubts_about_hours({**before, **week}, before=before, policies=policies, at=now)


def _told(shown: ShownHours | None) -> str:
    """Say truly what becomes of clocks that run."""
    if shown is None or shown.are_shipped:
        return _(
            "Saved. Promises that are given from now on count in these hours; clocks that run keep theirs."
        )
    return _(
        "Saved. Clocks that run count in these hours too from now on; what has passed stays counted as it was."
    )


def _context(shown: ShownHours | None, form: HoursForm | None, *, now: datetime) -> dict[str, Any]:
    spec = shown.version.spec if shown else {}
    planned = in_force.planned_after(now).calendars
    return {
        "form": form,
        "shown": shown,
        "odd": [
            hours_words.window_words(one) for one in hours_words.windows_of(spec) if one.closes < one.opens
        ],
        "holidays": sorted(map(str, spec.get("holidays") or ())),
        "special_days": sorted(map(str, spec.get("date_overrides") or ())),
        "planned": [one for one in planned if shown and one.calendar_id == shown.version.calendar_id],
        "now": now,
    }
