"""Throw-away PostgreSQL and Valkey for the tests, unless DATABASE_URL and REDIS_URL name others."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from config import embedded

ROOM_NEEDED = 2 * 1024**3
"""Bytes that have to be free in memory before the servers are put there."""

STARTED: list[embedded.Postgres | embedded.Valkey] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the servers, then let Django read its settings; the workers of xdist inherit them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        os.environ["ATTEND_REDIS_PREFIX"] += f"{worker}:"
    else:
        start()
    return (yield)


def start() -> None:
    var = Path(tempfile.mkdtemp(prefix="attend-test-", dir=_place()))
    os.environ["ATTEND_VAR"] = str(var)
    os.environ["ATTEND_REDIS_PREFIX"] = f"test-{var.name[-8:]}:"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    for server in embedded.servers(var, durable=False):
        STARTED.append(server)
        server.start()
        os.environ[server.variable] = server.url


def _place() -> Path:
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_NEEDED
    return memory if roomy else Path(tempfile.gettempdir())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started, and leave nothing behind."""
    for server in reversed(STARTED):
        server.stop()
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        shutil.rmtree(os.environ["ATTEND_VAR"], ignore_errors=True)
    STARTED.clear()
