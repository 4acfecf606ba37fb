"""A backup that newer tools have written goes into every server that is supported."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import keeping
from config.runner import binaries, embedded
from tests.config.running import dev

KNEW_ALL_SETTINGS = 17
"""The first PostgreSQL that takes every line of a script which its own tools write."""


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[embedded.Postgres]:
    """A running server that is older than the tools of the lock."""
    there = [found for found in binaries.debian() if int(found.parent.name) < KNEW_ALL_SETTINGS]
    if not there:
        pytest.skip("older: there is no PostgreSQL before 17 in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="attend-test-") as place, monkeypatch.context() as only_here:
        Path(place).chmod(0o755)  # as root the server runs as nobody
        only_here.setenv("ATTEND_PG_BINDIR", str(there[0]))
        server = embedded.Postgres(Path(place), durable=False)
        server.start()
        only_here.undo()
        yield server
        server.stop()


def test_a_backup_can_be_restored_into_an_older_server(
    older: embedded.Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATTEND_PG_BINDIR", raising=False)
    given = {"DATABASE_URL": older.url, "REDIS_URL": "redis://127.0.0.1:9/0", "ATTEND_VAR": tmp_path}
    file = str(tmp_path / "backup")
    with psycopg.connect(older.url, autocommit=True) as database:
        database.execute("CREATE TABLE kept AS SELECT 7 AS number")

        assert dev("backup", file, **given).returncode == 0
        database.execute("DROP TABLE kept")
        restored = dev("restore", file, "--yes", **given)

        assert restored.returncode == 0, restored.stderr
        assert database.execute("SELECT number FROM kept").fetchall() == [(7,)]


@pytest.mark.parametrize(
    ("address", "shown", "password"),
    [
        ("postgresql://attend:s%40fe@db:5432/attend", "postgresql://attend@db:5432/attend", "s@fe"),
        ("postgresql://attend@%2Frun%2Fpg/attend", "postgresql://attend@%2Frun%2Fpg/attend", None),
        ("postgresql:///attend?host=/run/pg", "postgresql:///attend?host=/run/pg", None),
    ],
)
def test_the_password_does_not_stand_in_the_list_of_processes(
    monkeypatch: pytest.MonkeyPatch, address: str, shown: str, password: str | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)

    assert keeping._database() == shown
    assert keeping._password().get("PGPASSWORD") == password
