"""The board: who is about to be let down, how long people really wait, and whether promises are kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from helpdesk.models import Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages import environment
from helpdesk.pages.viewer import agent_of, now_of
from monitor.measure.survival import MoreThan
from monitor.models import Clock
from monitor.pages.chart import chart
from monitor.services import board, reports

SLICES = {
    "met": gettext_lazy("in time"),
    "late": gettext_lazy("late"),
    "unanswered": gettext_lazy("never answered"),
    "undecided": gettext_lazy("not due yet"),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the board for the queues that the agent may see."""
    tickets, now, zone = _tickets(request), now_of(request), timezone.get_current_timezone()
    days = board.days(tickets, zone=zone, now=now)
    promises = board.promises_of(tickets, days[-1].day, zone=zone, now=now)
    target = board.target_line(tickets, zone=zone, now=now)
    context: dict[str, Any] = {
        "at_this_instant": board.at_this_instant(tickets, now=now),
        "promises": [(SLICES[name], number, name) for name, number in promises.items()],
        "days": days,
        "today": days[-1],
        "chart": chart(days, target=target),
        "target": target,
        "now": now,
    }
    return render(request, "monitor/board.html", context)


@login_required
@require_safe
def days_csv(request: HttpRequest) -> HttpResponse:
    """The fourteen days as the board shows them; seconds, and `>` before what is not reached yet."""
    zone = timezone.get_current_timezone()
    days = board.days(_tickets(request), zone=zone, now=now_of(request))
    heads = ("day", "n", "answered", "waiting", "unanswered", "p50", "p90", "naive_p50", "naive_p90")
    return _csv("days.csv", heads, ((day.day, *map(_plain, _values(day.responses))) for day in days))


@login_required
@require_safe
def tickets_csv(request: HttpRequest) -> HttpResponse:
    """One row per ticket asked in the fourteen days."""
    now = now_of(request)
    days = board.days(_tickets(request), zone=timezone.get_current_timezone(), now=now)
    since = days[0].day
    clocks = Clock.objects.filter(ticket__in=_tickets(request), started_at__date__gte=since)
    heads = ("reference", "external_id", "asked_at", "seconds", "outcome", "due_at", "breach_at")
    rows = (
        (
            wait.reference, _harmless(wait.external_id or ""), wait.asked_at.isoformat(), wait.seconds,
            wait.outcome or _("waiting"), wait.due_at and wait.due_at.isoformat(),
            wait.breach_at and wait.breach_at.isoformat(),
        )
        for wait in reports.waits(clocks, now=now)
    )  # fmt: skip
    return _csv("tickets.csv", heads, rows)


def _tickets(request: HttpRequest) -> TicketQuerySet:
    return Ticket.objects.visible_to(agent_of(request)).in_environment(environment.current(request))


def _values(responses: reports.Responses) -> tuple[object, ...]:
    return (
        responses.n, responses.answered, responses.waiting, responses.unanswered,
        responses.p50, responses.p90, responses.naive_p50, responses.naive_p90,
    )  # fmt: skip


def _plain(value: object) -> object:
    return f">{value.seconds:g}" if isinstance(value, MoreThan) else value


def _harmless(text: str) -> str:
    """A leading sign would be run as a formula by a spreadsheet."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _csv(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(heads)
    writer.writerows(rows)
    return response
