"""A database as the migrations leave it, kept between runs: reading it takes a second, migrating most of a minute.

What is kept counts only as long as the migrations, packages and server that it was made with are what they were.
Migrations that have come since are applied to it, and then that is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings

from config.addresses import ROOT
from config.backup import postgres_programs

NAME: Final = "attend_migrated"
KEPT: Final = ROOT / "var" / "migrated"
FAR: Final = 30_000_000_000
"""Where numbers begin in tests: near the end of the 35 bits that references have, where those are that a restored
installation gives after many years. What has room for small ones alone is found out."""
MADE_WITH: Final = ("*/migrations/*.py", "requirements.dev.lock")


def template() -> str:
    """Return the name of a migrated database to copy; empty where the server is not ours to leave one on."""
    if not settings.DATABASES["default"]["HOST"].startswith("/"):
        return ""
    with _one_at_a_time(), _server() as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            server.execute("CREATE DATABASE attend_migrating")
            _fill(_address("attend_migrating"), server.info.server_version // 10000)
            _begin_far(_address("attend_migrating"))
            server.execute(f"ALTER DATABASE attend_migrating RENAME TO {NAME}")
    return NAME


def _begin_far(address: str) -> None:
    with psycopg.connect(address) as line:
        line.execute(_BEGIN, [FAR])


def fill() -> None:
    """Bring the empty database that DATABASE_URL names to where the migrations leave it."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address) as line:
        version = line.info.server_version // 10000
    with _one_at_a_time():
        _fill(address, version)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        yield server


def _address(database: str) -> str:
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}"


def _fill(address: str, version: int) -> None:
    """Read into an empty database what is kept, if it is still good, and migrate it where it is not the newest."""
    kept, made_with = KEPT / f"{version}.sql", KEPT / f"{version}.json"
    place, files = postgres_programs.fit_for(version), _digests()
    then = json.loads(made_with.read_text()) if made_with.exists() and kept.exists() else {}
    if then and then.items() <= files.items():
        at_once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run(place / "psql", *at_once, f"--dbname={address}", f"--file={kept}")
    if then == files:
        return
    _run(sys.executable, "manage.py", "migrate", "-v0", DATABASE_URL=address)
    made_with.unlink(missing_ok=True)  # whoever dies in between keeps nothing that could be taken for another
    _run(place / "pg_dump", "--no-owner", f"--file={kept}", f"--dbname={address}")
    made_with.write_text(json.dumps(files))


def _run(program: str | Path, *arguments: str, **given: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **given}
    subprocess.run([program, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


_BEGIN: Final = """
    SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, %s) FROM pg_sequences
     WHERE data_type = 'bigint'::regtype
       AND (starts_with(sequencename, 'helpdesk_') OR starts_with(sequencename, 'monitor_'))
"""


def _digests() -> dict[str, str]:
    """Return by what files the database is made, each with a digest of it."""
    found = sorted(path for pattern in MADE_WITH for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
