"""Jobs that write down each number up to one, and what may go wrong with that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from helpdesk.jobs.job_kind import JobKind, JobOffer, JobStep, NextStep, UndoneThing
from helpdesk.models import Job, Queue
from tests.make import NOW

mishaps: list[Callable[[], Any]] = []
"""What happens in the middle of the steps to come, one each, after their work and before their commit."""


def step(job: Job, *, now: datetime, limit: int) -> JobStep:
    """Write the next numbers down, a queue for each; what is divisible by four cannot be done."""
    begun, end = job.state.get("reached", 0), job.arguments["to"]
    numbers = range(begun + 1, min(begun + limit, end) + 1)
    Queue.objects.bulk_create(Queue(name=f"{job.pk}: {number}") for number in numbers if number % 4)
    if mishaps:
        mishaps.pop(0)()
    return JobStep(
        NextStep.NEVER if numbers.stop > end else NextStep.FOLLOWS,
        {"reached": numbers.stop - 1},
        done=len(numbers),
        total=end,
        errors=[
            UndoneThing(f"=line {number}", "it is divisible by four") for number in numbers if number % 4 == 0
        ],
        result={"last": numbers.stop - 1},
    )


def wait(job: Job, *, now: datetime, limit: int) -> JobStep:
    """Wait until somebody says so."""
    then = NextStep.NEVER if job.arguments.get("enough") else NextStep.WAITS
    return JobStep(then, {"looked": job.state.get("looked", 0) + 1})


COUNTING = JobKind(
    step,
    title=lambda job: f"Counting to {job.arguments['to']}",
    counted=lambda _number: "%(number)s numbers",
    outcome=lambda job: f"The last was {job.result['last']}." if job.result else "",
    offers={"few": JobOffer("Count to three", {"to": 3})},
)
WAITING = JobKind(wait, title=lambda _job: "Waiting", counted=lambda _number: "%(number)s times")

KINDS = {name: f"tests.helpdesk.jobs.kinds.{name.upper()}" for name in ("counting", "waiting")}


def count_to(number: int, **fields: Any) -> Job:
    return Job.objects.create(kind="counting", arguments={"to": number}, asked_at=NOW, **fields)


def written(job: Job) -> list[int]:
    """Return the numbers that the job has written down, in order."""
    names = Queue.objects.filter(name__startswith=f"{job.pk}: ").order_by("pk")
    return [int(name.partition(": ")[2]) for name in names.values_list("name", flat=True)]


def collide() -> None:
    """Fail as the victim of a deadlock does."""
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'a deadlock' USING ERRCODE = 'deadlock_detected'; END $$")


def die() -> None:
    """Lose the connection, as when the worker is killed: the server rolls back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def stumble() -> None:
    raise ValueError("seven cannot be written")
