"""The shipped promises, relays that can be made to fail, a second connection, and brokers that are there or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery

from config.celery import app
from monitor.watch.doorbell import Doorbell
from tests.monitor.watched import elsewhere, poison, promises, second

__all__ = ["elsewhere", "poison", "promises", "second"]


@pytest.fixture
def nobody_home() -> Doorbell:
    """A doorbell of a broker that does not exist."""
    return Doorbell(Celery(broker="redis://127.0.0.1:9/0"))


@pytest.fixture
def queue() -> Iterator[str]:
    """The name of the queue that a ring goes into, empty."""
    name: str = app.amqp.router.route({}, "monitor.ring")["queue"].name
    with app.connection_for_write() as broker:
        channel: Any = broker.default_channel  # Redis's own, with a client
        channel.client.delete(name)
        yield name
        channel.client.delete(name)
