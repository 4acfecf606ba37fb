"""A receiver for what happens in conversations, and what it was told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.outbox import outbox
from helpdesk.webhooks import fact_delivery
from tests.helpdesk.outbox.receiver import Receiver, answering
from tests.make import NOW

Told = list[dict[str, Any]]


@pytest.fixture
def receiver(settings: Any) -> Iterator[str]:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    with answering() as address:
        yield address


@pytest.fixture
def let_out() -> Callable[..., Told]:
    """Do what the task does at a minute after `NOW`; return what the receiver has been told since the last time."""

    def at(minutes: float = 60) -> Told:
        Receiver.got.clear()
        now = minute(minutes)
        fact_delivery.make_out(now=now, limit=500)
        outbox.send_due(clock=lambda: now, seconds=5)
        return [json.loads(body) for _headers, body in Receiver.got]

    return at


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def types(told: Told) -> list[str]:
    return [one["type"] for one in told]
