"""Where benchmarks play: throw-away servers, the processes of ./dev run, and one store with a key."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import django
import psycopg
from django.core.management import call_command
from django.db import connection, transaction

from config import addresses, exposure
from config.runner import identity, throwaway, up
from config.runner.cluster import roles
from config.runner.embedded import Postgres, Valkey
from config.runner.programs import Program
from tests.config.running import end
from tests.plugin import migrated_database

PORT = 18_437
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "HOST": "127.0.0.1",
    "PORT": str(PORT),
    "ATTEND_DEMO": "0",
    "ATTEND_RATE_QUOTA": "0",
    "ATTEND_LOG_LEVEL": "ERROR",
}


class NotStarted(Exception):
    """A process that is to be measured does not come up."""


@contextmanager
def servers() -> Iterator[dict[str, Postgres | Valkey]]:
    """Start servers of our own, whatever the environment names, and set Django up on an empty database."""
    for named in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(named, None)
    os.environ.update(ENVIRONMENT)
    with throwaway.servers() as started:
        django.setup()
        migrated_database.fill()
        call_command("seed", verbosity=0)
        let_clocks_hang_on_nothing()
        try:
            yield started
        finally:
            connection.close()


def let_clocks_hang_on_nothing() -> None:
    """Let our own role write rows whose foreign keys are not looked at."""
    _maintain("GRANT SET ON PARAMETER session_replication_role TO attend")


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    """Use a copy of the database as Django has set it up, and throw it away at the end."""
    with _copy(name, of=addresses.DATABASE):
        yield


@contextmanager
def copied_database(name: str) -> Iterator[None]:
    """Use a copy of the database as it is, and throw it away at the end."""
    with _copy(name, of=str(connection.settings_dict["NAME"])):
        yield


@contextmanager
def _copy(name: str, *, of: str) -> Iterator[None]:
    before = str(connection.settings_dict["NAME"])
    _maintain(f"CREATE DATABASE bench_{name} TEMPLATE {of} OWNER attend")
    turn_to(f"bench_{name}")
    try:
        yield
    finally:
        turn_to(before)
        _maintain(f"DROP DATABASE bench_{name} WITH (FORCE)")


def turn_to(database: str) -> None:
    """Use another database of the same server from now on, and let the processes use it that start later."""
    connection.close()
    connection.settings_dict["NAME"] = database
    os.environ["DATABASE_URL"] = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"


def _maintain(statement: str) -> None:
    """Run a statement as the keeper of all databases, in turn with others: two at once cannot change one grant."""
    connection.close()
    place = connection.settings_dict["HOST"]
    with psycopg.connect(host=place, user=roles.KEEPER, dbname="postgres", autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext('tests.bench'))")
        server.execute(statement.encode())


class Shop(NamedTuple):
    """A live store, its queue, and a key to write to it."""

    store: int
    queue: int
    key: str


def shop() -> Shop:
    """Make the shop."""
    from helpdesk.access import api_keys
    from helpdesk.database.instant import database_now
    from helpdesk.models import Environment, Queue, Scope, Store

    with transaction.atomic():
        queue = Queue.objects.create(name="Bench")
        store = Store.objects.create(name="Bench", environment=Environment.LIVE, default_queue=queue)
        _, raw = api_keys.issue(store, Scope.values, database_now())
    return Shop(store.pk, queue.pk, raw)


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Keep some of the processes of ./dev run going; raise HadToBeKilled where one does not end."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.extend(
            subprocess.Popen(program.command, preexec_fn=identity.dying_with_us())  # noqa: PLW1509  # one thread
            for program in programs
        )
        yield
    finally:
        end(*started)


def await_web() -> None:
    """Return once the web answers; raise NotStarted after 30 s."""
    deadline = time.monotonic() + 30
    while not up.answers(f"{exposure.local_address()}/healthz"):
        if time.monotonic() > deadline:
            raise NotStarted("the web server")
        time.sleep(0.05)


def postgres_environment() -> dict[str, str]:
    """Return what libpq's own programs need to find the database that we are connected to."""
    connection.ensure_connection()
    info = connection.connection.info
    return {**os.environ, "PGHOST": info.host, "PGUSER": info.user, "PGDATABASE": info.dbname}
