"""A client that speaks with a key, and what its answers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.test import Client

from helpdesk.api.request import rate_limit, refusal_log
from helpdesk.models import Scope, Store
from tests.make import Make

API = "/api/v1"
QUOTA = 5

Answer = Any
"""Django's response, to which its test client adds more than its type says."""


class Caller:
    """Calls the API with one key; answers, never exceptions, come back."""

    def __init__(self, key: str | None) -> None:
        self._client = Client(raise_request_exception=False)
        self._key = key

    def call(self, method: str, path: str, raw: bytes = b"", **headers: str) -> Answer:
        bearer = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": named.pop("content-type", "application/json")}
        return self._client.generic(method, API + path, raw, headers=bearer | kind | named)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, b"", **headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("POST", path, raw_of(body), **headers)

    def put(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("PUT", path, raw_of(body), **headers)


def raw_of(body: object) -> bytes:
    return body if isinstance(body, bytes) else msgspec.json.encode(body)


def told(response: Answer) -> Any:
    """Return the answer's JSON."""
    return msgspec.json.decode(response.content)


def assert_problem(response: Answer, status: int, code: str, pointer: str | None = None) -> None:
    """Check that the answer is a problem document that says this, and points there."""
    problem = told(response)
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"urn:attend:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if pointer is not None:
        assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


class Callers:
    """Callers with keys of their own."""

    def __init__(self, make: Make) -> None:
        self._make = make

    def __call__(self, *, store: Store | None = None, scopes: Iterable[str] = Scope.values) -> Caller:
        _, raw = self._make.key(store=store, scopes=scopes)
        return Caller(raw)

    def outsider(self) -> Caller:
        """A key of another store, with every scope."""
        return self(store=self._make.store("Another shop"))

    def nobody(self) -> Caller:
        return Caller(None)


@pytest.fixture
def callers(make: Make, monkeypatch: pytest.MonkeyPatch) -> Callers:
    monkeypatch.setattr(refusal_log, "ration", refusal_log.RefusalRation())
    make.agent()  # somebody works in the queue, or every answer says that nobody does
    return Callers(make)


@pytest.fixture
def caller(callers: Callers) -> Caller:
    """The shop's developer: a key with every scope."""
    return callers()


@pytest.fixture
def quota(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Five requests in ten minutes, counted apart from every other test, by a Redis that has its time."""
    settings.API_RATE_QUOTA = QUOTA
    settings.API_RATE_WINDOW = 600
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}{uuid4()}:"
    with monkeypatch.context() as patch:
        patch.setattr(rate_limit, "REDIS_MAY_TAKE", 5.0)
        rate_limit.doorbell.cache_clear()
        rate_limit.doorbell()
    yield settings
    rate_limit.doorbell().close()
    rate_limit.doorbell.cache_clear()
