"""What keeping figures costs whoever writes, and how old figures are while many write.

Tickets come through the HTTP API on connections that are never idle, with what folds them beside it and without: pairs
of both, whose order changes with each. Then they come at a rate, and somebody asks again and again how old figures
are. The desk has tickets, and figures of them, before that: what is added to is not empty.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from typing import Final

from django.db import connection

from config.runner import programs
from config.runner.programs import Program
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Queue
from monitor.models import RollupMark
from monitor.reports.rollup.cell_reading import CellReading
from monitor.tasks import roll_up
from tests.bench import crowd, dashboards, ingest, queue, stage
from tests.bench.figure import Effort, Figure, bounded, compared, quantile
from tests.bench.ingest import CONNECTIONS, PATIENCE
from tests.bench.queue import AGENTS, QUEUES
from tests.bench.stage import Shop

FOLDING: Final = Program("folding", (sys.executable, "-m", "tests.bench.folding"))
SECONDS: Final = 8.0
"""Some turns of whoever folds."""
RATE: Final = 200
FLOOR: Final = 0.95
FRESHNESS: Final = 2.0
LOOKED_EVERY: Final = 0.05


def run(effort: Effort, *, seconds: float = SECONDS) -> list[Figure]:
    """Tickets a second, medians of interleaved rounds; and seconds."""
    shop = desk(effort.rows)
    taken: dict[str, list[float]] = {side: [] for side in ("without", "with", "behind")}
    with stage.running(programs.web()):
        stage.await_web()
        ingest.post(shop, connections=CONNECTIONS, seconds=1)
        sides: list[Callable[[], None]] = [
            lambda: taken["without"].append(ingest.post(shop, connections=CONNECTIONS, seconds=seconds)),
            lambda: _post_folded(shop, seconds, taken),
        ]
        for number in range(effort.rounds):
            for side in sides[:: 1 if number % 2 else -1]:
                catch_up()
                crowd.tidy()
                side()
        catch_up()
        rate, ages = ages_at_rate(shop, seconds=seconds * effort.rounds)
        catch_up()
    return figures(*(median(values) for values in taken.values()), rate=rate, ages=ages)


def figures(without: float, folded: float, behind: float, *, rate: float, ages: list[float]) -> list[Figure]:
    busy = f"one by one, {CONNECTIONS} connections"
    paced = f"figures at {RATE} tickets a second"
    return [
        compared(f"{busy}: with / without folding", folded, without, unit="/s", floor=FLOOR),
        bounded("then until the last is folded", behind, unit="s"),
        bounded("tickets taken at that rate", rate, unit="/s"),
        bounded(f"{paced}: age, p50", quantile(ages, 0.5), unit="s"),
        bounded(f"{paced}: age, p95", quantile(ages, 0.95), unit="s", limit=FRESHNESS),
        bounded(f"{paced}: age, oldest", max(ages), unit="s"),
    ]


def desk(tickets: int) -> Shop:
    """Fill the database with so many tickets and their figures; return where more are to come."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    queue.add_backlog(shop, tickets, queues=queues, agents=agents)
    dashboards.fold_all()
    return shop


def catch_up() -> None:
    """Fold whatever is marked."""
    while RollupMark.objects.exists():
        roll_up()


def _post_folded(shop: Shop, seconds: float, taken: dict[str, list[float]]) -> None:
    """Note the rate while tickets are folded beside it, and the seconds until the last of them is."""
    with stage.running(FOLDING):
        _await_folded_once()
        taken["with"].append(ingest.post(shop, connections=CONNECTIONS, seconds=seconds))
        began = time.perf_counter()
        _await_folded()
        taken["behind"].append(time.perf_counter() - began)


def _await_folded_once() -> None:
    """Return once whoever folds is there: a mark of no ticket is gone."""
    RollupMark.objects.create(ticket_id=0)
    _await_folded()


def _await_folded() -> None:
    deadline = time.monotonic() + PATIENCE
    while RollupMark.objects.exists():
        if time.monotonic() > deadline:
            raise stage.NotStarted("what folds")
        time.sleep(LOOKED_EVERY)


def ages_at_rate(shop: Shop, *, seconds: float) -> tuple[float, list[float]]:
    """Let tickets come at the rate for so long; return the rate there was, and how old figures were each time."""
    ages: list[float] = []
    with stage.running(FOLDING), ThreadPoolExecutor(1) as poster:
        _await_folded_once()
        posted = poster.submit(ingest.post, shop, connections=CONNECTIONS, seconds=seconds, rate=RATE)
        while not posted.done():
            ages.append(_age().total_seconds())
            time.sleep(LOOKED_EVERY)
    connection.close()
    return posted.result(), ages


def _age() -> timedelta:
    """Return how old the figures are that somebody would be shown now."""
    reading = CellReading.begin()
    assert reading is not None
    return database_now() - reading.behind_since if reading.behind_since else timedelta()
