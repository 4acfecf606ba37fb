"""Queue and board at moments that are over: how long a look takes, among very many live tickets.

What counts is how many tickets have changed since: a live one has an event every few days, and some hundreds come each
hour. The time is that of the whole request, in which all that has changed is replayed.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Queue
from monitor.past.past_desk import as_of
from monitor.promises.defaults import ensure_defaults
from tests.bench import crowd, queue, stage
from tests.bench.figure import Effort, Figure, bounded
from tests.bench.queue import AGENTS, QUEUES

MOST: Final = 100_000
LIMIT: Final = 2.0
"""Seconds that a look at the queue may take."""
AT_ONCE: Final = ("an hour", "a day")
"""What is looked back at after a bad day; of what is longer ago the page says first that it takes long."""
BACK: Final = {
    "an hour": timedelta(hours=1), "a day": timedelta(days=1), "a week": timedelta(days=7),
    "four weeks": timedelta(days=28),
}  # fmt: skip
SCRIPT: Final = Path(__file__).with_name("past.sql")


def run(effort: Effort) -> list[Figure]:
    """Seconds of a look at the queue, medians of rounds, and how many tickets were replayed for it."""
    call_command("collectstatic", verbosity=0, interactive=False)
    client, now = desk(min(effort.rows, MOST)), database_now()
    return [
        figure
        for name, back in BACK.items()
        for figure in (
            bounded(
                f"queue {name} ago",
                median(_seconds(client, now - back, effort.rounds)),
                unit="s",
                limit=LIMIT,
            ),
            bounded(f"replayed for {name} ago", _replayed(now - back), unit="tickets"),
        )
    ]


def desk(live: int) -> Client:
    """Fill the database with so many live tickets and what happened to them; return an admin who looks."""
    ensure_defaults()
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    queue.add_backlog(shop, live + live // 5, queues=queues, agents=agents, live=live)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCRIPT.read_text())
    crowd.tidy()
    Agent.objects.filter(pk=agents[0].pk).update(is_admin=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(agents[0])
    return client


def _seconds(client: Client, at: object, times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.get(reverse("queue"), {"at": at.isoformat(), "patient": "1"})  # type: ignore[attr-defined]
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.content
    return took


def _replayed(at: object) -> int:
    with as_of(at) as past:  # type: ignore[arg-type]
        return len(past.changed)
