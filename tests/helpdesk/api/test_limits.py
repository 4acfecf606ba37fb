"""How much a key may ask, and that a silent Redis holds nobody up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from helpdesk.api.request import rate_limit
from helpdesk.models import RefusedRequest, Ticket
from tests.helpdesk.api.conftest import QUOTA, Caller, Callers, assert_problem


def test_the_quota_is_told_and_kept(quota: Any, caller: Caller) -> None:
    answers = [caller.get("/tickets") for _ in range(QUOTA + 1)]

    assert [answer.status_code for answer in answers] == [200] * QUOTA + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=5;w=600'
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == [
        *("r=4", "r=3", "r=2", "r=1", "r=0", "r=0")
    ]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600
    assert "Retry-After" not in answers[0].headers
    assert_problem(answers[-1], 429, "rate-limited")


def test_each_key_has_its_own_quota(quota: Any, caller: Caller, callers: Callers) -> None:
    for _ in range(QUOTA + 1):
        caller.get("/tickets")

    assert callers().get("/tickets").status_code == 200


def test_what_is_over_the_quota_is_neither_done_nor_written_down(quota: Any, caller: Caller) -> None:
    for _ in range(QUOTA + 3):
        caller.post("/tickets", {"message": {"body": "Hello?"}})

    assert Ticket.objects.count() == QUOTA
    assert not RefusedRequest.objects.exists()


def test_a_quota_of_none_is_no_limit(quota: Any, caller: Caller) -> None:
    quota.API_RATE_QUOTA = 0

    assert "RateLimit" not in caller.get("/tickets").headers


def test_the_quota_holds_when_many_ask_at_once(quota: Any) -> None:
    quota.API_RATE_QUOTA = 100

    with ThreadPoolExecutor(20) as pool:
        allowances = list(pool.map(lambda _: rate_limit.take("1"), range(300)))

    assert sum(one is not None and not one.spent for one in allowances) == 100


def test_a_window_that_is_over_grants_again(quota: Any) -> None:
    quota.API_RATE_WINDOW = 1
    while (last := rate_limit.take("2")) is not None and not last.spent:
        pass
    assert last is not None

    deadline = time.monotonic() + 10
    while (again := rate_limit.take("2")) is not None and again.spent:
        assert time.monotonic() < deadline

    assert again is not None


class FrozenRedis:
    """Takes connections and never answers; counts who tried."""

    def __init__(self, path: Path) -> None:
        self.url = f"unix://{path}"
        self.connections: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(100)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self._listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for one in (self._listener, *self.connections):
            one.close()


@pytest.fixture
def frozen(tmp_path: Path, quota: Any) -> Iterator[FrozenRedis]:
    redis = FrozenRedis(tmp_path / "redis.sock")
    quota.REDIS_URL = redis.url
    rate_limit.doorbell().close()
    rate_limit.doorbell.cache_clear()
    yield redis
    redis.close()


def test_a_frozen_redis_is_left_alone_within_a_tenth_of_a_second(frozen: FrozenRedis) -> None:
    tries = [_seconds_to_be_let_through() for _ in range(5)]

    assert min(tries) < 0.1  # the least of them, since a busy machine may halt anybody at any moment
    assert len(frozen.connections) == len(tries)


def test_once_silent_it_is_not_asked_for_a_while(
    frozen: FrozenRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "SILENT_FOR", 60.0)

    assert [rate_limit.take("3") for _ in range(100)] == [None] * 100
    assert len(frozen.connections) == 1


def _seconds_to_be_let_through() -> float:
    """Take one request from a Redis that nobody has asked yet."""
    rate_limit.doorbell.cache_clear()
    before = time.monotonic()
    assert rate_limit.take("3") is None
    return time.monotonic() - before


def test_tickets_come_in_while_redis_is_frozen(frozen: FrozenRedis, caller: Caller) -> None:
    answers = [caller.post("/tickets", {"message": {"body": "Hello?"}}) for _ in range(QUOTA + 3)]

    assert {answer.status_code for answer in answers} == {201}
    assert "RateLimit" not in answers[0].headers


def test_a_redis_that_is_gone_holds_nobody_up(frozen: FrozenRedis, quota: Any) -> None:
    quota.REDIS_URL = f"{frozen.url}.gone"

    assert min(_seconds_to_be_let_through() for _ in range(5)) < 0.1


def test_one_request_in_a_while_asks_whether_redis_is_back(
    frozen: FrozenRedis, quota: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "SILENT_FOR", 0.2)
    rate_limit.take("5")

    deadline = time.monotonic() + 10
    while len(frozen.connections) < 3:
        assert rate_limit.take("5") is None
        assert time.monotonic() < deadline
