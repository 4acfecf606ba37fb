"""The first-run checklist: what a new installation still needs, ticked by what is really there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.models import Agent, ApiKey, Environment, Invitation, Priority, Store, Ticket
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of, zones
from monitor.alerts import alert_mail
from monitor.models import METRIC_LABELS, CalendarVersion, LifeSign, PolicyVersion
from monitor.promises import first_decisions
from monitor.promises.versions import BadVersion
from monitor.watch import watchmen

MAIL_WENT: Final = "mail"
"""The sign of life that a test alert leaves."""

DAYS: Final = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """One thing to do: ticked when it is so. `part` names the template with what to do."""

    part: str
    title: Promise | str
    done: bool


@login_required
@admins_only
@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """Show what is done and what is not, with the next step unfolded."""
    steps = list(look_around())
    context = {
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "left": sum(not step.done for step in steps),
        "hours": first_decisions.newest_calendar(),
        "promises": _promises(),
        "priorities": [label for _value, label in reversed(Priority.choices)],
        "test_store": Store.objects.in_environment(Environment.TEST).first(),
        "now": now_of(request),
    }
    return render(request, "monitor/checklist.html", context)


def look_around() -> Iterator[ChecklistStep]:
    """Ask the tables; nothing is ticked by hand."""
    real_stores = Store.objects.exclude(environment=Environment.DEMO)
    colleagues = Agent.objects.filter(is_demo=False, is_active=True)
    yield ChecklistStep(
        "hours", _("Working hours"), CalendarVersion.objects.filter(created_by__isnull=False).exists()
    )
    yield ChecklistStep(
        "promise", _("The first promise"), PolicyVersion.objects.filter(created_by__isnull=False).exists()
    )
    yield ChecklistStep(
        "store", _("A store and its key"), ApiKey.objects.valid().filter(store__in=real_stores).exists()
    )
    yield ChecklistStep("invitation", _("A colleague"), Invitation.objects.exists() or colleagues.count() > 1)
    yield ChecklistStep(
        "ticket", _("A test ticket"), Ticket.objects.in_environment(Environment.TEST).exists()
    )
    yield ChecklistStep("alert", _("A test alert"), LifeSign.objects.filter(name=MAIL_WENT).exists())


def _promises() -> list[tuple[str, list[tuple[str, list[timedelta | None]]]]]:
    """The targets of each policy: per metric, in the order of a ticket's life, from urgent to low."""
    return [
        (str(version.policy), list(_targets(version.rules))) for version in first_decisions.newest_policies()
    ]


def _targets(rules: dict[str, Any]) -> Iterator[tuple[str, list[timedelta | None]]]:
    for metric, label in METRIC_LABELS.items():
        if target := rules["targets"].get(metric):
            seconds = target["seconds"]
            yield str(label), [_span(seconds, priority) for priority in reversed(Priority.values)]


def _span(seconds: int | dict[str, int], priority: str) -> timedelta | None:
    one = seconds.get(priority) if isinstance(seconds, dict) else seconds
    return None if one is None else timedelta(seconds=one)


class HoursForm(forms.Form):
    """When somebody is there to answer: one window a day, empty where there is none."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in DAYS:
            working = day not in ("sat", "sun")
            for end, usual in (("opens", "09:00"), ("closes", "17:00")):
                widget = forms.TimeInput({"type": "time", "aria-label": f"{name}, {ENDS[end]}"})
                initial = usual if working else None
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


ENDS: Final = {"opens": _("opens"), "closes": _("closes")}


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Set the hours in which every promise counts from now on."""
    agent = agent_of(request)
    form = HoursForm(request.POST or None, initial={"timezone": agent.timezone})
    if form.is_valid():
        try:
            zone, weekly = form.cleaned_data["timezone"], form.weekly()
            first_decisions.set_hours(timezone=zone, weekly=weekly, by=agent, now=now_of(request))
        except BadVersion as bad:
            form.add_error(None, str(bad))
        else:
            messages.success(request, _("Saved. Promises that are given from now on count in these hours."))
            return HttpResponseRedirect(reverse("checklist"))
    return render(request, "monitor/hours.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@admins_only
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Keep the shipped hours or promises, in the admin's own name."""
    keep = {"hours": first_decisions.keep_hours, "promise": first_decisions.keep_promises}.get(
        request.POST.get("what", "")
    )
    if keep:
        keep(by=agent_of(request), now=now_of(request))
        messages.success(request, _("Confirmed."))
    return HttpResponseRedirect(reverse("checklist"))


@login_required
@admins_only
@require_POST
def send_test_alert(request: HttpRequest) -> HttpResponse:
    """Send the admin a mail by the way that alerts take; why it could not leave is said on the page."""
    agent = agent_of(request)
    try:
        alert_mail.send_test(agent=agent)
    except OSError as error:  # smtplib's errors and those of sockets and files
        messages.error(request, _("The mail could not be sent: %s") % error)
    else:
        watchmen.sign(MAIL_WENT, now_of(request))
        messages.success(request, _("Sent to %s. Did it arrive?") % agent.email)
    return HttpResponseRedirect(reverse("checklist"))
