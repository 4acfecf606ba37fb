"""The drill: many live tickets, of which some fall due, and something dies meanwhile.

Every flag must be raised, and once. PostgreSQL, Valkey, beat, the watch and two Celery workers are the real ones.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from django.db import connection

from config import addresses
from config.runner import identity, programs
from config.runner.embedded import Postgres, Valkey
from config.runner.programs import Program
from tests.bench import crowd, stage
from tests.bench.figure import quantile
from tests.bench.lag import AHEAD, BY_WORKERS, let_fall_due
from tests.config.running import end

WORKERS = ("worker 1", "worker 2")
"""Under which names PostgreSQL knows their connections."""

PATIENCE = 30.0
"""Seconds after the last alarm until which a flag is waited for."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many tickets are live, how many fall due, within how many seconds, and for how many a fault lasts."""

    tickets: int = 10_000
    due: int = 500
    within: float = 60.0
    outage: float = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Lags are in milliseconds, from the alarm to the flag as an observer saw it committed."""

    fault: str
    due: int
    flagged: int
    doubled: int
    lags: list[float]
    noticed: Counter[str]
    note: str

    @property
    def sound(self) -> bool:
        return self.flagged == self.due and self.doubled == 0

    @property
    def by_workers(self) -> float:
        """Return the share of the flags that Celery workers noticed."""
        return sum(self.noticed[who] for who in BY_WORKERS) / max(self.flagged, 1)

    def __str__(self) -> str:
        told = ", ".join(f"{who} {count}" for who, count in self.noticed.most_common())
        return (
            f"{self.fault:9} {self.flagged} of {self.due} flagged, {self.doubled} doubled; lag p50 "
            f"{quantile(self.lags, 0.5):.1f} ms, p99 {quantile(self.lags, 0.99):.1f} ms, longest "
            f"{max(self.lags):.1f} ms; noticed by {told} (workers {self.by_workers:.0%}){self.note}"
        )


@dataclass
class Scene:
    """Who is at work."""

    servers: dict[str, Postgres | Valkey]
    workers: list[subprocess.Popen[bytes]]
    note: str = ""


def run(fault: str, size: Size) -> Outcome:
    """Hold one drill on servers of its own."""
    with stage.servers() as servers:
        let_commits_be_durable()
        crowd.add_tickets(stage.shop(), size.tickets)
        crowd.tidy()
        with at_work(*WORKERS, "beat", "watch") as processes:
            scene = Scene(servers, processes[: len(WORKERS)])
            _watch(let_fall_due(20, 2.0), 20, 0)  # until everybody is up
            before = _highest_flag()
            last = let_fall_due(size.due, size.within)
            with ThreadPoolExecutor(
                1
            ) as observer:  # the fault is the main thread's: a server dies with its starter
                lags = observer.submit(_watch, last, size.due, before)
                FAULTS[fault](scene, size)
            return _outcome(fault, size, lags.result(), before, scene.note)


def let_commits_be_durable() -> None:
    """Have the throw-away database keep what it has committed, as one in earnest does."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {addresses.DATABASE} SET synchronous_commit = on")


@contextmanager
def at_work(*names: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep these processes of ./dev run going, each in a session of its own; several have numbers."""
    os.environ["ATTEND_WORKERS"] = "1"  # each worker is one process
    by_name = {program.name: program for program in programs.watchmen()}
    started = [_start(by_name[name.partition(" ")[0]], name) for name in names]
    try:
        yield started
    finally:
        end(*started)


def _start(program: Program, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command,
        env={**os.environ, "PGAPPNAME": name},
        start_new_session=True,
        preexec_fn=identity.dying_with_us(),  # noqa: PLW1509  # one thread so far
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _watch(last: datetime, count: int, before: int) -> list[float]:
    """Look every millisecond at what is committed; return each flag's lag as it was seen."""
    seen: dict[int, float] = {}
    until = time.monotonic() + (last - datetime.now(UTC)).total_seconds() + PATIENCE  # noqa: TID251  # this machine's
    while len(seen) < count and time.monotonic() < until:
        try:
            with psycopg.connect(_address(), autocommit=True) as observer:
                while len(seen) < count and time.monotonic() < until:
                    for number, lag in observer.execute(_LAGS, [before], prepare=True).fetchall():
                        seen.setdefault(number, lag)
                    time.sleep(0.001)
        except psycopg.OperationalError:  # the database is what dies in this drill
            time.sleep(0.05)
    return list(seen.values())


def _outcome(fault: str, size: Size, lags: list[float], before: int, note: str) -> Outcome:
    with psycopg.connect(_address(), autocommit=True) as observer:
        noticed: Counter[str] = Counter(dict(observer.execute(_NOTICED, [before]).fetchall()))
        [(doubled,)] = observer.execute(_DOUBLED).fetchall()
    return Outcome(fault, size.due, sum(noticed.values()), doubled, lags or [0.0], noticed, note)


def _highest_flag() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM monitor_flag")
        [(highest,)] = cursor.fetchall()
    return int(highest)


def _address() -> str:
    return os.environ["DATABASE_URL"]


# What dies.


def nothing(scene: Scene, size: Size) -> None:
    """Let everybody live."""


def worker(scene: Scene, size: Size) -> None:
    """Kill a worker outright, with its pool, while it holds claimed clocks and cannot go on."""
    time.sleep(AHEAD + size.within / 4)
    with psycopg.connect(_address()) as obstacle, psycopg.connect(_address(), autocommit=True) as observer:
        obstacle.execute("LOCK TABLE monitor_news IN SHARE MODE")  # nothing can be said of a flag
        name = _await_claim(observer)
        victim = scene.workers[WORKERS.index(name)]
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    scene.note = f"; {name} was killed inside its claim"


def _await_claim(observer: psycopg.Connection) -> str:
    """Return the name of the first worker whose claim waits for a lock."""
    deadline = time.monotonic() + 20
    while not (claiming := observer.execute(_CLAIMING, [list(WORKERS)]).fetchall()):
        assert time.monotonic() < deadline, "no worker came to its claim"
        time.sleep(0.01)
    return str(claiming[0][0])


def frozen(scene: Scene, size: Size) -> None:
    """Freeze Valkey for a while: it accepts connections and answers nothing."""
    valkey = server_process(scene.servers, "valkey")
    time.sleep(AHEAD + size.within / 4)
    valkey.send_signal(signal.SIGSTOP)
    time.sleep(size.outage)
    valkey.send_signal(signal.SIGCONT)
    scene.note = f"; Valkey frozen for {size.outage:g} s"


def killed(scene: Scene, size: Size) -> None:
    """Kill Valkey outright, and start it again, empty, after a while."""
    time.sleep(AHEAD + size.within / 4)
    server_process(scene.servers, "valkey").kill()
    time.sleep(size.outage)
    scene.servers["valkey"].start()
    scene.note = f"; Valkey dead for {size.outage:g} s"


def gone(scene: Scene, size: Size) -> None:
    """Kill Valkey outright, for ever."""
    time.sleep(AHEAD + size.within / 4)
    server_process(scene.servers, "valkey").kill()
    scene.note = "; Valkey dead from then on"


def database(scene: Scene, size: Size) -> None:
    """Stop PostgreSQL as a crash would, and start it again."""
    time.sleep(AHEAD + size.within / 4)
    postgres = server_process(scene.servers, "postgres")
    postgres.send_signal(signal.SIGQUIT)
    postgres.wait()
    scene.servers["postgres"].start()
    scene.note = "; PostgreSQL restarted at once"


def server_process(servers: dict[str, Postgres | Valkey], name: str) -> subprocess.Popen[bytes]:
    """Return the process of one of our own servers, which is there."""
    process = servers[name].process
    assert process is not None
    return process


FAULTS: dict[str, Callable[[Scene, Size], None]] = {
    "none": nothing,
    "worker": worker,
    "frozen": frozen,
    "killed": killed,
    "gone": gone,
    "database": database,
}

_LAGS = """
    SELECT id, extract(epoch FROM clock_timestamp() - rang_at)::float * 1000 FROM monitor_flag WHERE id > %s
"""

_NOTICED = "SELECT noticed_by, count(*) FROM monitor_flag WHERE id > %s GROUP BY noticed_by"

_DOUBLED = """
    SELECT (SELECT count(*) FROM (SELECT FROM monitor_flag GROUP BY clock_id, level HAVING count(*) > 1) twice)
         + (SELECT count(*) FROM (
                SELECT FROM monitor_flag flag LEFT JOIN monitor_news news ON news.flag_id = flag.id
                 GROUP BY flag.id HAVING count(news.id) <> 1) untold)
"""

_CLAIMING = """
    SELECT application_name FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND query LIKE '%%WITH ringing%%' AND application_name = ANY(%s)
"""
