"""The shipped promises, relays that can be made to fail, and a second connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection

from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.monitor import poison as poisoning

Elsewhere = Callable[[Callable[[], Any]], Future[Any]]


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    ensure_defaults()


@pytest.fixture
def poison(db: None) -> Iterator[None]:
    poisoning.lay_out()
    yield
    poisoning.take_away()


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Elsewhere]:
    """Call something in a thread and on a connection of its own."""
    with ThreadPoolExecutor(2) as threads:

        def call(act: Callable[[], Any]) -> Any:
            try:
                return act()
            finally:
                connection.close()

        yield lambda act: threads.submit(call, act)


@pytest.fixture
def second(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection of our own to the tests' database."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as own:
        yield own


def somebody_waits_for_a_lock() -> bool:
    """Tell so anew each time, within a transaction too: what is seen of other sessions stays the same there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
