"""When things leave: at once or by the minute, one sending of an address at a time, and none is left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.database.transaction import NoTransaction
from helpdesk.models import Delivery, DeliveryAddress
from helpdesk.outbox import claims, items, limits
from helpdesk.outbox.channel import Needless, Parcel, Sent
from tests.helpdesk.outbox.carrier import FAST, SLOW, Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_the_first_thing_leaves_at_once_and_the_next_after_the_pace(carrier: Carrier) -> None:
    put(1, now=NOW, channel=SLOW)
    let_out(NOW)
    put(2, now=NOW + SECOND, channel=SLOW)
    put(3, now=NOW + 2 * SECOND, channel=SLOW)
    let_out(NOW + 59 * SECOND)
    assert carrier.numbers() == [[1]]

    let_out(NOW + MINUTE)
    assert carrier.numbers() == [[1], [2, 3]]


def test_without_a_pace_each_leaves_as_it_comes(carrier: Carrier) -> None:
    for number in (1, 2, 3):
        put(number, now=NOW)
        let_out(NOW)

    assert carrier.numbers() == [[1], [2], [3]]


def test_it_is_never_later_than_the_pace_from_now(carrier: Carrier) -> None:
    """Whatever an address remembers, such as a time that a clock set back has left in the future."""
    put(1, now=NOW, channel=SLOW)
    let_out(NOW)
    DeliveryAddress.objects.update(left_at=NOW + timedelta(hours=1))
    put(2, now=NOW, channel=SLOW)

    assert Delivery.objects.waiting().get().due_at == NOW + MINUTE


def test_what_told_nobody_anything_starts_no_minute(carrier: Carrier) -> None:
    carrier.outcome = lambda parcel: Needless()
    put(1, now=NOW, channel=SLOW)
    let_out(NOW)
    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.needless_at) == (None, NOW)

    put(2, now=NOW, channel=SLOW)
    assert Delivery.objects.waiting().get().due_at == NOW


def test_what_comes_while_one_is_under_way_goes_together_with_the_next(carrier: Carrier) -> None:
    put(1, now=NOW)

    def slowly(parcel: Parcel) -> Sent:
        if parcel.numbers("thing") == [1]:
            put(2, now=NOW)
            put(3, now=NOW)
            assert claims.claim(now=NOW) is None  # the address is ours
        return Sent(("1",))

    carrier.outcome = slowly
    let_out(NOW)

    assert carrier.numbers() == [[1], [2, 3]]


def test_a_thing_is_told_once(carrier: Carrier) -> None:
    put(1, now=NOW)
    put(1, now=NOW)
    let_out(NOW)

    assert carrier.numbers() == [[1]]


def test_a_delivery_that_is_full_takes_no_more(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ITEMS", 2)
    for number in (1, 2, 3):
        put(number, now=NOW)
    let_out(NOW)

    assert carrier.numbers() == [[1, 2], [3]]


def test_it_is_put_in_the_transaction_of_what_it_tells(transactional_db: None) -> None:
    with pytest.raises(NoTransaction):
        items.put(channel_name=FAST, key=1, kind="thing", numbers=[1], now=NOW)


def test_what_waits_for_an_address_that_leads_nowhere_any_more_was_not_sent(carrier: Carrier) -> None:
    carrier.host = None
    put(1, now=NOW)
    let_out(NOW)

    assert carrier.parcels == []
    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.given_up_at) == (None, NOW)
    assert delivery.last_error == "it leads nowhere any more"
