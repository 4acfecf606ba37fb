"""A store that sends, sends again, or is cut off: each ticket is there once."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from config.addresses import ROOT
from helpdesk.models import Ticket
from tests.config.running import database_url, eventually, free_port
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)

POSTS = 500
KILLED_AFTER = 150
CONNECTIONS = 8


class Said(NamedTuple):
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Store:
    """A store that writes to one web server."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key

    def post(self, ticket: dict[str, Any], **headers: str) -> Said:
        """Send a ticket on a connection of its own; raises OSError where no answer comes."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("POST", "/api/v1/tickets", json.dumps(ticket), self._headers(headers))
            answer = line.getresponse()
            return Said(answer.status, dict(answer.getheaders()), answer.read())
        except http.client.HTTPException as cut_off:
            raise ConnectionError from cut_off
        finally:
            line.close()

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **named}


@contextmanager
def web(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the database of this test; whoever is left at the end is killed."""
    given = {"DATABASE_URL": database_url(), "PORT": str(port), "DEBUG": "1", "ATTEND_RATE_QUOTA": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.web"],
        cwd=ROOT,
        env={**os.environ, **given},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: serves(port), within=60)
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the web server with all its processes, which get no chance to finish anything."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def serves(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/login/")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def ticket(number: int = 1) -> dict[str, Any]:
    return {
        "external_id": f"shop-{number}",
        "customer": {"email": f"{number}@example.com"},
        "message": {"body": "Where is my order?"},
    }


def test_fifty_threads_with_one_key_make_one_ticket(make: Make) -> None:
    port, key = free_port(), make.key()[1]
    store, together = Store(port, key), Barrier(50)

    def send(_number: int) -> Said:
        together.wait(timeout=30)
        return store.post(ticket(), Idempotency_Key="once")

    with web(port), ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(send, range(50)))
        again = [store.post(ticket(), Idempotency_Key="once") for _ in range(3)]
        other = store.post(ticket() | {"subject": "Another"}, Idempotency_Key="once")

    made = {answer.body for answer in [*answers, *again] if answer.status == 201}
    assert len(made) == 1
    assert {answer.status for answer in again} == {201}
    assert {answer.status for answer in answers} <= {201, 409}
    assert all("retry-after" in answer.headers for answer in answers if answer.status == 409)
    assert other.status == 422
    assert Ticket.objects.count() == 1


def test_every_ticket_that_was_confirmed_outlives_the_web_server(make: Make) -> None:
    port, key = free_port(), make.key()[1]
    store, confirmed, numbers = Store(port, key), set[int](), count()

    def send_until_cut_off(server: subprocess.Popen[bytes]) -> None:
        for number in numbers:
            if number >= POSTS:
                return
            try:
                if store.post(ticket(number)).status == 201:
                    confirmed.add(number)
            except OSError:
                return
            if len(confirmed) >= KILLED_AFTER:
                kill(server)

    with web(port) as server, ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(send_until_cut_off, [server] * CONNECTIONS))
    kept = set(Ticket.objects.values_list("external_id", flat=True))
    assert KILLED_AFTER <= len(confirmed) < POSTS
    assert {f"shop-{number}" for number in confirmed} <= kept

    with web(port), ThreadPoolExecutor(CONNECTIONS) as threads:
        answers = list(threads.map(lambda number: store.post(ticket(number)).status, range(POSTS)))
    assert answers.count(200) == len(kept)
    assert answers.count(201) == POSTS - len(kept)
    assert Ticket.objects.count() == POSTS
