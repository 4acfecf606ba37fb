"""An attempt has so many seconds in all: to find the address, to reach one, and to talk."""

from __future__ import annotations

import socket
from threading import Event
from typing import Any

import pytest

from helpdesk.outbox.deadline import Deadline, DeadlinePassed


def test_the_next_address_is_tried_where_one_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with Deadline(5) as deadline, deadline.connect(["127.0.0.2", "127.0.0.1"], port) as line:
            assert line.getpeername() == ("127.0.0.1", port)


def test_the_refusal_of_the_last_one_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with Deadline(5) as deadline, pytest.raises(ConnectionRefusedError):
            deadline.connect(["127.0.0.2", "127.0.0.3"], port)


def test_a_resolver_that_takes_too_long_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Event()

    def hang(*_: Any, **__: Any) -> list[Any]:
        asked.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(DeadlinePassed, match="not resolved in time"):
        Deadline(0.05).resolve("example.com", 25)
    asked.set()


def test_a_name_that_nobody_has_is_a_failure_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(socket.gaierror):
        Deadline(5).resolve("nobody.example", 25)


def test_nothing_is_begun_when_the_time_is_over() -> None:
    with pytest.raises(DeadlinePassed):
        Deadline(-1).left()


def test_what_can_be_no_name_is_said_at_once() -> None:
    with pytest.raises(UnicodeError):
        Deadline(60).resolve("a" * 70 + ".example", 25)
