"""The first-run checklist: what a new installation still needs, ticked by what is really there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.models import Agent, ApiKey, Environment, Invitation, Priority, Store, Ticket
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.alerts import alert_mail
from monitor.models import METRIC_LABELS, CalendarVersion, LifeSign, PolicyVersion
from monitor.promises import first_decisions
from monitor.watch import watchmen

MAIL_WENT: Final = "mail"
"""The sign of life that a test alert leaves."""


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """One thing to do: ticked when it is so. `part` names the template with what to do."""

    part: str
    title: Promise | str
    done: bool


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what is done and what is not, with the next step unfolded."""
    steps = checklist_steps()
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


def checklist_steps() -> list[ChecklistStep]:
    """Ask the tables; nothing is ticked by hand."""
    return [ChecklistStep(part, title, is_done()) for part, title, is_done in STEPS]


def _has_key_of_a_real_store() -> bool:
    real_stores = Store.objects.exclude(environment=Environment.DEMO)
    return ApiKey.objects.valid().filter(store__in=real_stores).exists()


def _has_colleague() -> bool:
    return Invitation.objects.exists() or Agent.objects.filter(is_demo=False, is_active=True).count() > 1


STEPS: Final[tuple[tuple[str, Promise | str, Callable[[], bool]], ...]] = (
    ("hours", _("Working hours"), CalendarVersion.objects.filter(created_by__isnull=False).exists),
    ("promise", _("The first promise"), PolicyVersion.objects.filter(created_by__isnull=False).exists),
    ("store", _("A store and its key"), _has_key_of_a_real_store),
    ("invitation", _("A colleague"), _has_colleague),
    ("ticket", _("A test ticket"), Ticket.objects.in_environment(Environment.TEST).exists),
    ("alert", _("A test alert"), LifeSign.objects.filter(name=MAIL_WENT).exists),
)
"""What is to be done, in this order, and how one sees that it is."""


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
