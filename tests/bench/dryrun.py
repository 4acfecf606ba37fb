"""A dry run over many tickets of the last four weeks: what it takes, how soon it is called off, and whether it is true.

Every tenth ticket is live. What is tried are other business hours and a shorter first response, for new and open
tickets. In the end they are published on copies: there every stored clock is held against what the dry run said.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Job
from monitor.models import Trial
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.trial import trial_request
from monitor.relay import recount, recount_job
from tests.bench import stage, weeks
from tests.bench.figure import Effort, Figure, bounded, compared
from tests.monitor import recounted
from tests.monitor.promises.trial import held_against
from tests.monitor.promises.trial.held_against import Clocks

LIMIT: Final = 60.0
"""Seconds that a hundred thousand tickets may take."""
HUNDRED_THOUSAND: Final = 100_000
LONGER: Final = {
    "timezone": "America/New_York",
    "weekly": {day: [["08:00", "12:00"], ["13:00", "19:00"]] for day in (*weeks.WEEKDAYS, "sat")},
}


class Took(NamedTuple):
    """What a dry run took, in seconds: open tickets, all, and the longest step."""

    open: float
    whole: float
    longest: float


def run(effort: Effort) -> list[Figure]:
    """Seconds; and clocks that are as they were said to be, of all."""
    desk = weeks.set_up(tickets=effort.rows)
    called_off = _cancelled(desk)
    trial = trial_request.ask(_drafts(desk), days=weeks.DAYS, by=desk.by, now=database_now())
    took = _counted(trial)
    trial.refresh_from_db()
    live = recount.live_tickets().count()
    per = HUNDRED_THOUSAND / effort.rows
    return [
        bounded(f"{live:,} open tickets", took.open, unit="s"),
        bounded(f"{effort.rows:,} tickets", took.whole, unit="s"),
        bounded("a hundred thousand at that pace", took.whole * per, unit="s", limit=LIMIT),
        bounded("the longest step", took.longest, unit="s"),
        bounded("called off within", called_off, unit="s"),
        *_held_against_the_real_change(desk, trial),
    ]


def _drafts(desk: weeks.Desk) -> list[Draft]:
    halved = weeks.rules({priority: seconds // 2 for priority, seconds in weeks.FIRST.items()})
    named: dict[str, Any] = {"policy": desk.policy.pk, "name": desk.policy.name, "calendar": desk.calendar.pk}
    return [
        PolicyDraft(**named, rules=halved, position=1, scope="new_and_open"),
        CalendarDraft(calendar=desk.calendar.pk, name=desk.calendar.name, spec=LONGER),
    ]


def _counted(trial: Trial) -> Took:
    """Do what workers do for it, step by step."""
    began = time.perf_counter()
    opened, longest = 0.0, 0.0
    while not _is_over(trial):
        step = time.perf_counter()
        job_turn.take(now=database_now(), limit=settings.HEARTBEAT_BATCH)
        longest = max(longest, time.perf_counter() - step)
        trial.refresh_from_db(fields=["open_at"])
        opened = opened or (time.perf_counter() - began if trial.open_at else 0.0)
    return Took(opened, time.perf_counter() - began, longest)


def _is_over(trial: Trial) -> bool:
    return Trial.objects.filter(pk=trial.pk, job__finished_at__isnull=False).exists()


def _cancelled(desk: weeks.Desk) -> float:
    """Return how long calling one off takes while a worker is at it."""
    trial = trial_request.ask(_drafts(desk), days=weeks.DAYS, by=desk.by, now=database_now())
    assert trial.job is not None
    worker = Thread(target=_work)
    worker.start()
    while not Job.objects.filter(pk=trial.job.pk, done__gt=0).exists() and worker.is_alive():
        time.sleep(0.01)
    began = time.perf_counter()
    job_request.cancel(trial.job, now=database_now())
    worker.join()
    return time.perf_counter() - began


def _work() -> None:
    while job_turn.take(now=database_now(), limit=settings.HEARTBEAT_BATCH):
        pass
    connection.close()


def _held_against_the_real_change(desk: weeks.Desk, trial: Trial) -> Iterator[Figure]:
    """Publish the same on copies: now, and as if it had been in force all the time."""
    before, live = held_against.stored(recount.every_ticket()), list(recount.live_tickets())
    with _published(desk, trial, at=trial.counted_at, everything=False):
        after = held_against.stored(live)
    of_live = {identity: one for identity, one in before.items() if identity[0] in set(live)}
    yield _alike(
        "open clocks as published on a copy", held_against.unlike_what_is_open(trial, of_live, after), after
    )
    with _published(desk, trial, at=trial.since, everything=True):
        after = held_against.stored(recount.every_ticket())
    yield _alike(
        "past clocks as recounted on a copy", held_against.unlike_the_past(trial, before, after), after
    )


@contextmanager
def _published(desk: weeks.Desk, trial: Trial, *, at: datetime, everything: bool) -> Iterator[None]:
    with stage.copied_database(
        "recounted" if everything else "published"
    ):  # a book is known by its database, too
        with transaction.atomic():
            for one in _drafts(desk):
                draft.publish(one, by=desk.by, now=at)
            recount_job.ask(now=trial.counted_at, everything=everything)
        recounted.go_on_to_the_end(now=trial.counted_at, limit=settings.HEARTBEAT_BATCH)
        yield


def _alike(name: str, unlike: list[object], clocks: Clocks) -> Figure:
    note = f"first: {unlike[0]}" if unlike else ""
    return compared(name, len(clocks) - len(unlike), len(clocks), unit="clocks", floor=1.0, note=note)
