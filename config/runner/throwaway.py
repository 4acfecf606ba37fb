"""Servers that live as long as one command, in memory where there is room, and leave nothing behind."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.runner import embedded
from config.runner.embedded import Postgres, Valkey

PREFIX = "attend-test-"

ROOM_NEEDED = 2 * 1024**3
"""Bytes that have to be free in memory before servers are put there."""


@contextmanager
def servers() -> Iterator[dict[str, Postgres | Valkey]]:
    """Start what the environment does not name, and name it there; yield what was started, by name."""
    with ExitStack() as stack:
        var = stack.enter_context(_directory())
        os.environ["ATTEND_VAR"] = str(var)
        os.environ["ATTEND_REDIS_PREFIX"] = f"{var.name}:"
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
        yield {server.name: server for server in _started(var, stack)}


@contextmanager
def _directory() -> Iterator[Path]:
    """Make a directory, locked as long as we live, and remove those of others that have died."""
    place = _place()
    for left_over in place.glob(f"{PREFIX}*"):
        _remove_if_dead(left_over)
    var = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    with (var / "alive").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        try:
            yield var
        finally:
            shutil.rmtree(var, ignore_errors=True)


def _started(var: Path, stack: ExitStack) -> Iterator[Postgres | Valkey]:
    """Start the servers one by one, each to be stopped with the stack."""
    for server in embedded.servers(var, durable=False):
        stack.callback(server.stop)
        server.start()
        os.environ[server.variable] = server.url
        yield server


def _place() -> Path:
    memory = Path("/dev/shm")  # noqa: S108  # what is made in it is ours alone
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_NEEDED
    return memory if roomy else Path(tempfile.gettempdir())


def _remove_if_dead(directory: Path) -> None:
    try:
        with (directory / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
    except OSError:  # it lives, has just been made, or is somebody else's
        return
