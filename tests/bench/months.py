"""Closing a month of many tickets: what it takes, and its longest step, for which whoever calls it off waits."""

from __future__ import annotations

import time
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Job
from monitor.models import ReportedClock, ReportedMonth
from monitor.reports.months import month_changes, month_job
from monitor.reports.objectives.calendar_month import month_of
from tests.bench import weeks
from tests.bench.figure import Effort, Figure, bounded

LIMIT: Final = 1.0
"""Seconds that a step of a job may take."""


def run(effort: Effort) -> list[Figure]:
    """Seconds: of the running month, in which most of the last four weeks lie."""
    desk = weeks.set_up(tickets=effort.rows)
    now = database_now()
    with transaction.atomic():
        month = month_of(now.date())
        job = month_job.ask(month, environment="live", zone=ZoneInfo("UTC"), by=desk.by, now=now)
    steps = _steps(job)
    reported = ReportedMonth.objects.get(number=1)
    clocks = ReportedClock.objects.filter(reported=reported).count()
    began = time.perf_counter()
    month_changes.of(reported, now=database_now())
    return [
        bounded(f"{clocks:,} clocks are closed", sum(steps), unit="s"),
        bounded("the longest step", max(steps), unit="s", limit=LIMIT),
        bounded("what changed since", time.perf_counter() - began, unit="s"),
    ]


def _steps(job: Job) -> list[float]:
    """Do what workers do for it; return what each step took, in seconds."""
    took: list[float] = []
    while Job.objects.unfinished().filter(pk=job.pk).exists():
        began = time.perf_counter()
        job_turn.take(now=database_now(), limit=settings.HEARTBEAT_BATCH)
        took.append(time.perf_counter() - began)
    return took
