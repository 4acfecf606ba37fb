"""Recounts taken on by hand, step by step."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from helpdesk.jobs import job_turn
from helpdesk.models import Job


def go_on(*, now: datetime, limit: int = 10) -> int:
    """Take the next step of whichever job's turn it is; return how many tickets that recounted."""
    before = _done()
    job_turn.take(now=now, limit=limit)
    return _done() - before


def go_on_to_the_end(*, now: datetime, limit: int = 10) -> None:
    """Take every step that there is; what rests for a moment is taken as having rested, what is for later is left."""
    soon = Job.objects.unfinished().exclude(rests_until__gt=now + job_turn.RESTS_FOR)
    while soon.exists():
        soon.update(rests_until=None)
        job_turn.take(now=now, limit=limit)


def _done() -> int:
    done: int | None = Job.objects.aggregate(done=Sum("done"))["done"]
    return done or 0
