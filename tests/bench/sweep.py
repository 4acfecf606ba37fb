"""The sweep: what it costs when nothing is due, and how many flags a second one worker raises.

With nothing due, `flags.raise_due` is asked again and again, over as many running clocks as there may be. With
much due, the control is the bare claim of the same rows: their alarms moved on, and nothing written besides.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import datetime
from statistics import median
from typing import Final

from django.db import connection

from helpdesk.database.instant import database_now
from helpdesk.database.statement import run as run_statement
from monitor.alarms import flags
from tests.bench import crowd, stage
from tests.bench.figure import Effort, Figure, bounded, compared, quantile

ASKED: Final = 1000
"""Empty sweeps in each round and size."""
WARMING: Final = 50
BATCHES: Final = (500, 1000, 2000)
DUE: Final = 20_000
P99_LIMITS: Final = {1_000_000: 2.0}
FLATNESS: Final = 1.5


def run(
    effort: Effort, *, sizes: tuple[int, ...] | None = None, asked: int = ASKED, due: int = DUE
) -> list[Figure]:
    sizes = sizes or ((100_000, 1_000_000, 10_000_000) if effort.full else (100_000, 1_000_000))
    return [*_empty(sizes, effort.rounds, asked), *_raising(effort.rounds, due)]


def _empty(sizes: tuple[int, ...], rounds: int, asked: int) -> list[Figure]:
    """Ask over each size in turn, each in a database of its own; milliseconds."""
    taken: dict[int, list[list[float]]] = {size: [] for size in sizes}
    with ExitStack() as databases:
        for size in sizes:
            databases.enter_context(stage.empty_database(f"sweep_{size}"))
            crowd.add_bare(1, size)
            crowd.tidy()
        for _ in range(rounds):
            for size in sizes:
                stage.turn_to(f"bench_sweep_{size}")
                taken[size].append(_asked(asked))
    p50, p99 = (
        {size: median(quantile(times, share) for times in taken[size]) for size in sizes}
        for share in (0.5, 0.99)
    )
    figures = [bounded(f"nothing due, {size:,} clocks: p50", p50[size], unit="ms") for size in sizes]
    figures += [
        bounded(f"nothing due, {size:,} clocks: p99", p99[size], unit="ms", limit=P99_LIMITS.get(size))
        for size in sizes
    ]
    return [*figures, _flatness(p50, sizes[0], sizes[-1])]


def _flatness(p50: dict[int, float], few: int, many: int) -> Figure:
    ratio = p50[many] / p50[few]
    name, note = f"nothing due, p50: {many:,} / {few:,} clocks", "the limit is that of the ratio"
    return Figure(name, p50[many], p50[few], ratio, None, "ms", ratio <= FLATNESS, note, limit=FLATNESS)


def _asked(times: int) -> list[float]:
    """Return the milliseconds of each of so many sweeps that find nothing."""
    now, taken = database_now(), []
    for turn in range(WARMING + times):
        began = time.perf_counter()
        flags.raise_due(now=now, limit=500, noticed_by="bench")
        if turn >= WARMING:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _raising(rounds: int, due: int) -> list[Figure]:
    """Raise flags and claim barely, in batches of each size, a round of both after the other; clocks a second."""
    shop = stage.shop()
    crowd.add_tickets(shop, due)
    figures = []
    for batch in BATCHES:
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(_rate(_raise, batch, due))
            bare.append(_rate(_claim, batch, due))
        name = f"flags raised, batches of {batch}: ours / bare claim"
        figures.append(compared(name, median(ours), median(bare), unit="/s", floor=0.35))
    return figures


def _rate(one_batch: object, batch: int, due: int) -> float:
    """Return the clocks a second that are taken, a batch a transaction, until none is left."""
    now = _let_ring()
    began, taken = time.perf_counter(), 0
    while some := one_batch(now, batch):  # type: ignore[operator]  # one of the two below
        taken += some
    assert taken == due, f"{taken} of {due}"
    return taken / (time.perf_counter() - began)


def _let_ring() -> datetime:
    """Let the alarm of every ticket's clock have come, no flag raised yet; return the time."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE monitor_news, monitor_flag")
        cursor.execute(
            "UPDATE monitor_clock SET due_at = at, breach_at = at, breach_kind = 'due', rings_at = at "
            "FROM (SELECT id, now() - random() * interval '1 min' AS at FROM monitor_clock) alarm "
            "WHERE alarm.id = monitor_clock.id AND ticket_id < %s",
            [crowd.BARE_FROM],
        )
    crowd.tidy()
    return database_now()


def _raise(now: datetime, limit: int) -> int:
    return flags.raise_due(now=now, limit=limit, noticed_by="bench")


def _claim(now: datetime, limit: int) -> int:
    [(claimed,)] = run_statement(_BARE_CLAIM, (now, limit))
    return int(claimed)


_BARE_CLAIM = """
    WITH claimed AS (
        UPDATE monitor_clock SET rings_at = NULL
         WHERE id IN (
                   SELECT id FROM monitor_clock WHERE rings_at <= %s
                 ORDER BY rings_at LIMIT %s FOR UPDATE SKIP LOCKED)
     RETURNING id
    )
    SELECT count(*) FROM claimed
"""
