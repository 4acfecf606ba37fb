"""The web server as it runs, and the contract as it serves it."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.running import database_url, eventually, free_port, running


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[str]:
    """Serve the database of the tests; give the address of the API."""
    port, output = free_port(), tmp_path_factory.mktemp("web") / "console"
    given = {
        "DATABASE_URL": database_url(),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "ATTEND_WEB_PROCESSES": "1",
        "DEBUG": "1",
    }
    (tmp_path_factory.getbasetemp() / "static").mkdir(exist_ok=True)
    with running("-m", "config.web", output=output, env={**os.environ, **given}):
        address = f"http://127.0.0.1:{port}/api/v1"
        eventually(lambda: fetched(f"{address}/schema"), within=200)
        yield address


@pytest.fixture
def contract(api: str, tmp_path: Path) -> Path:
    """Give the contract as a file, alone in a directory."""
    file = tmp_path / "schema.json"
    file.write_bytes(fetched(f"{api}/schema"))
    return file


def fetched(address: str) -> bytes:
    """Return what is there; nothing while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310  # ours
            return bytes(answer.read())
    except OSError:
        return b""
