"""A client of the streams that is no browser: it reads events from a real web process."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from django.conf import settings

from helpdesk.models import Agent
from tests.config.running import Running, database_url, eventually, free_port, running
from tests.web.session import session_of

NOTHING_MISSED = 10**15 - 1
"""A version that is later than all."""


class Told(NamedTuple):
    """An event, and what it says."""

    kind: str
    data: dict[str, Any]


class OpenStream:
    """A stream of somebody, open until it is closed; `status` is what was answered."""

    def __init__(
        self, port: int, who: Agent | str, *, since: int = NOTHING_MISSED, patience: float = 20.0
    ) -> None:
        session = who if isinstance(who, str) else session_of(who)
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        asked = f"GET /live/?since={since} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        self._socket.sendall(asked.encode())
        self._lines = self._socket.makefile("rb")
        self.status = int(self._lines.readline().split()[1])
        self.headers = dict(self._heads())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _heads(self) -> Iterator[tuple[str, str]]:
        while line := self._lines.readline().decode().strip():
            name, _, value = line.partition(": ")
            yield name, value

    def next(self) -> Told | None:
        """Return the next event, or null once the stream has ended; raises TimeoutError where none comes."""
        kind, data = "", ""
        while not (kind and data):
            line = self._lines.readline().decode()
            if not line or line == "0\r\n":
                return None
            name, _, value = line.strip().partition(": ")
            kind, data = (value if name == "event" else kind), (value if name == "data" else data)
        return Told(kind, json.loads(data))

    def next_ring(self) -> dict[str, Any]:
        """Return what is told next; raises AssertionError where the stream ends before."""
        while told := self.next():
            if told.kind == "ring":
                return told.data
        raise AssertionError("the stream has ended")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@contextmanager
def web_process(output: Path, **given: object) -> Iterator[tuple[int, Running]]:
    """Serve the database of the tests by one web process; yields its port."""
    port = free_port()
    told = {"DATABASE_URL": database_url(), "PORT": str(port), "ATTEND_WEB_PROCESSES": "1", "DEBUG": "1"}
    env = {**os.environ, **told, **{name: str(value) for name, value in given.items()}}
    with running("-m", "config.web", output=output, env=env) as process:
        eventually(lambda: _answers(port), within=60)
        yield port, process


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return line.recv(20).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
