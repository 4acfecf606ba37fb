"""Closing a month as a job: a day of its clocks after the other, and the figures at the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.utils.translation import get_language, gettext, ngettext

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep
from helpdesk.models import Agent, Job
from monitor.models import ReportedMonth
from monitor.reports.clock_selection import bounds
from monitor.reports.months import month_report, reported_clocks, reported_figures
from monitor.reports.objectives import calendar_month

KIND: Final = "month_closing"


def ask(
    month: date,
    *,
    environment: str,
    zone: ZoneInfo,
    note: str = "",
    seen: int | None = None,
    by: Agent,
    now: datetime,
) -> Job:
    """Have the workers close a month, of whose reports `seen` is the newest that whoever asks knows; None for none.

    Raises `MonthToCome`, `AskedAlready` while it is being closed, and `ClosedMeanwhile` where a newer one was not seen.
    """
    arguments = {"month": month.isoformat(), "environment": environment}
    subject = f"{environment} {month:%Y-%m}"
    job = job_request.ask(KIND, now=now, by=by, arguments=arguments, subject=subject)
    reported = month_report.begin(
        month, environment=environment, zone=zone, note=note, seen=seen, by=by, now=now
    )
    job.arguments["reported"] = reported.pk
    job.save(update_fields=["arguments"])
    return job


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Copy the clocks of the next day; after the last, make them those of one instant, and write what they come to."""
    reported = ReportedMonth.objects.filter(pk=job.arguments["reported"], reported_at=None).first()
    if reported is None:
        return JobStep(NextStep.NEVER, job.state)
    if "settled_at" in job.state:
        return _write_next(job, reported)
    if "day" not in job.state:
        return _begin(job, reported)
    day = date.fromisoformat(job.state["day"])
    if day <= calendar_month.last_day(reported.month):
        return _copy(reported, day, now=now)
    month_report.settle(reported, now=now)
    return JobStep(NextStep.FOLLOWS, {"settled_at": now.isoformat(), "left": reported_figures.PARTS})


def _begin(job: Job, reported: ReportedMonth) -> JobStep:
    """Forget what others left behind, some at a time; then begin with the first day."""
    if month_report.forget_some(but=reported, kind=KIND):
        return JobStep(NextStep.FOLLOWS, job.state)
    last = calendar_month.last_day(reported.month)
    return JobStep(NextStep.FOLLOWS, {"day": reported.month.isoformat()}, total=last.day)


def _copy(reported: ReportedMonth, day: date, *, now: datetime) -> JobStep:
    first, until = bounds(day, ZoneInfo(reported.zone))
    reported_clocks.copy(reported, first, until, now=now)
    return JobStep(NextStep.FOLLOWS, {"day": (day + timedelta(days=1)).isoformat()}, done=1)


def _write_next(job: Job, reported: ReportedMonth) -> JobStep:
    """Write the next part of the figures; after the last, let the month stand under its number."""
    at, left = datetime.fromisoformat(job.state["settled_at"]), job.state["left"]
    if not left:
        return JobStep(NextStep.NEVER, job.state, result={"number": month_report.finish(reported, at=at)})
    metric, side = left[0]
    reported_figures.write(reported, metric, side, now=at)
    return JobStep(NextStep.FOLLOWS, {**job.state, "left": left[1:]})


def _title(job: Job) -> str:
    month = date.fromisoformat(job.arguments["month"])
    words = format_skeleton("yMMMM", month, locale=cldr_locale(get_language()))
    return gettext("Closing of %(month)s") % {"month": words}


def _counted(number: int) -> str:
    return ngettext("%(number)s day", "%(number)s days", number)


def _outcome(job: Job) -> str:
    number = job.result.get("number")
    return gettext("Reported under the number %d.") % number if number else ""


MONTH_CLOSING: Final = JobKind(_step, title=_title, counted=_counted, outcome=_outcome)
