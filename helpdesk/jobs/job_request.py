"""Asking for a job, and calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.models import Agent, Job


def ask(
    kind: str,
    *,
    now: datetime,
    by: Agent | None = None,
    arguments: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Job:
    """Have a job done by the workers, from the next round on or not before then; `arguments` hold ids and codes."""
    return Job.objects.create(
        kind=kind, asked_by=by, asked_at=now, arguments=dict(arguments or {}), rests_until=not_before
    )


def cancel(job: Job, *, now: datetime) -> bool:
    """Call a job off; what is done stays done. Return whether it was still to be called off.

    The row is locked while a step is taken, so that this comes between two of them and waits for at most one.
    """
    return bool(Job.objects.unfinished().filter(pk=job.pk).update(cancelled_at=now))
