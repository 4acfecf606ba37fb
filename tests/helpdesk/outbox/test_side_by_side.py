"""Many senders at once: each delivery is one's, one of an address at a time, no more by a way out than its share."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from django.db import connection

from helpdesk.models import Delivery
from helpdesk.outbox import limits
from helpdesk.outbox.channel import Parcel, Sent
from tests.helpdesk.outbox.carrier import Carrier, at_work, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

SENDERS = 6
KEYS = range(1, 7)


PATIENCE = 30.0
"""Seconds for which the first to be sent waits for others."""


class UnderWay:
    """Counts what is under way at the same time, by address and in all; the first stays until the share is full."""

    def __init__(self) -> None:
        self._lock, self._is_full = Lock(), Event()
        self._now: Counter[int] = Counter()
        self.most_of_an_address = self.most = 0

    def send(self, parcel: Parcel) -> Sent:
        with self._lock:
            self._now[parcel.key] += 1
            self.most_of_an_address = max(self.most_of_an_address, *self._now.values())
            self.most = max(self.most, sum(self._now.values()))
            if self.most >= limits.WAY_OUT_SHARE:
                self._is_full.set()
        self._is_full.wait(PATIENCE)
        time.sleep(0.01)
        with self._lock:
            self._now[parcel.key] -= 1
        return Sent((str(parcel.key),))


def test_each_is_sent_once_and_the_shares_are_kept() -> None:
    with at_work() as carrier:
        under_way = UnderWay()
        carrier.outcome = under_way.send
        for number in range(3):
            _send_side_by_side(carrier, number)

    told = Counter((parcel.key, number) for parcel in carrier.parcels for number in parcel.numbers("thing"))
    assert told == Counter({(key, number): 1 for key in KEYS for number in range(3)})
    assert under_way.most_of_an_address == 1
    assert under_way.most == limits.WAY_OUT_SHARE


def _send_side_by_side(carrier: Carrier, number: int) -> None:
    for key in KEYS:
        put(number, now=NOW, key=key)
    with ThreadPoolExecutor(SENDERS) as threads:
        while Delivery.objects.waiting().exists():
            list(threads.map(lambda _: _send(), range(SENDERS)))


def _send() -> None:
    try:
        let_out(NOW)
    finally:
        connection.close()
