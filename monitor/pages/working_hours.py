"""Working hours: when somebody is there to answer, set once for the whole week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.models import Agent
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of, zones
from monitor.promises import first_decisions
from monitor.promises.versions import BadVersion

DAYS: Final = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
ENDS: Final = (("opens", _("opens"), "09:00"), ("closes", _("closes"), "17:00"))
"""The two ends of a day, and what is usual from Monday to Friday."""


class HoursForm(forms.Form):
    """When somebody is there to answer: one window a day, empty where there is none."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for (day, name), (end, word, usual) in product(DAYS, ENDS):
            widget = forms.TimeInput({"type": "time", "aria-label": f"{name}, {word}"})
            initial = None if day in ("sat", "sun") else usual
            self.fields[f"{day}_{end}"] = forms.TimeField(required=False, widget=widget, initial=initial)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for day, name in DAYS:
            if (given.get(f"{day}_opens") is None) != (given.get(f"{day}_closes") is None):
                self.add_error(f"{day}_opens", _("%s needs both times, or none.") % name)
        return given

    def weekly(self) -> dict[str, list[list[str]]]:
        """The windows as the calendar reads them; one that closes at midnight closes at 24:00."""
        given = self.cleaned_data
        windows = {day: (given[f"{day}_opens"], given[f"{day}_closes"]) for day, _name in DAYS}
        return {
            day: [[f"{opens:%H:%M}", f"{closes:%H:%M}".replace("00:00", "24:00")]]
            for day, (opens, closes) in windows.items()
            if opens is not None
        }

    def days(self) -> Iterator[tuple[Promise | str, Any, Any]]:
        """Each day's name and its two fields, for the page."""
        for day, name in DAYS:
            yield name, self[f"{day}_opens"], self[f"{day}_closes"]


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Set the hours in which every promise counts from now on."""
    agent = agent_of(request)
    form = HoursForm(request.POST or None, initial={"timezone": agent.timezone})
    if form.is_valid() and _saved(form, by=agent, now=now_of(request)):
        messages.success(request, _("Saved. Promises that are given from now on count in these hours."))
        return HttpResponseRedirect(reverse("checklist"))
    return render(request, "monitor/hours.html", {"form": form}, status=422 if form.errors else 200)


def _saved(form: HoursForm, *, by: Agent, now: datetime) -> bool:
    """Set the hours; where the calendar refuses them, say so on the form."""
    zone, weekly = form.cleaned_data["timezone"], form.weekly()
    try:
        first_decisions.set_hours(timezone=zone, weekly=weekly, by=by, now=now)
    except BadVersion as bad:
        form.add_error(None, str(bad))
        return False
    return True
