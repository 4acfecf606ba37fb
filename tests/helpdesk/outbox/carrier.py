"""A channel that does what a test says, and keeps what it was given to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import override_settings

from helpdesk.outbox import items, outbox
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent

SLOW, FAST = "slow", "fast"
"""A channel with a pace of a minute, and one without."""


@dataclass
class Carrier:
    """Leaves by the way out that `hosts` names for a key, and by `host` for the others."""

    host: str | None = "host"
    hosts: dict[int, str] = field(default_factory=dict)
    outcome: Callable[[Parcel], Sent | Needless] = lambda parcel: Sent((str(parcel.key),))
    parcels: list[Parcel] = field(default_factory=list)

    def way_out(self, key: int) -> str | None:
        return self.hosts.get(key, self.host)

    def send(self, parcel: Parcel, *, now: datetime) -> Sent | Needless:
        self.parcels.append(parcel)
        return self.outcome(parcel)

    def fails_with(self, error: Exception) -> None:
        def fail(parcel: Parcel) -> Sent:
            raise error

        self.outcome = fail

    def works(self) -> None:
        self.outcome = lambda parcel: Sent((str(parcel.key),))

    def numbers(self) -> list[list[int]]:
        """Return what each parcel so far told of."""
        return [parcel.numbers("thing") for parcel in self.parcels]


CARRIER = Carrier()


def _way_out(key: int) -> str | None:
    return CARRIER.way_out(key)


def _send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    return CARRIER.send(parcel, now=now)


SLOW_CHANNEL = Channel(pace=timedelta(minutes=1), way_out=_way_out, send=_send)
FAST_CHANNEL = Channel(pace=timedelta(), way_out=_way_out, send=_send)


@contextmanager
def at_work() -> Iterator[Carrier]:
    """Give the outbox these two channels and no other, and a carrier that works."""
    CARRIER.__init__()  # type: ignore[misc]  # as new
    here = "tests.helpdesk.outbox.carrier."
    names = {SLOW: f"{here}SLOW_CHANNEL", FAST: f"{here}FAST_CHANNEL"}
    with override_settings(OUTBOX_CHANNELS=names):
        yield CARRIER


def put(number: int, *, now: datetime, key: int = 1, channel: str = FAST) -> None:
    with transaction.atomic():
        items.put(channel_name=channel, key=key, kind="thing", numbers=[number], now=now)


def let_out(now: datetime, **given: Any) -> int:
    return outbox.send_due(clock=lambda: now, seconds=given.get("seconds", 5))
