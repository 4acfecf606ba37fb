"""A worker that is killed in the middle of a closing or of a dry run: another goes on, and the figures are the same.

It is killed once it has done the work of a step, which it could not write down as done yet.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final, LiteralString

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Job, Ticket
from helpdesk.tickets import ticket_status
from monitor.models import ReportedClock, ReportedFigure, ReportedMonth, Trial, TrialCell, TrialRow
from tests.faults import doomed
from tests.make import Make
from tests.monitor.promises.trial import tried
from tests.monitor.recounted import go_on_to_the_end
from tests.monitor.reports.months.closing import answered, asked, begin_closing, close, in_last_month
from tests.monitor.watched import promises

__all__ = ["promises"]

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("promises")]

WORK: Final = ["shell", "-c", "from helpdesk.tasks import go_on_with_jobs; go_on_with_jobs.run()"]
NOTHING_IS_WRITTEN_DOWN: Final[LiteralString] = "LOCK TABLE helpdesk_job IN SHARE MODE"
"""Jobs can be read and claimed, and no step of theirs be ended."""
HOUR: Final = timedelta(hours=1)


def work_to_the_end(job: Job) -> Job:
    """Let another worker, a process too, do what is left; each does so for some seconds."""
    while Job.objects.unfinished().filter(pk=job.pk).exists():
        with doomed.manage(WORK) as worker:
            assert worker.wait(doomed.PATIENCE) == 0
    job.refresh_from_db()
    assert (job.finished_at is not None, job.failure) == (True, "")
    return job


def kill_in_the_middle(job: Job, *, done: float, steps: int = 0) -> None:
    """Kill a worker once that share of all is done, and some steps more; its step is as if it had never begun."""
    assert not Job.objects.unfinished().exclude(pk=job.pk).exists(), "it would be at another"
    while done and (job.total is None or job.done < done * job.total):
        job_turn.take(now=database_now(), limit=2)
        job.refresh_from_db()
    for _step in range(steps):
        job_turn.take(now=database_now(), limit=2)
    job.refresh_from_db()
    before = job.done, job.state
    doomed.kill_held_up(WORK, by=NOTHING_IS_WRITTEN_DOWN)
    job.refresh_from_db()
    assert (job.done, job.state, job.over_at) == (*before, None)


SHARES: Final = pytest.mark.parametrize("done", [0, 0.5, 1], ids=["begun", "midway", "ending"])


def a_month(make: Make) -> None:
    """One answered in time and one late on each of some days, and one never; all are over."""
    at = in_last_month(database_now())
    for days in range(-8, 16, 4):
        in_time, late, never = (asked(make, at + days * 24 * HOUR) for _ in range(3))
        answered(in_time, make, in_time.occurred_at + HOUR / 6)
        answered(late, make, late.occurred_at + 100 * HOUR)
        for ticket in (in_time, late, never):
            resolve(ticket, make)


def resolve(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=ticket.occurred_at + 101 * HOUR)


def what_is_stored(reported: ReportedMonth) -> list[list[Any]]:
    """Return a month's figures and clocks but for whose they are."""
    models = ((ReportedFigure, {"id", "reported_id"}), (ReportedClock, {"reported_id"}))
    return [
        sorted(
            json.dumps({name: value for name, value in row.items() if name not in but}, default=str)
            for row in model.objects.filter(reported=reported).values(
                *(field.attname for field in model._meta.concrete_fields)
            )
        )
        for model, but in models
    ]


@pytest.mark.parametrize(
    ("done", "steps"),
    [(0, 0), (0.5, 0), (1, 0), (1, 3)],
    ids=["begun", "midway", "settling", "writing figures"],
)
def test_a_month_is_closed_to_the_same_figures(make: Make, client: Client, done: float, steps: int) -> None:
    a_month(make)
    undisturbed = close(make, database_now())
    job = begin_closing(make, database_now())

    kill_in_the_middle(job, done=done, steps=steps)

    assert list(ReportedMonth.objects.reported()) == [undisturbed]
    client.force_login(make.agent("admin"))
    assert client.get(reverse("reported-month", args=[2])).status_code == 404
    work_to_the_end(job)
    other = ReportedMonth.objects.get(number=2)
    assert what_is_stored(other) == what_is_stored(undisturbed)
    assert ReportedMonth.objects.count() == 2


def counted(trial: Trial) -> list[Any]:
    """Return a dry run's numbers and rows but for whose they are."""
    cells, rows = TrialCell.objects.filter(trial=trial), TrialRow.objects.filter(trial=trial)
    numbers = cells.values_list("part", "metric", "move", "before", "after", "priority", "queue_id", "number")
    kept = rows.values_list("part", "ticket_id", "metric", "start_seq", "move", "due_before", "due_after")
    return [sorted(numbers), sorted(kept, key=str)]


@SHARES
def test_a_dry_run_comes_to_the_same_numbers(make: Make, done: float) -> None:
    at = database_now() - 3 * HOUR
    tickets = [make.ticket(now=at + minute * HOUR / 60) for minute in range(6)]
    for ticket in tickets[:2]:
        answered(ticket, make, at + HOUR / 5)
        resolve_soon(ticket, make)
    go_on_to_the_end(now=database_now())
    by, hurried = make.agent("admin"), tried.draft(scope="new_and_open")
    undisturbed = tried.counted(by, hurried, now=database_now())
    trial = tried.begun(by, hurried, now=database_now())
    assert trial.job is not None

    kill_in_the_middle(trial.job, done=done)

    assert not Trial.objects.filter(pk=trial.pk, complete_at__isnull=False).exists()
    work_to_the_end(trial.job)
    assert Trial.objects.filter(pk=trial.pk, complete_at__isnull=False).exists()
    assert counted(trial) == counted(undisturbed)
    assert counted(trial)[0]


def resolve_soon(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=database_now())
