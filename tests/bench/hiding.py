"""What hides lateness, and freezes, among many tickets of one month: pages, the tickets behind them, and folding.

Every ticket was asked in the last thirty days, so that all of them lie in what is looked at. The control is the same
among a tenth of them, a round of both after the other; what is folded with freezes is held against without.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Queue, Ticket
from monitor.excusals import freezing
from monitor.models import Freeze, RollupEdition, RollupMark
from monitor.promises.defaults import ensure_defaults
from monitor.reports.adjusted.hidden_lateness import HIDING
from monitor.reports.rollup import folding
from tests.bench import queue, stage
from tests.bench.dashboards import fold_all
from tests.bench.figure import Effort, Figure, bounded
from tests.bench.queue import AGENTS, QUEUES
from tests.bench.rounds import in_turns

MOST: Final = 100_000
TENTH: Final = 10
ASKED: Final = 5
LIMIT: Final = 200.0
"""Milliseconds that a request may take in all."""
FOLDED: Final = 2000
SLOWER: Final = 2.0
"""So many times as long as without freezes folding may take with one in which each of these tickets lies."""
SCRIPTS: Final = ("past.sql", "hiding.sql")

Look = Callable[[], object]


def run(effort: Effort) -> list[Figure]:
    """Milliseconds, medians of interleaved rounds."""
    call_command("collectstatic", verbosity=0, interactive=False)
    many = min(effort.rows, MOST)
    few = max(many // TENTH, 1)
    taken = in_turns("hiding", (few, many), desk, _milliseconds, rounds=effort.rounds)
    names = dict.fromkeys(name for name, _size in taken)
    ours = {name: median(taken[name, many]) for name in names}
    return [
        *(figure for name in names for figure in _figures(name, ours[name], median(taken[name, few]))),
        _slower(ours["folding with a freeze"], ours["folding without"]),
    ]


def _figures(name: str, ours: float, few: float) -> list[Figure]:
    limit = None if name.startswith("folding") else LIMIT
    ratio = ours / few
    return [
        bounded(name, ours, unit="ms", limit=limit),
        Figure(f"{name}: many / few", ours, few, ratio, None, "ms", met=True),
    ]


def _slower(ours: float, without: float) -> Figure:
    ratio = ours / without
    return Figure("folding: with / without", ours, without, ratio, None, "ms", ratio <= SLOWER, "", SLOWER)


def _milliseconds(look: Look) -> float:
    look()
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        look()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def desk(tickets: int) -> dict[str, Look]:
    """Fill the database with so many tickets, a freeze, and their figures; return what is looked at."""
    ensure_defaults()
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    queue.add_backlog(shop, tickets, queues=queues, agents=agents, live=tickets)
    with transaction.atomic(), connection.cursor() as cursor:
        for script in SCRIPTS:
            cursor.execute(Path(__file__).with_name(script).read_text())
    admin = Agent.objects.create(email="bench-admin@example.com", is_admin=True)
    storm = _freeze(admin)
    fold_all()
    client = Client(HTTP_HOST="localhost")
    client.force_login(admin)
    return _looks(client, storm)


def _looks(client: Client, storm: Freeze) -> dict[str, Look]:
    days = f"{(database_now() - timedelta(days=27)).date()}..{database_now().date()}"
    behind = {
        f"tickets, {name}": _page(client, "tickets", asked=days, zone="UTC", hides=name, metric=act.metric)
        for name, act in HIDING.items()
    }
    sample = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[:FOLDED])
    return {
        "what hides lateness, 4 weeks": _page(client, "hiding", days="28"),
        "what hides lateness, a year": _page(client, "hiding", days="364"),
        **behind,
        "freezes": _page(client, "freezes"),
        "what a freeze would excuse": lambda: freezing.preview(_drawn()),
        "tickets that a freeze excuses": _page(client, "tickets", freeze=str(storm.pk), metric="promises"),
        "folding with a freeze": lambda: _fold(sample, frozen=True),
        "folding without": lambda: _fold(sample, frozen=False),
    }


def _drawn() -> Freeze:
    """Return a freeze of all queues over two days of which everybody was asked."""
    end = database_now() - timedelta(days=10)
    return Freeze(
        environment=Environment.LIVE, name="Storm", reason="?", starts_at=end - timedelta(days=2), ends_at=end
    )


def _freeze(by: Agent) -> Freeze:
    with transaction.atomic():
        return freezing.declare(_drawn(), by=by, now=database_now())


def _page(client: Client, name: str, **query: str) -> Look:
    def look() -> object:
        answer = client.get(reverse(name), query)
        assert answer.status_code == 200, answer.status_code
        return answer

    return look


def _fold(tickets: list[int], *, frozen: bool) -> None:
    """Fold these as if each had changed, and leave nothing of it."""
    with transaction.atomic():
        if frozen:
            Freeze.objects.update(starts_at=database_now() - timedelta(days=365), ends_at=None)
        else:
            Freeze.objects.update(taken_back_at=database_now(), taken_back_by=Agent.objects.latest("pk"))
        folding.await_turn()
        folding.fold(tickets, edition=RollupEdition.objects.latest("pk"))
        RollupMark.objects.all().delete()
        transaction.set_rollback(True)
