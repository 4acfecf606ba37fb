"""A real worker of the alarms' queue, and a Valkey of the test's own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any, NamedTuple

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from config.celery import ALARMS, app
from config.runner.embedded import Valkey
from monitor.watch import watchmen
from monitor.watch.doorbell import Doorbell
from tests.config.running import Running, database_url, eventually, running

HASTY = ("-m", "celery", "--quiet", "--app", "tests.config.broker.hasty_celery")
LONG = 60.0
"""Seconds for a worker to start on a machine that has much to do."""


class Messages(NamedTuple):
    """How many messages the broker holds."""

    waiting: int
    unacknowledged: int


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A broker of the test's own, which may die."""
    server = Valkey(tmp_path)
    server.start()
    try:
        yield server
    finally:
        process_of(server).send_signal(signal.SIGCONT)
        server.stop()


def process_of(server: Valkey) -> Popen[bytes]:
    assert server.process
    return server.process


@pytest.fixture
def broker(valkey: Valkey) -> Celery:
    """What speaks to that broker as ours does."""
    ours = Celery(broker=valkey.url.replace("unix://", "redis+socket://"))
    ours.conf.broker_transport_options = {"global_keyprefix": settings.REDIS_PREFIX}
    ours.conf.task_queues, ours.conf.task_routes = app.conf.task_queues, app.conf.task_routes
    return ours


@pytest.fixture
def ring(broker: Celery) -> Callable[[], bool]:
    """Ring for a heartbeat; there is no beat beside us."""
    doorbell = Doorbell(broker, longest_rest=0.0)
    return lambda: doorbell.ring("monitor.heartbeat")


def messages(broker: Celery) -> Messages:
    with broker.connection_for_write() as connected:
        channel: Any = connected.default_channel  # Redis's own, with a client
        return Messages(channel.client.llen(ALARMS), channel.client.hlen(channel.unacked_key))


@contextmanager
def at_work(
    valkey: Valkey, ring: Callable[[], bool], tmp_path: Path, *, pool: str, at_once: int = 1
) -> Iterator[Running]:
    """Keep a worker of the alarms' queue, which has shown that it works."""
    chosen = ("worker", "--queues", ALARMS, "--pool", pool, "--concurrency", str(at_once))
    without = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": valkey.url}
    with running(*HASTY, *chosen, *without, output=tmp_path / "worker", env=env) as worker:
        ring()
        eventually(watchmen.awake, within=LONG)
        yield worker


@contextmanager
def a_task_under_way(ring: Callable[[], bool]) -> Iterator[None]:
    """Hold up a heartbeat that a worker has taken, until the block is left."""
    with psycopg.connect(**connection.get_connection_params()) as obstacle:
        obstacle.execute("LOCK TABLE monitor_lifesign IN SHARE MODE")
        ring()
        eventually(_somebody_waits, within=LONG)
        yield


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
