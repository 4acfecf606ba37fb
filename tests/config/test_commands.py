"""./dev and the plain commands beside it: each works, or says in one sentence what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.addresses import ROOT
from config.runner.commands import COMMANDS
from tests.config.running import dev, environment

MISSING = "Set DATABASE_URL and REDIS_URL, or start the embedded servers with ./dev run in another terminal."


def test_alone_it_explains_itself() -> None:
    alone = dev()

    assert alone.returncode == 0
    assert all(f"./dev {command.spelled}" in alone.stdout for command in COMMANDS)


def test_an_unknown_command_explains_and_fails() -> None:
    assert dev("rnu").returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "runserver"),
        ("-m", "celery", "-A", "config", "worker"),
        ("-m", "celery", "-A", "config", "beat"),
    ],
)
def test_without_servers_the_plain_commands_say_what_is_missing(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(ATTEND_VAR=tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1] == MISSING


def test_what_asks_first_does_nothing_without_an_answer(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()

    assert dev("reset", ATTEND_VAR=tmp_path).returncode == 1
    assert (tmp_path / "postgres").exists()


def test_a_reset_removes_all_data_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "mine").touch()

    assert dev("reset", "--yes", ATTEND_VAR=tmp_path).returncode == 0
    assert not (tmp_path / "postgres").exists()
    assert (tmp_path / "mine").exists()


def test_a_reset_leaves_a_server_of_yours_alone(tmp_path: Path) -> None:
    refused = dev("reset", "--yes", ATTEND_VAR=tmp_path, DATABASE_URL="postgresql://db.example/attend")

    assert refused.returncode == 1
    assert refused.stderr.startswith("DATABASE_URL names a server of yours")


def test_a_cluster_of_another_postgres_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")

    refused = dev("manage", "check", ATTEND_VAR=tmp_path)

    assert refused.returncode == 1
    assert "was made by PostgreSQL 9" in refused.stderr
    assert "./dev reset" in refused.stderr


def test_manage_brings_its_own_servers_where_none_run(tmp_path: Path) -> None:
    """A database that has just been made has its tables and defaults; nothing is left running."""
    count = "from monitor.models import Policy; print(Policy.objects.exists())"

    done = dev("manage", "shell", "-v0", "-c", count, ATTEND_VAR=tmp_path)

    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
