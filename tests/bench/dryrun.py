"""A dry run over many tickets of the last four weeks: what it takes, how soon it is called off, and whether it is true.

Every tenth ticket is live. What is tried are other business hours and a shorter first response, for new and open
tickets. In the end they are published on copies: there every stored clock is held against what the dry run said.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from helpdesk.conversation.answers import AfterReply
from helpdesk.database.instant import database_now
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Agent, Job, Queue, Status, Store
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket, Urgency
from monitor.models import Calendar, Policy, Trial
from monitor.promises import draft, versions
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.trial import trial_request
from monitor.relay import recount, recount_job
from tests.bench import crowd, stage
from tests.bench.figure import Effort, Figure, bounded, compared
from tests.monitor import recounted
from tests.monitor.promises.trial import held_against
from tests.monitor.promises.trial.held_against import Clocks

DAYS: Final = 30
WRITTEN_TOGETHER: Final = 500
LIVE_SHARE: Final = 10
QUEUES: Final = 8
LIMIT: Final = 60.0
"""Seconds that a hundred thousand tickets may take."""
HUNDRED_THOUSAND: Final = 100_000
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
OFFICE: Final = {"timezone": "America/New_York", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}
LONGER: Final = {
    "timezone": "America/New_York",
    "weekly": {day: [["08:00", "12:00"], ["13:00", "19:00"]] for day in (*WEEKDAYS, "sat")},
}
PRIORITIES: Final[tuple[Urgency, ...]] = "low", "normal", "high", "urgent"
FIRST: Final = {"urgent": 1800, "high": 3600, "normal": 14_400, "low": 28_800}


class Desk(NamedTuple):
    """Where the tickets are, who answers them, and what they are promised."""

    store: Store
    queues: Sequence[Queue]
    by: Agent
    policy: Policy
    calendar: Calendar


class Took(NamedTuple):
    """What a dry run took, in seconds: open tickets, all, and the longest step."""

    open: float
    whole: float
    longest: float


def run(effort: Effort) -> list[Figure]:
    """Seconds; and clocks that are as they were said to be, of all."""
    desk = _desk()
    _write(desk, effort.rows)
    crowd.tidy()
    called_off = _cancelled(desk)
    trial = trial_request.ask(_drafts(desk), days=DAYS, by=desk.by, now=database_now())
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


def _desk() -> Desk:
    shop, now = stage.shop(), database_now() - timedelta(days=3 * DAYS)
    by = Agent.objects.create(email="bench@example.com", name="Bench", is_superuser=True)
    queues = [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    calendar, policy = Calendar.objects.create(name="Office"), Policy.objects.create(name="All")
    with transaction.atomic():
        versions.publish_calendar(calendar=calendar, spec=OFFICE, now=now)
        versions.publish_policy(policy=policy, rules=_rules(FIRST), position=1, calendar=calendar, now=now)
    recounted.go_on_to_the_end(now=database_now())
    return Desk(Store.objects.get(pk=shop.store), queues, by, policy, calendar)


def _rules(first: dict[str, int]) -> dict[str, object]:
    return {
        "targets": {
            "first_response": {"seconds": first},
            "next_response": {"seconds": 28_800},
            "resolution": {"seconds": 86_400},
        }
    }


def _drafts(desk: Desk) -> list[Draft]:
    halved = _rules({priority: seconds // 2 for priority, seconds in FIRST.items()})
    named: dict[str, Any] = {"policy": desk.policy.pk, "name": desk.policy.name, "calendar": desk.calendar.pk}
    return [
        PolicyDraft(**named, rules=halved, position=1, scope="new_and_open"),
        CalendarDraft(calendar=desk.calendar.pk, name=desk.calendar.name, spec=LONGER),
    ]


def _write(desk: Desk, tickets: int) -> None:
    """Write conversations of the last four weeks as history, the same each time."""
    drawn, now = random.Random(4), database_now()  # noqa: S311  # the same each time
    for begun in range(0, tickets, WRITTEN_TOGETHER):
        several = [
            _conversation(drawn, desk.by, now=now, lives=number % LIVE_SHARE == 0)
            for number in range(begun, min(begun + WRITTEN_TOGETHER, tickets))
        ]
        queue = desk.queues[begun // WRITTEN_TOGETHER % QUEUES]
        with transaction.atomic():
            write_conversations(several, store=desk.store, now=now, queue=queue)


def _conversation(drawn: random.Random, by: Agent, *, now: datetime, lives: bool) -> PastConversation:
    asked = now - timedelta(days=DAYS * drawn.random())
    opening = NewTicket(
        subject="Where is my order?",
        message=NewMessage(body="Where is it?"),
        occurred_at=asked,
        priority=drawn.choice(PRIORITIES),
    )
    facts = [fact for fact in _facts(drawn, by, asked, lives=lives) if fact.at < now]
    return PastConversation(opening=opening, facts=tuple(facts))


def _facts(drawn: random.Random, by: Agent, asked: datetime, *, lives: bool) -> Iterator[past_facts.PastFact]:
    """Yield what was said: answers and questions by turns, sooner or later; then it ends, unless it lives."""
    at = asked
    for turn in range(drawn.randrange(0 if lives else 1, 4)):
        if turn:
            at += timedelta(hours=drawn.expovariate(1 / 10))
            yield past_facts.CustomerWrote(at=at, body="And today?")
        at += timedelta(hours=drawn.expovariate(1 / 6))
        then = drawn.choice([AfterReply.KEEP_OPEN, AfterReply.WAIT])
        yield past_facts.AgentReplied(at=at, by=by, body="Tomorrow.", then=then)
    if not lives:
        yield past_facts.StatusSet(
            at=at + timedelta(hours=drawn.expovariate(1 / 20)), by=by, status=Status.RESOLVED
        )


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


def _cancelled(desk: Desk) -> float:
    """Return how long calling one off takes while a worker is at it."""
    trial = trial_request.ask(_drafts(desk), days=DAYS, by=desk.by, now=database_now())
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


def _held_against_the_real_change(desk: Desk, trial: Trial) -> Iterator[Figure]:
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
def _published(desk: Desk, trial: Trial, *, at: datetime, everything: bool) -> Iterator[None]:
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
