"""Asking for a job, and calling it off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, LiteralString

from helpdesk.database.statement import run
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Job


class AskedAlready(Exception):
    """A job of this kind and subject is under way: `job`."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.pk)
        self.job = job


def ask(
    kind: str,
    *,
    now: datetime,
    by: Agent | None = None,
    arguments: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    subject: str = "",
) -> Job:
    """Have a job done by the workers, from the next round on or not before then; `arguments` hold ids and codes.

    Of those that are asked for at once with the same `subject` one is made: the others raise `AskedAlready`, as they do
    until it is over.
    """
    if subject:
        _take_turn(kind, subject)
    return Job.objects.create(
        kind=kind,
        subject=subject,
        asked_by=by,
        asked_at=now,
        arguments=dict(arguments or {}),
        rests_until=not_before,
    )


def subject_of(*told: object) -> str:
    """Return a subject for what is too much to be one: the same for those who say the same."""
    said = json.dumps(told, sort_keys=True, default=str)
    return blake2b(said.encode(), digest_size=16).hexdigest()


def _take_turn(kind: str, subject: str) -> None:
    """Wait for whoever asks for the same until they have committed, and look whether theirs is under way."""
    require_transaction()
    run(_ONE_ASKS, [f"{kind} {subject}"])
    if found := Job.objects.of_kind(kind).unfinished().filter(subject=subject).first():
        raise AskedAlready(found)


def cancel(job: Job, *, now: datetime) -> bool:
    """Call a job off; what is done stays done. Return whether it was still to be called off.

    The row is locked while a step is taken, so that this comes between two of them and waits for at most one.
    """
    return bool(Job.objects.unfinished().filter(pk=job.pk).update(cancelled_at=now))


_ONE_ASKS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"
