"""Tickets through the HTTP API, one by one and 500 at a time, beside PostgreSQL writing the same rows by itself.

One by one, the control is pgbench: the same tables and indexes, one statement a table, one transaction, prepared
statements, as many connections. For batches it is COPY of the very rows that a batch has written, under new ids.
What makes tickets findable writes behind them: the control is the same without it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef
from psycopg import sql

from config.runner import binaries, programs
from config.runner.programs import Program
from helpdesk.models import SearchRow, Ticket
from tests.bench import crowd, stage
from tests.bench.figure import Effort, Figure, bounded, compared
from tests.bench.stage import Shop

CONNECTIONS: Final = 16
BATCH: Final = 500
SECONDS: Final = 3.0
SCRIPT: Final = Path(__file__).with_name("ingest.pgbench.sql")
FINDING: Final = Program("finding", (sys.executable, "-m", "tests.bench.finding"))
FRESHNESS: Final = 2.0
PATIENCE: Final = 300.0
SIDES: Final = ("ours", "pgbench", "batch", "copy", "findable", "behind")

TABLES: Final = {
    "helpdesk_customer": "id = ANY(SELECT customer_id FROM copied)",
    "helpdesk_ticket": "id = ANY(SELECT id FROM copied)",
    "helpdesk_message": "ticket_id = ANY(SELECT id FROM copied)",
    "helpdesk_ticketevent": "ticket_id = ANY(SELECT id FROM copied)",
    "monitor_clock": "ticket_id = ANY(SELECT id FROM copied)",
    "monitor_rollupmark": "ticket_id = ANY(SELECT id FROM copied)",
    "monitor_standing": "ticket_id = ANY(SELECT id FROM copied)",
}
"""Every table that a ticket is written to, and which rows of it the last tickets of all have."""
NUMBERED: Final = {"id", "ticket_id", "customer_id", "message_id"}
SPACING: Final = 10_000_000_000
"""How far apart the ids of two copies lie."""


def run(effort: Effort, *, seconds: float = SECONDS) -> list[Figure]:
    """Tickets a second, medians of interleaved rounds."""
    shop = stage.shop()
    taken: dict[str, list[float]] = {side: [] for side in SIDES}
    with stage.running(programs.web()):
        stage.await_web()
        for size in (0, BATCH):
            post(shop, connections=CONNECTIONS, seconds=1, batch=size)
        copier = Copier()
        for _ in range(effort.rounds):
            crowd.tidy()
            taken["ours"].append(post(shop, connections=CONNECTIONS, seconds=seconds))
            taken["pgbench"].append(_pgbench(shop, seconds=seconds))
            taken["batch"].append(post(shop, connections=1, seconds=seconds, batch=BATCH))
            taken["copy"].append(copier.rate(batches=4))
            rate, behind = _post_findable(shop, seconds=seconds)
            taken["findable"].append(rate)
            taken["behind"].append(behind)
    return figures(*(median(taken[side]) for side in SIDES))


def figures(
    ours: float, pgbench: float, batch: float, copy: float, findable: float, behind: float
) -> list[Figure]:
    one_by_one = f"one by one, {CONNECTIONS} connections"
    return [
        compared(f"{one_by_one}: API / pgbench", ours, pgbench, unit="/s", floor=0.10),
        compared(f"batches of {BATCH}: API / COPY", batch, copy, unit="/s", floor=0.35),
        compared(f"{one_by_one}: findable / not", findable, ours, unit="/s", floor=0.95),
        bounded("then until the last is findable", behind, unit="s", limit=FRESHNESS),
    ]


def post(shop: Shop, *, connections: int, seconds: float, batch: int = 0, rate: int = 0) -> float:
    """Return the tickets a second that the API takes, of so many requests a second if there is a rate."""
    asked = {
        "port": stage.PORT,
        "key": shop.key,
        "connections": connections,
        "seconds": seconds,
        "batch": batch,
        "rate": rate,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", json.dumps(asked)], stdout=subprocess.PIPE, check=True
    )
    told = json.loads(done.stdout)
    return float(told["posted"] / told["seconds"])


def _post_findable(shop: Shop, *, seconds: float) -> tuple[float, float]:
    """Return the rate while tickets are made findable beside it, and the seconds until the last of them is."""
    with stage.running(FINDING):
        _await_findable()
        rate = post(shop, connections=CONNECTIONS, seconds=seconds)
        began = time.perf_counter()
        _await_findable()
        return rate, time.perf_counter() - began


def _await_findable() -> None:
    deadline = time.monotonic() + PATIENCE
    while Ticket.objects.filter(~Exists(SearchRow.objects.filter(ticket=OuterRef("pk")))).exists():
        if time.monotonic() > deadline:
            raise stage.NotStarted("what makes tickets findable")
        time.sleep(0.05)


def _pgbench(shop: Shop, *, seconds: float) -> float:
    """Return the transactions a second that pgbench makes."""
    command = [
        str(binaries.postgres() / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={SCRIPT}",
        f"--client={CONNECTIONS}", "--jobs=2", f"--time={max(round(seconds), 1)}",
        *(f"--define={name}={value}" for name, value in _constants(shop).items()),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=stage.postgres_environment()
    )
    [line] = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
    return float(line.split()[2])


def _constants(shop: Shop) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy_version_id, calendar_version_id FROM monitor_clock LIMIT 1")
        policy, calendar = cursor.fetchone()
    return {"store": shop.store, "queue": shop.queue, "policy": policy, "calendar": calendar}


class Copier:
    """Writes the rows of the last batch again and again, each time under ids that nobody has."""

    def __init__(self) -> None:
        self._copies = 0
        connection.ensure_connection()
        self._server = connection.connection
        self._columns = {table: self._columns_of(table) for table in TABLES}

    def rate(self, *, batches: int) -> float:
        """Return the tickets a second that COPY writes, a transaction for each batch."""
        ready = [self._read_out() for _ in range(batches)]
        began = time.perf_counter()
        for tables in ready:
            with self._server.transaction(), self._server.cursor() as cursor:
                for table, rows in tables.items():
                    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                        copy.write(rows)
        return batches * BATCH / (time.perf_counter() - began)

    def _read_out(self) -> dict[str, bytes]:
        self._copies += 1
        return {table: self._rows(table, self._copies * SPACING) for table in TABLES}

    def _rows(self, table: str, offset: int) -> bytes:
        """Return the rows of one table as COPY writes them, their ids moved by an offset."""
        columns = [_moved(table, column, offset) for column in self._columns[table]]
        query = sql.SQL(
            "COPY (WITH copied AS (SELECT id, customer_id FROM helpdesk_ticket WHERE id < {} "
            "ORDER BY id DESC LIMIT {}) SELECT {} FROM {} WHERE {}) TO STDOUT"
        ).format(SPACING, BATCH, sql.SQL(", ").join(columns), sql.Identifier(table), sql.SQL(TABLES[table]))
        with self._server.cursor() as cursor, cursor.copy(query) as copy:
            return b"".join(copy)

    def _columns_of(self, table: str) -> list[str]:
        rows = self._server.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return [column for (column,) in rows]


def _moved(table: str, column: str, offset: int) -> sql.Composable:
    name = sql.Identifier(column)
    if column in NUMBERED:
        return sql.SQL("{} + {}").format(name, offset)
    if column == "reference":
        return sql.SQL("'c' || to_hex(id + {})").format(offset)
    if column == "external_id":
        return sql.SQL("{} || {}").format(name, f"-{offset}")
    return name
