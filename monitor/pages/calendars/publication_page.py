"""The last look at a calendar's hours: what they come to, what may not be meant, why they are published."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from helpdesk.models.alike_names import namesake
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Calendar, Confirmable
from monitor.models.calendar import WHY_AT_MOST
from monitor.pages.calendars import calendar_pages
from monitor.promises import doubted_drafts, draft, first_decisions, in_force, notices, versions
from monitor.promises.draft import CalendarDraft
from monitor.promises.hours import hours_spelling
from monitor.promises.policies import reviewed_drafts


class PublicationForm(forms.Form):
    """Why, and that what is doubted is meant."""

    why = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=WHY_AT_MOST,
        help_text=gettext_lazy("It stands beside the version, for whoever asks later."),
    )
    meant = forms.CharField(required=False, max_length=40)


def preview(
    request: HttpRequest, proposed: CalendarDraft, form: PublicationForm | None = None
) -> HttpResponse:
    """Show what would be published. Raises `BadVersion` where the hours cannot be."""
    now = now_of(request)
    versions.check_hours(proposed.spec, now=now, may_never_open=True)
    calendar = _calendar_of(proposed)
    doubts = doubted_drafts.doubts_about([proposed], at=proposed.effective_at or now)
    context = {
        "draft": proposed,
        "told": json.dumps(draft.to_json(proposed)),
        "calendar": calendar,
        "counting": [one for one in in_force.policies_in_force(now) if one.calendar_id == proposed.calendar],
        "form": form or PublicationForm(initial={"why": proposed.why}),
        "doubts": doubts,
        "missing": notices.missing_holidays(proposed.spec, now=now),
        "key": doubted_drafts.key_of(doubts),
        "now": now,
        **calendar_pages.preview(hours_spelling.until_midnight(proposed.spec), now=now),
    }
    return render(request, "monitor/calendars/preview.html", context, status=422 if form else 200)


@login_required
@admins_only
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish what was looked at, once somebody has said why, and that what is doubted is meant."""
    proposed, form = _proposed(request), PublicationForm(request.POST)
    if proposed is None:
        messages.error(request, _("What was to be published did not arrive whole. Nothing was changed."))
        return HttpResponseRedirect(reverse("calendars"))
    try:
        if form.is_valid() and _is_meant(form, proposed, now=now_of(request)):
            return _published(request, proposed, why=form.cleaned_data["why"])
    except versions.BadVersion as bad:
        form.add_error(None, str(bad))
    return preview(request, proposed, form)


def _calendar_of(proposed: CalendarDraft) -> Calendar | None:
    return None if proposed.calendar is None else Calendar.objects.filter(pk=proposed.calendar).first()


def _is_meant(form: PublicationForm, proposed: CalendarDraft, *, now: datetime) -> bool:
    calendar = _calendar_of(proposed)
    doubts = doubted_drafts.doubts_about([proposed], at=proposed.effective_at or now)
    if not doubted_drafts.are_meant(doubts, meant=form.cleaned_data["meant"]):
        form.add_error(None, _("Say first that what stands below is meant."))
    elif calendar is None and namesake(Calendar.objects.all(), proposed.name):
        form.add_error(None, _("There is a calendar of this name already."))
    return form.is_valid()


def _published(request: HttpRequest, proposed: CalendarDraft, *, why: str) -> HttpResponse:
    by, now = agent_of(request), now_of(request)
    version = draft.publish(replace(proposed, why=why), by=by, now=now)
    first_decisions.confirm(Confirmable.HOURS, by=by, now=now)
    messages.success(request, doubted_drafts.what_comes_of([proposed], now=now))
    return HttpResponseRedirect(reverse("calendar", args=[version.calendar_id]))


def _proposed(request: HttpRequest) -> CalendarDraft | None:
    """Return the draft that was sent; None where it is none, or one of hours that cannot be read."""
    try:
        [found] = reviewed_drafts.read(request.POST.get("draft", ""))
        if not isinstance(found, CalendarDraft):
            return None
        versions.check_hours(found.spec, now=now_of(request), may_never_open=True)
    except ValueError:  # a bad version is one, and so are several
        return None
    return found
