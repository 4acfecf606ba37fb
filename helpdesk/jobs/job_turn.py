"""Carrying jobs on: one step at a time, of whichever was left alone longest."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from helpdesk.jobs.job_kind import JobStep, NextStep, find_kind
from helpdesk.models import Job, JobError

logger = logging.getLogger(__name__)

RESTS_FOR = timedelta(seconds=2)
"""How long a job is left alone that waits for something, or has failed in passing."""

ERRORS_KEPT = 10_000
"""Rows that are kept of what one job could not do; the rest are only counted."""


def take(*, now: datetime, limit: int) -> Job | None:
    """Do the next step of the job whose turn it is, by at most `limit` things; return that job, if there was one.

    A job that another worker is at is left to that one, and so is a kind that this version does not know.
    """
    job: Job | None = None
    try:
        with transaction.atomic():
            job = _claim(now=now)
            if job is not None:
                _step(job, now=now, limit=limit)
    except Exception as failure:
        if job is None:
            raise
        _give_way(job, failure, now=now)
    return job


def take_at_once(job: Job, *, now: datetime, limit: int) -> None:
    """Do the first step of a job in the transaction that asks for it, before any worker can see it."""
    _step(job, now=now, limit=limit)


def _claim(*, now: datetime) -> Job | None:
    ready = Job.objects.ready(now).filter(kind__in=settings.JOB_KINDS).in_turn()
    return ready.select_for_update(skip_locked=True, no_key=True).first()


def _step(job: Job, *, now: datetime, limit: int) -> None:
    kind = find_kind(job.kind)
    if kind is None:
        raise LookupError(job.kind)
    step = kind.step(job, now=now, limit=limit)
    waits = step.then is NextStep.WAITS
    job.state, job.stepped_at, job.failure = dict(step.state), now, ""
    job.rests_until = now + RESTS_FOR if waits else None
    job.started_at = job.started_at if waits else job.started_at or now
    job.finished_at = now if step.then is NextStep.NEVER else None
    job.done += step.done
    job.total = job.total if step.total is None else step.total
    job.result = job.result if step.result is None else dict(step.result)
    _keep_errors(job, step)
    job.save()


def _keep_errors(job: Job, step: JobStep) -> None:
    room = max(0, ERRORS_KEPT - job.error_count)
    JobError.objects.bulk_create(
        JobError(job=job, what=error.what[:200], why=error.why[:500]) for error in step.errors[:room]
    )
    job.error_count += len(step.errors)


def _give_way(job: Job, failure: Exception, *, now: datetime) -> None:
    """Note why the step was undone: what passes is tried again after a rest, anything else ends the job."""
    why = f"{type(failure).__name__}: {failure}"[:500]
    unfinished = Job.objects.unfinished().filter(pk=job.pk)
    if isinstance(failure, OperationalError | InterfaceError):
        logger.warning("a step of job %s is tried again: %s", job.pk, why)
        unfinished.update(stepped_at=now, rests_until=now + RESTS_FOR, failure=why)
    else:
        logger.error("job %s has failed", job.pk, exc_info=failure)
        unfinished.update(failed_at=now, failure=why)
