"""A backup is whole or not there, goes into every server that is supported, and needs no ./dev."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest
from django.db.utils import ConnectionHandler
from psycopg.conninfo import conninfo_to_dict

from config.addresses import ROOT
from config.backup import backup_file, postgres_programs
from config.runner import binaries, embedded
from tests.config.running import dev, environment

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

        assert dev("manage", "backup", file, **given).returncode == 0
        database.execute("DROP TABLE kept")
        restored = dev("manage", "restore", file, "--yes", **given)

        assert restored.returncode == 0, restored.stderr
        assert database.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_on_a_server_both_are_plain_commands(older: embedded.Postgres, tmp_path: Path) -> None:
    with psycopg.connect(older.url, autocommit=True) as database:
        database.execute("CREATE TABLE kept AS SELECT 7 AS number")
        assert _manage("backup", "here", url=older.url, called_from=tmp_path).returncode == 0
        database.execute("DROP TABLE kept")

        unanswered = _manage("restore", "here", url=older.url, called_from=tmp_path)
        assert "This asks first" in unanswered.stderr
        answered = _manage("restore", "here", "--yes", url=older.url, called_from=tmp_path)

        assert (answered.returncode, answered.stderr) == (0, "")
        assert database.execute("SELECT number FROM kept").fetchall() == [(7,)]
    assert (tmp_path / "here").stat().st_mode & 0o777 == 0o600


def test_what_fails_leaves_no_file_behind(older: embedded.Postgres, tmp_path: Path) -> None:
    with psycopg.connect(older.url, autocommit=True) as database:
        database.execute(
            "CREATE TABLE hidden (); CREATE ROLE clerk LOGIN; GRANT ALL ON SCHEMA public TO clerk"
        )
        clerk = older.url.replace("//attend@", "//clerk@")
        failed = _manage("backup", "here", url=clerk, called_from=tmp_path)

    assert failed.returncode == 1
    assert failed.stderr.startswith("CommandError: pg_dump: ")
    assert list(tmp_path.glob("here*")) == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    absent = _manage("restore", "gone", "--yes", url="postgresql://127.0.0.1:9/attend", called_from=tmp_path)

    assert absent.stderr == "CommandError: There is no file gone.\n"


def _manage(command: str, *arguments: str, url: str, called_from: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as on a server, from another directory."""
    given = {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:9/0", "ATTEND_VAR": called_from}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", command, *arguments],
        cwd=called_from,
        env=environment(**given),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only programs are those of Debian's directories that a test makes."""
    monkeypatch.delenv("ATTEND_PG_BINDIR", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres_programs, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgres_programs, "package_directory", lambda _name: None)
    return tmp_path


def _install(place: Path, version: int) -> Path:
    directory = place / str(version) / "bin"
    directory.mkdir(parents=True)
    for name in postgres_programs.NEEDED:
        (directory / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.4 (Debian)'\n")
        (directory / name).chmod(0o755)
    return directory


def test_the_server_is_read_by_programs_that_are_not_older(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = _install(programs, 9), _install(programs, 17)
    assert postgres_programs.fit_for(15) == new
    assert postgres_programs.newest() == new

    monkeypatch.setenv("ATTEND_PG_BINDIR", str(old))
    assert postgres_programs.newest() == old
    with pytest.raises(
        postgres_programs.NoPrograms, match="newest pg_dump here is of 9, which cannot read it"
    ):
        postgres_programs.fit_for(15)


def test_programs_on_the_path_come_first_if_they_are_new_enough(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, on_path = _install(programs, 18), _install(programs / "elsewhere", 15)
    monkeypatch.setenv("PATH", str(on_path))

    assert (postgres_programs.fit_for(15), postgres_programs.fit_for(16)) == (on_path, newest)


def test_a_machine_without_programs_says_what_to_install(programs: Path) -> None:
    with pytest.raises(postgres_programs.NoPrograms, match="install postgresql-client"):
        postgres_programs.newest()


@pytest.mark.parametrize(
    ("address", "shown", "password"),
    [
        ("postgresql://attend:s%40fe@db:5432/attend", {"host": "db", "port": "5432"}, "s@fe"),
        ("postgresql://attend@%2Frun%2Fpg/attend", {"host": "/run/pg"}, None),
        ("postgresql://db/attend?sslmode=require", {"host": "db", "sslmode": "require"}, None),
    ],
)
def test_the_password_does_not_stand_in_the_list_of_processes(
    monkeypatch: pytest.MonkeyPatch, address: str, shown: dict[str, str], password: str | None
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    there = ConnectionHandler({"default": dj_database_url.parse(address)})["default"]
    monkeypatch.setattr(backup_file, "connection", there)

    said = conninfo_to_dict(backup_file._address())
    assert said.items() >= shown.items()
    assert "password" not in said
    assert backup_file._environment().get("PGPASSWORD") == password
