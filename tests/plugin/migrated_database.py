"""A database as the migrations leave it, kept between runs: reading it takes a second, migrating most of a minute.

What is kept counts only for the very migrations, packages and server that it was made with. A migration that
is not in it yet would still be applied, for Django migrates each test database after it has been copied.
"""

from __future__ import annotations

import fcntl
import hashlib
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
MADE_WITH: Final = ("*/migrations/*.py", "requirements.dev.lock")


def template() -> str:
    """Return the name of a migrated database to copy; empty where the server is not ours to leave one on."""
    if not settings.DATABASES["default"]["HOST"].startswith("/"):
        return ""
    with _one_at_a_time(), _server() as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            server.execute("CREATE DATABASE attend_migrating")
            _fill(_address("attend_migrating"), server.info.server_version // 10000)
            server.execute(f"ALTER DATABASE attend_migrating RENAME TO {NAME}")
    return NAME


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
    """Read into an empty database what is kept; if nothing is, migrate it and keep that alone."""
    place = postgres_programs.fit_for(version)
    kept = KEPT / f"{version}-{_digest()}.sql"
    if kept.exists():
        at_once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        subprocess.run(
            [place / "psql", *at_once, f"--dbname={address}", f"--file={kept}"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return
    migrating = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=migrating, check=True)
    unfinished = kept.with_suffix(".unfinished")
    subprocess.run(
        [place / "pg_dump", "--no-owner", f"--file={unfinished}", f"--dbname={address}"], check=True
    )
    for older in KEPT.glob(f"{version}-*.sql"):
        older.unlink()
    unfinished.rename(kept)


def _digest() -> str:
    """Say by what files the database was made, and with which words in them."""
    found = sorted(path for pattern in MADE_WITH for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(Path(path).read_bytes() for path in found)).hexdigest()[:16]
