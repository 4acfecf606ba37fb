"""A row per ticket of a million, read from the web process: how fast, and what the process grows by meanwhile.

An admin reads all of it, and a member their queue; then some ask for all and read nothing. What the process grows by is
said among few tickets too.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from config import exposure
from helpdesk.models import Agent, Membership, Queue
from tests.bench import crowd, queue, stage
from tests.bench.figure import Effort, Figure, bounded
from tests.bench.queue import AGENTS, QUEUES
from tests.bench.streams import one_web, pss
from tests.web.session import session_of

FEW: Final = 10_000
STALLED: Final = 20
"""Readers that never read."""
AT_ONCE: Final = 1024 * 1024
GROWN_BY: Final = 32 * 1024
"""KiB: some pieces, and what the interpreter does not give back."""
FLATNESS: Final = 1.5
SCRIPT: Final = Path(__file__).with_name("exports.sql")


class Reading(NamedTuple):
    """What reading a table took: lines, seconds of each tenth of its bytes, and KiB by which the process grew."""

    lines: int
    tenths: list[float]
    grown: float

    @property
    def rate(self) -> float:
        return self.lines / sum(self.tenths)


def run(effort: Effort, *, few: int = FEW) -> list[Figure]:
    """Rows per second, and KiB of PSS."""
    before = _readings(few)
    ours = _readings(effort.rows)
    whole, of_queue = ours["all"], ours["one queue"]
    flatness = median(whole.tenths[-3:]) / median(whole.tenths[:3])
    return [
        bounded("all: rows", whole.lines, unit="rows"),
        bounded("all: how fast", whole.rate, unit="rows/s"),
        bounded("one queue: how fast", of_queue.rate, unit="rows/s"),
        bounded("all: last tenths / first", flatness, unit="time", limit=FLATNESS),
        bounded(f"all of {few}: growth of the process", before["all"].grown, unit="KiB"),
        bounded("all: growth of the process", whole.grown, unit="KiB", limit=GROWN_BY),
        bounded(
            f"growth by each of {STALLED} that read nothing", ours["stalled"].grown, unit="KiB", limit=2048
        ),
        bounded(
            "connections while they do not", ours["stalled"].lines, unit="at most", limit=settings.WEB_THREADS
        ),
    ]


def _readings(rows: int) -> dict[str, Reading]:
    with stage.empty_database(f"exports_{rows}"):
        admin, member = _desk(rows)
        with one_web() as process:
            read(admin)  # what is loaded once is loaded by now
            return {
                "all": read(admin, pid=process.pid),
                "one queue": read(member, pid=process.pid),
                "stalled": _stalled(admin, pid=process.pid),
            }


def _desk(tickets: int) -> tuple[str, str]:
    """Fill the database with so many tickets; return the sessions of an admin, and of a member of one queue."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    Membership.objects.create(agent=agents[1], queue=queues[-1])
    Agent.objects.filter(pk=agents[0].pk).update(is_admin=True)
    queue.add_backlog(shop, tickets, queues=queues, agents=agents)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCRIPT.read_text())
    crowd.tidy()
    return session_of(agents[0]), session_of(agents[1])


def read(session: str, *, pid: int | None = None) -> Reading:
    """Read the table to its end, looking now and then at what the process weighs."""
    before = largest = pss(pid) if pid else 0.0
    lines, marks = 0, [time.perf_counter()]
    with closing(_asked(session)) as client:
        answer = client.getresponse()
        if answer.status != 200:
            raise stage.NotStarted(f"the table: {answer.status}")
        while bit := answer.read(AT_ONCE):
            lines += bit.count(b"\n")
            marks.append(time.perf_counter())
            largest = max(largest, pss(pid)) if pid else 0.0
    ends = [marks[len(marks) * tenth // 10 - 1] for tenth in range(1, 11)]
    tenths = [end - begin for begin, end in zip([marks[0], *ends], ends, strict=False)]
    return Reading(lines - 1, tenths, largest - before)


def _stalled(session: str, *, pid: int) -> Reading:
    """Return what each of some weighs that never read, and how many connections there are meanwhile."""
    before = pss(pid)
    with ExitStack() as stack:
        for _ in range(STALLED):
            client = stack.enter_context(closing(_asked(session)))
            stack.enter_context(closing(client.getresponse()))
        return Reading(_connections(), [], (pss(pid) - before) / STALLED)


def _asked(session: str) -> HTTPConnection:
    client = HTTPConnection("127.0.0.1", exposure.port(), timeout=120)
    client.request(
        "GET", "/board/tickets.csv", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    )
    return client


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [(count,)] = cursor.fetchall()
    return int(count)
