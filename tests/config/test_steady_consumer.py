"""A worker is back soon after its broker, by itself: a real worker, and a real Valkey that is frozen or dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from config.broker import steady_consumer
from config.celery import ALARMS, app
from config.runner.embedded import Valkey
from monitor.watch import watchmen
from monitor.watch.doorbell import Doorbell
from tests.config.running import Running, database_url, eventually, running

pytestmark = pytest.mark.django_db(transaction=True)

HASTY = ("-m", "celery", "--quiet", "--app", "tests.config.hasty_celery")
LONG = 60.0
"""Seconds for a worker to start on a machine that has much to do."""


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
def ring(valkey: Valkey) -> Callable[[], bool]:
    """Ring for a heartbeat; there is no beat beside us."""
    ours = Celery(broker=valkey.url.replace("unix://", "redis+socket://"))
    ours.conf.broker_transport_options = {"global_keyprefix": settings.REDIS_PREFIX}
    ours.conf.task_queues, ours.conf.task_routes = app.conf.task_queues, app.conf.task_routes
    doorbell = Doorbell(ours, longest_rest=0.0)
    return lambda: doorbell.ring("monitor.heartbeat")


@contextmanager
def at_work(valkey: Valkey, ring: Callable[[], bool], tmp_path: Path, *, pool: str) -> Iterator[Running]:
    """Keep a worker of the alarms' queue, which has shown that it works."""
    chosen = ("worker", "--queues", ALARMS, "--pool", pool, "--concurrency", "1")
    without = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": valkey.url}
    with running(*HASTY, *chosen, *without, output=tmp_path / "worker", env=env) as worker:
        ring()
        eventually(watchmen.awake, within=LONG)
        yield worker


def works_again(ring: Callable[[], bool]) -> bool:
    """Ring until somebody comes who has not been there before."""
    before = watchmen.awake()
    return eventually(lambda: ring() and watchmen.awake() != before, within=LONG)


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


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_it_is_back_from_a_broker_that_froze_while_it_acknowledged(
    valkey: Valkey, ring: Callable[[], bool], tmp_path: Path, pool: str
) -> None:
    with at_work(valkey, ring, tmp_path, pool=pool) as worker:
        with a_task_under_way(ring):
            process_of(valkey).send_signal(signal.SIGSTOP)
        worker.await_words("Connection to broker lost")
        worker.await_words("(2/None)")  # asked for again, twice in vain
        process_of(valkey).send_signal(signal.SIGCONT)

        assert works_again(ring)
        assert worker.popen.poll() is None


def test_it_is_back_from_a_broker_that_was_gone_and_asks_at_an_even_pace(
    valkey: Valkey, ring: Callable[[], bool], tmp_path: Path
) -> None:
    with at_work(valkey, ring, tmp_path, pool="prefork") as worker:
        process_of(valkey).kill()
        process_of(valkey).wait()
        worker.await_words("(8/None)")
        valkey.start()

        assert works_again(ring)
        assert worker.said().count("Trying again now") >= 8, "so it calls a pause below a second"
        assert "Trying again in" not in worker.said()


def test_in_earnest_it_asks_often_enough_to_be_back_within_five_seconds() -> None:
    assert steady_consumer.SOONEST <= steady_consumer.LATEST < 5
