"""The lag: from an alarm to its flag, as somebody sees it who looks every millisecond at what is committed.

Many clocks run; some fall due at random instants. The watch, beat, a Celery worker and Valkey are the real ones.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from typing import Final, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection

from config.runner import programs
from tests.bench import crowd, stage
from tests.bench.figure import Effort, Figure, bounded, compared, quantile

BY_WORKERS: Final = {"worker", "heartbeat"}
"""Who of those that notice runs in a Celery worker."""
ALARMS_A_SECOND: Final = 25
WARMING: Final = 50
"""Alarms before those that count, until everybody is up."""
AHEAD: Final = 3
"""Seconds until the first alarm, so that the watch hears of it in time."""


class Seen(NamedTuple):
    """A flag, and how many milliseconds after its alarm it was seen."""

    lag: float
    noticed_by: str


def run(effort: Effort, *, seconds: float | None = None, warming: int = WARMING) -> list[Figure]:
    """Milliseconds, over all alarms: 20 s of them, or with more than five rounds 4 s for each."""
    seconds = seconds or 4.0 * effort.rounds
    alarms = round(seconds * ALARMS_A_SECOND)
    crowd.add_bare(1, effort.rows)
    crowd.add_tickets(stage.shop(), alarms + warming)
    crowd.tidy()
    with stage.running(*programs.watchmen()):
        _see(let_fall_due(warming, warming * 0.08), warming)
        seen = _see(let_fall_due(alarms, seconds), alarms)
    return [*_figures([one.lag for one in seen], effort.rows), *_shares(seen)]


def _figures(lags: list[float], rows: int) -> list[Figure]:
    among = f"{rows:.0e} running clocks, {len(lags)} alarms"
    return [
        bounded(f"{among}: p50", quantile(lags, 0.5), unit="ms", limit=15),
        bounded(f"{among}: p99", quantile(lags, 0.99), unit="ms", limit=100),
        bounded(f"{among}: longest", max(lags), unit="ms"),
    ]


def _shares(seen: list[Seen]) -> list[Figure]:
    """Say who noticed: the share of the Celery workers has to be nine tenths."""
    noticed = Counter(one.noticed_by for one in seen)
    by_workers = sum(noticed[who] for who in BY_WORKERS)
    told = ", ".join(f"{who} {count}" for who, count in noticed.most_common())
    name = "flags noticed by Celery workers / all"
    return [compared(name, by_workers, len(seen), unit="flags", floor=0.9, note=told)]


def let_fall_due(count: int, seconds: float) -> datetime:
    """Give so many clocks of real tickets an alarm at random within so many seconds; return the last alarm.

    The watch is told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALARMS, [AHEAD, seconds, crowd.BARE_FROM, count])
        [(last,)] = cursor.fetchall()
        cursor.execute("SELECT pg_notify(%s, '')", [settings.ALARM_CHANNEL])
    return last  # type: ignore[no-any-return]  # the statement's only column


def _see(last: datetime, count: int) -> list[Seen]:
    """Look every millisecond until so many new flags were seen, at most a minute longer than the last alarm."""
    connection.ensure_connection()
    seen: dict[int, Seen] = {}
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as observer:
        observer.execute("SET plan_cache_mode = force_generic_plan")
        [(until, reached)] = observer.execute(_BEGIN, [last])
        until += time.monotonic()
        while len(seen) < count and time.monotonic() < until:
            for number, noticed_by, lag in observer.execute(_FLAGS, [reached], prepare=True).fetchall():
                seen.setdefault(number, Seen(lag, noticed_by))
            time.sleep(0.001)
    assert len(seen) == count, f"{len(seen)} of {count} alarms were flagged"
    return list(seen.values())


_ALARMS = """
    WITH alarm AS (
        SELECT id, clock_timestamp() + interval '1 s' * (%s + random() * %s) AS at FROM monitor_clock
         WHERE ticket_id < %s AND breach_at IS NULL ORDER BY id LIMIT %s
    ), written AS (
        UPDATE monitor_clock clock SET due_at = at, breach_at = at, breach_kind = 'due', rings_at = at
          FROM alarm WHERE alarm.id = clock.id RETURNING at
    )
    SELECT max(at) FROM written
"""

_BEGIN = """
    SELECT extract(epoch FROM %s - clock_timestamp())::float + 60, coalesce((SELECT max(id) FROM monitor_flag), 0)
"""

# A number may be committed after a greater one: whatever is new is looked at each time, and is seldom much.
_FLAGS = """
    SELECT id, noticed_by, extract(epoch FROM clock_timestamp() - rang_at)::float * 1000
      FROM monitor_flag WHERE id > %s
"""
