"""What the board shows, as tables that are saved: CSV."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from helpdesk import spreadsheet
from helpdesk.pages.frame.asked_again import asked_again
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.pages.board_page import viewpoint
from monitor.reports import board_figures, response_figures
from monitor.reports.board_figures import DayOfWaits
from monitor.reports.wait_parts import WAITS


@login_required
@require_safe
def days_csv(request: HttpRequest) -> HttpResponse:
    """The fourteen days as the board shows them: seconds, `>` before what is not reached yet, or `never`."""
    percentiles = (
        "half_within",
        "nine_in_ten_within",
        "half_of_answered_within",
        "nine_in_ten_of_answered_within",
    )
    view = viewpoint(request)
    rows = (_day_row(day, view.zone.key) for day in board_figures.days(view))
    return spreadsheet.response("days.csv", ("day", "zone", "asked", *WAITS, *percentiles), rows)


@login_required
@require_safe
@asked_again
def tickets_csv(request: HttpRequest) -> HttpResponse:
    """One row per ticket asked in the fourteen days."""
    view = viewpoint(request)
    heads = ("reference", "external_id", "asked_at", "seconds", "outcome", "due_at", "late_at")
    waits = response_figures.waits(board_figures.asked(view), now=view.now)
    return spreadsheet.response("tickets.csv", heads, (_ticket_row(wait, view.now) for wait in waits))


def _day_row(day: DayOfWaits, zone: str) -> tuple[object, ...]:
    responses = day.responses
    counts = (day.day, zone, responses.n, *responses.parts.values())
    percentiles = (responses.p50, responses.p90, responses.naive_p50, responses.naive_p90)
    return (*counts, *(_plain(value) if day.has_percentiles else "" for value in percentiles))


def _ticket_row(wait: response_figures.FirstWait, now: datetime) -> tuple[object, ...]:
    late_at = wait.breach_at if wait.breach_at and wait.breach_at <= now else None
    asked, due, late = (at.isoformat() if at else "" for at in (wait.asked_at, wait.due_at, late_at))
    name, seconds = wait.external_id or "", _plain(wait.seconds)
    return (wait.reference, name, asked, "" if wait.misdated else seconds, wait.told_outcome, due, late)


def _plain(value: Percentile) -> str:
    if value is None:
        return ""
    if isinstance(value, Never):
        return "never"
    return f">{_plain(value.seconds)}" if isinstance(value, MoreThan) else str(round(value, 3))
