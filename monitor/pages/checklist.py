"""The first-run checklist: what a new installation still needs, ticked by what is really there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Environment, Priority, Queue, Store
from helpdesk.outbox.channel import AttemptFailed
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.alerts import alert_mail
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import parse_rules
from monitor.models import Confirmable, PolicyVersion
from monitor.pages import checklist_steps
from monitor.pages.policies.target_spans import MetricTargets, metric_targets
from monitor.promises import first_decisions, in_force
from monitor.relay import book
from monitor.relay.zone_data import zone_data
from monitor.watch import watchmen

CONFIRMED: Final = {"hours": Confirmable.HOURS, "promise": Confirmable.PROMISES}


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what is done and what is not, with the next step unfolded."""
    now = now_of(request)
    steps = checklist_steps.checklist_steps(now)
    context = {
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "left": sum(not step.done for step in steps),
        "hours": first_decisions.shown_hours(now),
        "promises": list(_promises(now)),
        "planned": in_force.planned_after(now),
        "priorities": [label for _value, label in reversed(Priority.choices)],
        "without_people": Queue.objects.without_people().order_by("name"),
        "without_overseer": Queue.objects.without_overseer().order_by("name"),
        "test_store": Store.objects.in_environment(Environment.TEST).first(),
        "mail_reaches_people": checklist_steps.mail_reaches_people(),
        "zone_data": zone_data(),
        "now": now,
    }
    return render(request, "monitor/checklist.html", context)


class PromiseTargets(NamedTuple):
    """A policy in force with its targets: per metric, in the order of a ticket's life, from urgent to low."""

    version: PolicyVersion
    hours: BusinessCalendar | None
    targets: list[MetricTargets]


def _promises(now: datetime) -> Iterator[PromiseTargets]:
    for version in in_force.policies_in_force(now):
        hours = in_force.hours_in_force(version.calendar, now)
        calendar = book.current().calendar_version(hours.pk) if hours else None
        targets = list(metric_targets(parse_rules(version.rules)))
        yield PromiseTargets(version, calendar.hours if calendar else None, targets)


@login_required
@admins_only
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Stand by the hours or promises that are in force, which changes nothing about them."""
    what = CONFIRMED.get(request.POST.get("what", ""))
    if what:
        first_decisions.confirm(what, by=agent_of(request), now=now_of(request))
        messages.success(request, _("Confirmed."))
    return HttpResponseRedirect(reverse("checklist"))


@login_required
@admins_only
@require_POST
def send_test_alert(request: HttpRequest) -> HttpResponse:
    """Send the admin a mail by the way that alerts take; why it could not leave is said on the page."""
    agent = agent_of(request)
    try:
        alert_mail.send_test(agent=agent, name=f"test_{uuid4().hex}")
    except AttemptFailed as error:
        messages.error(request, _("The mail could not be sent: %s") % error)
    else:
        watchmen.sign(checklist_steps.MAIL_WENT, now_of(request))
        messages.success(request, _("Sent to %s. Did it arrive?") % agent.email)
    return HttpResponseRedirect(reverse("checklist"))
