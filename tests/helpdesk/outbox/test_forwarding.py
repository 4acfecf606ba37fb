"""What concerns another address by the time it leaves is told there, once, and to nobody who has no part in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from helpdesk.models import Delivery
from helpdesk.outbox.channel import Misdirected, Parcel, Sent
from tests.helpdesk.outbox.carrier import Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def moving(numbers: list[int], *, to: int) -> Callable[[Parcel], Sent]:
    """Let these things belong to another key from now on."""

    def outcome(parcel: Parcel) -> Sent:
        moved = [number for number in parcel.numbers("thing") if number in numbers and parcel.key != to]
        if moved:
            raise Misdirected("thing", {to: moved})
        return Sent((str(parcel.key),))

    return outcome


def told(carrier: Carrier) -> list[tuple[int, list[int]]]:
    return [(delivery.address.key, _numbers(delivery)) for delivery in Delivery.objects.filter(sent_at=NOW)]


def _numbers(delivery: Delivery) -> list[int]:
    return list(delivery.items.order_by("number").values_list("number", flat=True))


def test_it_is_told_where_it_belongs_and_the_rest_where_it_was(carrier: Carrier) -> None:
    carrier.outcome = moving([2], to=9)
    for number in (1, 2, 3):
        put(number, now=NOW, key=5)
    let_out(NOW)

    assert sorted(told(carrier)) == [(5, [1, 3]), (9, [2])]
    assert {delivery.attempts for delivery in Delivery.objects.all()} == {1}


def test_a_delivery_of_which_nothing_is_left_was_needless(carrier: Carrier) -> None:
    carrier.outcome = moving([1], to=3)
    put(1, now=NOW, key=5)
    let_out(NOW)

    assert told(carrier) == [(3, [1])]
    assert Delivery.objects.get(address__key=5).needless_at == NOW


def test_it_joins_what_collects_there(carrier: Carrier) -> None:
    carrier.outcome = moving([1], to=9)
    put(1, now=NOW - timedelta(seconds=1), key=5)
    put(2, now=NOW, key=9)
    let_out(NOW)

    assert told(carrier) == [(9, [1, 2])]
