"""Closed months, for admins and overseers: which there are, and what one would be now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from helpdesk import spreadsheet
from helpdesk.database.one_instant import one_instant
from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Ticket
from helpdesk.models.reference import reference_of
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import CalendarVersion, PolicyVersion, ReportedMonth
from monitor.pages.board.board_filter_form import view_of
from monitor.pages.months import month_list
from monitor.reports.months import month_story, reported_excusals
from monitor.reports.months.change_reason import ChangeReason
from monitor.reports.months.month_changes import ClockChange, MonthChanges
from monitor.reports.months.month_story import MonthStory
from monitor.reports.months.reported_figures import FigurePlace

PAGE_SIZE: Final = 50
PRINTED: Final = 500
"""So many tickets that changed are printed."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the months, with what was reported of each."""
    overseen_queues(request)
    with one_instant():
        view = view_of(request)
        context = {"view": view, "now": view.now, "months": month_list.months(view)}
        return render(request, "monitor/months.html", context)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was reported under a number, and what changed since, each ticket with its reason."""
    overseen_queues(request)
    with one_instant():
        reported = reported_of(request, number)
        story = month_story.tell(reported, agent=agent_of(request), now=now_of(request))
        excusals = reported_excusals.of(reported, agent=agent_of(request))
        context = {"reported": reported, "story": story, "excusals": excusals, "now": now_of(request)}
        context |= _versions(reported) | _changes(request, story)
        template = "monitor/month_printed.html" if request.GET.get("print") else "monitor/month.html"
        return render(request, template, context)


def reported_of(request: HttpRequest, number: int) -> ReportedMonth:
    """Return the month that was reported under a number in the viewer's environment; 404 where there is none."""
    of_here = ReportedMonth.objects.in_environment(environment.current(request)).reported()
    found: ReportedMonth = get_object_or_404(of_here.select_related("asked_by"), number=number)
    return found


def _versions(reported: ReportedMonth) -> dict[str, Any]:
    """Return by which versions a month was promised and counted."""
    policies = PolicyVersion.objects.filter(pk__in=reported.versions["policies"]).select_related("policy")
    calendars = CalendarVersion.objects.filter(pk__in=reported.versions["calendars"])
    return {
        "policies": policies.order_by("policy__name", "version"),
        "calendars": calendars.select_related("calendar").order_by("calendar__name", "version"),
    }


@dataclass(frozen=True, slots=True)
class TicketLines:
    """A ticket that changed, by its reference, as the viewer may open it or not, with its clocks."""

    ticket_id: int
    reference: str
    may_open: bool
    clocks: list[ClockChange]


def _changes(request: HttpRequest, story: MonthStory) -> dict[str, Any]:
    """Return the tickets of a page, and what the list was narrowed to."""
    told = request.GET
    reason = told.get("reason", "")
    kept = {name: told[name] for name in ("metric", "queue", "store") if told.get(name)}
    figure = story.figure(kept)
    found = story.changes.of(figure.place) if figure else story.changes
    reasons = found.reasons
    if reason in set(ChangeReason):
        found = found.because(ChangeReason(reason))
    after = read_number(told.get("after", "")) or 0
    ids = [pk for pk in found.ticket_ids if pk > after]
    size = PRINTED if told.get("print") else PAGE_SIZE
    return {
        "reasons": reasons,
        "reason": reason,
        "kept": kept if figure else {},
        "tickets": _tickets(ids[:size], found, agent_of(request)),
        "versions": new_versions(found.clocks),
        "changed": len(found.ticket_ids),
        "next": ids[size - 1] if len(ids) > size else None,
    }


def new_versions(changes: Iterable[ClockChange]) -> dict[int, PolicyVersion]:
    """Return the versions under which what changed counts now."""
    numbers = {one.new_version for one in changes if one.new_version is not None}
    return {one.pk: one for one in PolicyVersion.objects.filter(pk__in=numbers).select_related("policy")}


def _tickets(ids: list[int], found: MonthChanges, agent: Agent) -> list[TicketLines]:
    visible = Ticket.objects.visible_to(agent).filter(pk__in=ids)
    openable = set(visible.values_list("pk", flat=True))
    clocks: dict[int, list[ClockChange]] = {pk: [] for pk in ids}
    for one in found.clocks:
        if one.ticket_id in clocks:
            clocks[one.ticket_id].append(one)
    return [TicketLines(pk, reference_of(pk), pk in openable, clocks[pk]) for pk in ids]


HEADS: Final = (
    "number", "environment", "month", "zone", "reported_at", "metric", "queue", "store", "promised_per_mille",
    "kept_per_mille", "decided", "met", "late", "unanswered", "undecided", "unpromised", "withdrawn", "merged",
    "no_reply_needed", "misdated", "excused", "adjusted_per_mille", "half_within_seconds",
    "nine_in_ten_within_seconds", "measured",
)  # fmt: skip


@login_required
@require_safe
def figures_csv(request: HttpRequest, number: int) -> HttpResponse:
    """What was reported, a figure a row: never what it would be now."""
    overseen_queues(request)
    reported = reported_of(request, number)
    figures = reported.figures.visible_to(agent_of(request)).select_related("queue", "store")
    rows = _rows(reported, figures.order_by("metric", "queue__name", "store__name", "pk"))
    return spreadsheet.response(request, f"month_{reported.month:%Y-%m}_{number}", HEADS, rows)


def _rows(reported: ReportedMonth, figures: Iterable[Any]) -> Iterable[tuple[object, ...]]:
    head = (
        reported.number, reported.environment, f"{reported.month:%Y-%m}", reported.zone, iso(reported.reported_at),
    )  # fmt: skip
    for one in figures:
        told = month_story.FigureThenNow(
            FigurePlace(one.metric, one.queue_id, one.store_id), one, one.counts, 0
        )
        slices = tuple(told.then.slices[name] for name in HEADS[11:20])
        waits = one.waits["whole"]
        yield (
            *head, one.metric, one.queue or "", one.store or "", _or_empty(one.promised),
            _or_empty(told.then.per_mille), told.then.decided, *slices, told.excused[0],
            _or_empty(told.adjusted_then.per_mille), _plain(waits["half"]), _plain(waits["nine_in_ten"]),
            waits["measured"],
        )  # fmt: skip


def iso(at: datetime | None) -> str:
    """Say an instant as tables do; nothing for none."""
    return at.isoformat() if at else ""


def _or_empty(number: int | None) -> object:
    return "" if number is None else number


def _plain(told: Any) -> object:
    """Say a wait as tables do: seconds, `>` before what was not reached, or `never`."""
    match told:
        case {"more_than": seconds}:
            return f">{seconds}"
        case {"never": _people}:
            return "never"
    return "" if told is None else told
