"""`./dev run` as a person meets it: real servers, real processes, real signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from config import addresses
from tests.config import lock_environment
from tests.config.running import Running, dev, environment, eventually, free_port, running

pytestmark = pytest.mark.long

RUN = ("-m", "config.runner.commands", "run")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attend")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def up(var: Path, port: int) -> Iterator[Running]:
    """Everything but the demo, running on no more than `./dev run` installs."""
    python = lock_environment.make("requirements.run.lock", at=var / "venv")
    env = environment(ATTEND_VAR=var, PORT=port, ATTEND_DEMO=0, ATTEND_WORKERS=1)
    with running(*RUN, output=var / "console", env=env, python=python) as process:
        process.await_words("Attend is ready")
        yield process


def health(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        told: dict[str, object] = json.load(answer)
        return told


def awake(port: int) -> set[str]:
    return set(cast("dict[str, str]", health(port)["awake"]))


def is_healthy(port: int) -> bool:
    try:
        return health(port)["database"] == "ok"
    except OSError:
        return False


def test_it_says_where_it_serves_and_serves_there(up: Running, port: int) -> None:
    assert f"http://127.0.0.1:{port}" in up.said()
    assert health(port)["database"] == "ok"
    assert set(up.children()) == {
        "postgres",
        "valkey",
        "web",
        "worker",
        "outbox",
        "upkeep",
        "beat",
        "watch",
        "postman",
    }


def test_what_it_installs_is_enough_for_everybody(up: Running, port: int) -> None:
    eventually(lambda: {"heartbeat", "watch"} <= awake(port), within=40)

    assert "ModuleNotFoundError" not in up.said()


def test_it_says_how_to_make_the_first_admin(up: Running) -> None:
    assert "There is no admin yet. Make the first one: ./dev manage createsuperuser" in up.said()


def test_a_twin_is_refused_and_named(up: Running, var: Path) -> None:
    twin = dev("run", ATTEND_VAR=var, PORT=free_port())

    assert twin.returncode == 1
    assert twin.stderr.strip() == f"Attend already runs on {var} (process {up.popen.pid})."


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", free_port()))
        somebody.listen()
        taken = dev("run", ATTEND_VAR=tmp_path, PORT=somebody.getsockname()[1])

    assert taken.returncode == 1
    assert "Address already in use. Choose another" in taken.stdout


def test_known_logins_are_refused_on_an_address_that_others_reach(
    up: Running, var: Path, tmp_path: Path
) -> None:
    theirs = {"DATABASE_URL": addresses.database_url(var), "REDIS_URL": addresses.redis_url(var)}
    everywhere = "0.0.0.0"  # noqa: S104  # it refuses

    refused = dev("run", ATTEND_VAR=tmp_path, PORT=free_port(), HOST=everywhere, ATTEND_DEMO=1, **theirs)

    assert refused.returncode == 1
    assert "The demo's logins are known to all" in refused.stdout


def test_manage_joins_the_running_servers_and_prints_only_its_own(up: Running, var: Path) -> None:
    joined = dev("manage", "shell", "-v0", "-c", "print(6 * 7)", ATTEND_VAR=var)

    assert (joined.returncode, joined.stdout) == (0, "42\n")


@pytest.mark.parametrize(
    "name", ["worker", "outbox", "upkeep", "beat", "watch", "postman", "web", "valkey", "postgres"]
)
def test_whoever_is_killed_is_started_again(up: Running, port: int, name: str) -> None:
    killed = up.children()[name]
    os.kill(killed, signal.SIGKILL)

    eventually(lambda: up.children().get(name, killed) != killed, within=40)
    eventually(lambda: is_healthy(port), within=40)
    assert f"{name} has ended; it is started again" in up.said()


def test_a_backup_can_be_restored(up: Running, var: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    count = (
        "manage",
        "shell",
        "-v0",
        "-c",
        "from helpdesk.models import Queue; print(Queue.objects.count())",
    )
    add = (
        "manage",
        "shell",
        "-v0",
        "-c",
        "from helpdesk.models import Queue; Queue.objects.create(name='later')",
    )
    before = dev(*count, ATTEND_VAR=var).stdout

    assert dev("manage", "backup", str(file), ATTEND_VAR=var).returncode == 0
    assert dev(*add, ATTEND_VAR=var).returncode == 0
    assert dev("manage", "restore", str(file), ATTEND_VAR=var).stderr.startswith(
        "CommandError: This asks first"
    )
    assert dev("manage", "restore", str(file), "--yes", ATTEND_VAR=var).returncode == 0
    assert dev(*count, ATTEND_VAR=var).stdout == before


def test_a_broken_backup_changes_nothing(up: Running, var: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"PGDMP and nothing more")

    refused = dev("manage", "restore", str(broken), "--yes", ATTEND_VAR=var)

    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: pg_restore: ")


def test_killed_outright_it_leaves_no_process_and_the_next_start_is_clean(
    up: Running, var: Path, port: int, tmp_path: Path
) -> None:
    children = up.children().values()
    up.stop(signal.SIGKILL)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), within=40)

    env = environment(ATTEND_VAR=var, PORT=port, ATTEND_DEMO=0, ATTEND_WORKERS=1)
    with running(*RUN, output=tmp_path / "console", env=env) as again:
        again.await_words("Attend is ready")
        assert again.stop() == 0
        assert "Everything has stopped." in again.said()
