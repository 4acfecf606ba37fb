"""A command of manage.py that is held up by a lock in the middle of a transaction, and killed there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from django.db import connection

from config.addresses import ROOT
from tests.config.running import database_url, eventually

PATIENCE = 240.0
"""Seconds: a migration of many versions makes its way to the lock on a machine that is busy with other things."""


def kill_held_up(command: list[str], *, by: LiteralString, of: int | None = None) -> None:
    """Run the command while this statement's locks are held; kill it once it waits for one of them.

    Returns once the server has noticed, and holds none of its locks any more.
    """
    with psycopg.connect(**connection.get_connection_params()) as obstacle:
        obstacle.execute(by, None if of is None else [of])
        with manage(command) as process:
            eventually(lambda: _is_held_up() or process.poll() is not None, within=PATIENCE)
            assert process.poll() is None, "it ended and was not held up"
            process.kill()
    eventually(lambda: not _is_there(), within=PATIENCE)


@contextmanager
def manage(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command on the database of this test, as somebody whom PostgreSQL knows by name."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "PGAPPNAME": "doomed"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _is_held_up() -> bool:
    return _is_there(waiting=True)


def _is_there(*, waiting: bool = False) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'doomed' AND (NOT %s OR wait_event_type = 'Lock'))",
            [waiting],
        )
        return bool(cursor.fetchone()[0])
