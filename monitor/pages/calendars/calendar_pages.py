"""The calendars: which there are and who counts in each, and one of them with its days to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Calendar
from monitor.promises import calendar_overview
from monitor.promises.hours import coming_days, hours_words
from monitor.promises.hours.hours_spelling import parts_of


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the calendars, for whoever oversees a queue."""
    overseen_queues(request)
    now = now_of(request)
    told = [
        (one, place_words(one.version.spec) if one.version else [])
        for one in calendar_overview.standings(now)
    ]
    context = {"calendars": told, "may_change": agent_of(request).is_admin, "now": now}
    return render(request, "monitor/calendars/list.html", context)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show one as it is in force: its week, its dates, the days to come, and what is planned."""
    overseen_queues(request)
    now = now_of(request)
    standing = calendar_overview.standing(get_object_or_404(Calendar, pk=number), now)
    context = {"one": standing, "may_change": agent_of(request).is_admin, "now": now}
    if standing.version:
        context |= preview(standing.version.spec, now=now)
    return render(request, "monitor/calendars/calendar.html", context)


def preview(spec: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what pages show of hours: the week in words, the days to come by month, the clock changes."""
    days = coming_days.coming_days(spec, now=now)
    return {
        "places": place_words(spec),
        "months": [(day, list(some)) for day, some in _by_month(days)],
        "changes": coming_days.clock_changes(spec, now=now),
        "several": len(parts_of(spec)) > 1,
    }


def place_words(spec: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return of each place its zone and its week in words."""
    return [(str(part.get("timezone", "")), hours_words.part_words(part)) for part in parts_of(spec)]


def _by_month(days: list[coming_days.ComingDay]) -> Any:
    return groupby(days, key=lambda one: one.day.replace(day=1))
