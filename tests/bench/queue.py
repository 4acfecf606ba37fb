"""The queue page among many tickets: its statements, the time they take, and whether that grows with the tickets.

A member of some of the queues looks at it as a browser does, and asks what to take next. The time is that of the
statements that read the queue; those of the frame around every page (who looks, what the banners warn of) are
counted by themselves. The control is the same page among few tickets, a round of both after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import psycopg
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Environment, Membership, Queue
from helpdesk.pages.lists import next_ticket
from monitor.models import Standing
from monitor.pages.queue_address import write_cursor
from monitor.queue import queue_order
from monitor.queue.queue_order import QueueCursor
from tests.bench import stage
from tests.bench.figure import Effort, Figure, bounded, quantile
from tests.bench.rounds import in_turns
from tests.bench.stage import Shop

FEW: Final = 10_000
ASKED: Final = 100
"""Looks at each page in each round and size."""
WARMING: Final = 10
QUEUES: Final = 8
OF_THE_AGENT: Final = 5
AGENTS: Final = 20
LIVE_SHARE: Final = 5
"""One of so many tickets is live."""
SCRIPT: Final = Path(__file__).with_name("backlog.sql")

QUERIES: Final = 5
P95_LIMIT: Final = 20.0
FLATNESS: Final = 1.5
FRAME: Final = (
    "django_session", '"helpdesk_agent"."password"', "clock_timestamp()", "monitor_lifesign", "helpdesk_wayout",
    '"helpdesk_mailedreply"."leaving_since"', '"helpdesk_membership"."role"', '"helpdesk_mention"."read_at"',
)  # fmt: skip
"""What only the statements around every page name; whatever else is asked counts as the queue's."""


class Asked(NamedTuple):
    """A statement, and the milliseconds that it took."""

    text: str
    cost: float


class Look(NamedTuple):
    """What looking once cost: the statements that read the queue, and all."""

    own: list[Asked]
    all: list[Asked]


Deed = Callable[[], object]


def run(effort: Effort, *, few: int = FEW, asked: int = ASKED) -> list[Figure]:
    """Milliseconds and statements, medians of interleaved rounds."""
    call_command("collectstatic", verbosity=0, interactive=False)
    sizes = few, effort.rows
    taken = in_turns("queue", sizes, desk, lambda deed: looked(deed, asked), rounds=effort.rounds)
    names = dict.fromkeys(name for name, _size in taken)
    return [each for name in names for each in figures(name, taken[name, few], taken[name, effort.rows])]


def figures(name: str, few: list[list[Look]], many: list[list[Look]]) -> list[Figure]:
    """Say what one page costs among many tickets, and beside few."""
    before, ours = (median(_quantile(looks, 0.5) for looks in rounds) for rounds in (few, many))
    p95 = median(_quantile(looks, 0.95) for looks in many)
    ratio, note = ours / before, "the limit is that of the ratio"
    every = [look for looks in many for look in looks]
    return [
        bounded(f"{name}: of the queue", max(len(look.own) for look in every), unit="queries", limit=QUERIES),
        bounded(f"{name}: of the whole request", max(len(look.all) for look in every), unit="queries"),
        bounded(f"{name}: p50", ours, unit="ms"),
        bounded(f"{name}: p95", p95, unit="ms", limit=P95_LIMIT),
        Figure(
            f"{name}, p50: many / few", ours, before, ratio, None, "ms", ratio <= FLATNESS, note, FLATNESS
        ),
    ]


def _quantile(looks: list[Look], share: float) -> float:
    return quantile([sum(each.cost for each in look.own) for look in looks], share)


def desk(tickets: int) -> dict[str, Deed]:
    """Fill the database with so many tickets; return what a member of some of the queues does there."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    agent = agents[0]
    for queue in queues[:OF_THE_AGENT]:
        Membership.objects.create(agent=agent, queue=queue)
    add_backlog(shop, tickets, queues=queues, agents=agents)
    client = Client(HTTP_HOST="localhost")
    client.force_login(agent)
    return {
        "the page": _page(client),
        "the page of one queue": _page(client, queue=str(queues[0].pk)),
        "a page in the middle": _page(client, after=_middle(agent)),
        "what to take next": lambda: queue_order.next_candidates(
            agent, Environment.LIVE, limit=next_ticket.CANDIDATES[0]
        ),
    }


def add_backlog(
    shop: Shop,
    tickets: int,
    *,
    queues: list[Queue],
    agents: list[Agent],
    live: int | None = None,
    late: float = 0.03,
) -> None:
    """Let the server write tickets, clocks and standings of two years; half of the tickets are nobody's.

    So many of them are `live`, or one of `LIVE_SHARE`, and of these a share is `late`.
    """
    asked: dict[str, Any] = {
        "store": shop.store,
        "tickets": tickets,
        "live": tickets // LIVE_SHARE if live is None else live,
        "late": late,
        "queues": [queue.pk for queue in queues],
        "agents": [agent.pk for agent in agents],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCRIPT.read_text(), asked)


def _page(client: Client, **query: str) -> Deed:
    def look() -> object:
        answer = client.get(reverse("queue"), query)
        rows = answer.content.count(b" data-row>")
        assert (answer.status_code, rows) == (200, queue_order.PAGE_SIZE), (answer.status_code, rows)
        return answer

    return look


def _middle(agent: Agent) -> str:
    standings = Standing.objects.visible_to(agent).turn_first()
    return write_cursor(QueueCursor.of(standings[standings.count() // 2]))


def looked(deed: Deed, times: int, *, warming: int = WARMING) -> list[Look]:
    """Do it so many times, after some that warm up; return what each cost."""
    for _ in range(warming):
        deed()
    return [_looked_once(deed) for _ in range(times)]


def _looked_once(deed: Deed) -> Look:
    with listening() as asked:
        deed()
    return Look([each for each in asked if not any(word in each.text for word in FRAME)], asked)


@contextmanager
def listening() -> Iterator[list[Asked]]:
    """Note each statement, also those that go past Django's cursor, where its own wrappers hear nothing."""
    asked: list[Asked] = []
    execute = psycopg.Cursor.execute

    def timed(self: Any, query: Any, *args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        answer = execute(self, query, *args, **named)
        asked.append(Asked(str(query), (time.perf_counter() - began) * 1000))
        return answer

    psycopg.Cursor.execute = timed  # type: ignore[method-assign]  # put back below
    try:
        yield asked
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]  # as it was
