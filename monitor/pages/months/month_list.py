"""The months that can be closed or were, each with what was reported of it, and what it would be now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpdesk.models import Job
from monitor.models import ReportedFigure, ReportedMonth
from monitor.reports.board.board_view import BoardView
from monitor.reports.months import month_job
from monitor.reports.objectives import calendar_month, month_figures
from monitor.reports.objectives.calendar_month import month_of, months_after
from monitor.reports.objectives.month_figures import MonthFigures

METRIC: Final = "first_response"
"""Of what a list says one number; the others stand on the month's own page."""
OFFERED: Final = 12
SHOWN: Final = 200
"""So many reports the list looks through."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report of a month with its share in tenths of a percent; None where nothing was decided."""

    reported: ReportedMonth
    per_mille: int | None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month with its reports, the newest first. `now` is the share as it is counted now; None: not known."""

    month: date
    is_over: bool
    reports: list[ReportLine]
    now: MonthFigures | None
    closing: Job | None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to close: nobody asked, and nothing was reported."""
        return not self.reports and self.now is not None and not any(self.now.slices.values())


def months(view: BoardView) -> list[MonthLine]:
    """Return the running month, those of the twelve before it in which somebody asked, and whatever was reported."""
    running = month_of(view.today)
    reports = _reports(view)
    jobs = {
        job.arguments["month"]: job
        for job in Job.objects.of_kind(month_job.KIND).unfinished()
        if job.arguments["environment"] == view.environment
    }
    offered = {months_after(running, -number) for number in range(OFFERED + 1)}
    found = [
        MonthLine(
            month, month < running, reports.get(month, []), _now(view, month), jobs.get(month.isoformat())
        )
        for month in sorted(offered | set(reports), reverse=True)
    ]
    return [one for one in found if not one.is_over or not one.is_empty]


def _reports(view: BoardView) -> dict[date, list[ReportLine]]:
    of_here = ReportedMonth.objects.in_environment(view.environment).reported().select_related("asked_by")
    shown = list(of_here.order_by("-month", "-number")[:SHOWN])
    shares = _shares(view, shown)
    found: dict[date, list[ReportLine]] = defaultdict(list)
    for one in shown:
        found[one.month].append(ReportLine(one, shares.get(one.pk)))
    return found


def _shares(view: BoardView, shown: list[ReportedMonth]) -> dict[int, int | None]:
    """Return what share was reported of each, of all that the viewer may see."""
    figures = ReportedFigure.objects.filter(reported__in=shown, metric=METRIC, store=None)
    figures = figures.filter(queue=None) if view.agent.is_admin else figures.visible_to(view.agent)
    told: dict[int, list[dict[str, int]]] = defaultdict(list)
    for reported_id, counts in figures.values_list("reported_id", "counts"):
        told[reported_id].append(counts)
    return {pk: MonthFigures(_sum(some), 0).per_mille for pk, some in told.items()}


def _sum(some: list[dict[str, int]]) -> dict[str, int]:
    return {name: sum(one[name] for one in some) for name in some[0]}


def _now(view: BoardView, month: date) -> MonthFigures | None:
    if view.reading is None:
        return None
    days = view.reading.days(view.scope, METRIC, month, calendar_month.last_day(month))
    return month_figures.of_counts(days, promised=0, now=view.now)
