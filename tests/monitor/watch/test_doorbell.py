"""A ring takes no patience: a broker that is silent holds nobody up, and is soon asked again once it was back."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from config.celery import app
from config.runner.embedded import Valkey
from monitor.watch.doorbell import MOST_RINGS, Doorbell
from tests.config.running import eventually


@pytest.fixture(autouse=True)
def promises() -> None:
    """A ring knows of no promise, and needs no database."""


@contextmanager
def frozen() -> Iterator[int]:
    """A server that takes connections and never says a word, as a stopped one does; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_frozen_broker_holds_nobody_up_and_is_given_a_rest() -> None:
    with frozen() as port:
        doorbell = Doorbell(Celery(broker=f"redis://127.0.0.1:{port}/0"))
        started = time.monotonic()
        assert [doorbell.ring() for _ in range(50)] == [False] * 50
        assert time.monotonic() - started < 3.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def rests(doorbell: Doorbell, clock: list[float], *, silences: int) -> list[float]:
    """Ring as often as it is asked until it was silent so often; return the seconds of rest after each silence."""
    rests = []
    for _ in range(silences):
        assert not doorbell.ring()
        rests.append(doorbell._silent_until - clock[0])
        clock[0] = doorbell._silent_until
    return rests


def test_a_broker_that_was_heard_again_is_given_a_short_rest_when_it_falls_silent_anew(
    tmp_path: Path, clock: list[float]
) -> None:
    valkey = Valkey(tmp_path)
    doorbell = Doorbell(Celery(broker=valkey.url.replace("unix://", "redis+socket://")))
    assert rests(doorbell, clock, silences=5) == [1, 2, 4, 8, 8]

    valkey.start()
    try:
        assert doorbell.ring()
    finally:
        valkey.stop()

    assert rests(doorbell, clock, silences=2) == [1, 2]


def test_no_more_rings_wait_than_say_something(queue: str) -> None:
    doorbell = Doorbell(app)
    rung = [doorbell.ring() for _ in range(MOST_RINGS + 5)]

    assert rung == [True] * MOST_RINGS + [False] * 5
    with app.connection_for_write() as broker:
        assert channel(broker).client.llen(queue) == MOST_RINGS


def test_a_ring_does_not_say_when_it_is_out_of_date(queue: str) -> None:
    """Who rings and who comes may be on two machines, whose clocks need not agree."""
    Doorbell(app).ring()
    Doorbell(app).ring("monitor.heartbeat")

    with app.connection_for_write() as broker:
        for _ in range(2):
            message = channel(broker).basic_get(queue, no_ack=True)
            assert message.headers["expires"] is None


def channel(broker: Any) -> Any:
    return broker.default_channel


def test_a_broker_that_has_come_back_is_rung_again(queue: str, nobody_home: Doorbell) -> None:
    assert nobody_home.ring() is False
    nobody_home._app = app

    eventually(nobody_home.ring)
