"""What one message, one recipient or one address is refused counts for it alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.models import Delivery, DeliveryAddress, WayOut
from helpdesk.outbox import limits, settlement
from helpdesk.outbox.channel import (
    AddressGone,
    AttemptFailed,
    MessageRefused,
    Needless,
    NobodyThere,
    Sent,
    WayOutDown,
)
from tests.helpdesk.outbox.carrier import Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HOUR = timedelta(hours=1)


def test_a_refused_message_is_tried_again_ever_later_and_then_given_up(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=NOW)
    now = NOW
    for wait in (timedelta(), *limits.BACK_OFF):
        now += wait
        let_out(now - timedelta(seconds=1))
        let_out(now)

    delivery = Delivery.objects.get()
    assert (delivery.given_up_at, delivery.attempts, delivery.due_at) == (now, limits.MOST_ATTEMPTS, None)
    assert delivery.last_error == "HTTP 400"
    assert len(carrier.parcels) == limits.MOST_ATTEMPTS
    assert {parcel.message_id for parcel in carrier.parcels} == {f"msg_{delivery.pk}"}
    assert WayOut.objects.get().down_since is None


def test_what_was_given_up_can_be_sent_again_by_hand(carrier: Carrier) -> None:
    test_a_refused_message_is_tried_again_ever_later_and_then_given_up(carrier)
    carrier.works()

    assert settlement.send_again(Delivery.objects.all(), now=NOW + 20 * HOUR) == 1
    let_out(NOW + 20 * HOUR)

    assert Delivery.objects.get().sent_at == NOW + 20 * HOUR
    assert settlement.send_again(Delivery.objects.all(), now=NOW + 20 * HOUR) == 0


def test_what_is_sent_again_has_its_days_anew(carrier: Carrier) -> None:
    test_a_refused_message_is_tried_again_ever_later_and_then_given_up(carrier)
    later = NOW + 2 * limits.OLDEST
    settlement.send_again(Delivery.objects.all(), now=later)
    let_out(later)

    delivery = Delivery.objects.get()
    assert (delivery.given_up_at, delivery.attempts) == (None, 1)
    assert delivery.gives_up_at == later + limits.OLDEST


def test_a_message_that_is_refused_holds_up_no_other_of_its_address(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.works()
    put(2, now=NOW)
    let_out(NOW)

    assert carrier.numbers() == [[1], [2]]


def test_whoever_breaks_counts_as_a_refusal(carrier: Carrier) -> None:
    carrier.fails_with(ZeroDivisionError("of ours"))
    put(1, now=NOW)
    let_out(NOW)

    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.last_error) == (1, "ZeroDivisionError: of ours")
    assert delivery.due_at == NOW + limits.BACK_OFF[0]


def test_a_receiver_may_ask_for_more_time_but_not_for_ever(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 409", not_before=NOW + HOUR))
    put(1, now=NOW)
    let_out(NOW)
    assert Delivery.objects.get().due_at == NOW + HOUR

    carrier.fails_with(MessageRefused("HTTP 409", not_before=NOW + 1000 * HOUR))
    let_out(NOW + HOUR)
    assert Delivery.objects.get().due_at == NOW + HOUR + limits.LONGEST_WISH


def test_a_receiver_that_wants_it_sooner_waits_as_long_as_any(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 409", not_before=NOW + timedelta(seconds=1)))
    put(1, now=NOW)
    let_out(NOW)

    assert Delivery.objects.get().due_at == NOW + limits.BACK_OFF[0]


def test_only_recipients_who_were_missed_are_tried_again(carrier: Carrier) -> None:
    carrier.outcome = lambda parcel: Sent(("anna",), missed=("bert: 550",), why="550 for one of two")
    put(1, now=NOW)
    let_out(NOW)
    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.reached) == (None, ["anna"])
    assert (delivery.missed, delivery.last_error) == (["bert: 550"], "550 for one of two")
    assert delivery.due_at == NOW + limits.BACK_OFF[0]

    carrier.outcome = lambda parcel: Sent(("bert",))
    let_out(NOW + limits.BACK_OFF[0])
    assert carrier.parcels[-1].reached == {"anna"}
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.reached) == (NOW + limits.BACK_OFF[0], ["anna", "bert"])
    assert (delivery.missed, delivery.last_error) == ([], "")


def test_what_nobody_else_is_left_for_was_sent_to_those_who_have_it(carrier: Carrier) -> None:
    carrier.outcome = lambda parcel: Sent(("anna",), missed=("bert: 550",), why="550 for one of two")
    put(1, now=NOW)
    let_out(NOW)
    carrier.outcome = lambda parcel: Needless()
    let_out(NOW + limits.BACK_OFF[0])

    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.needless_at) == (NOW + limits.BACK_OFF[0], None)


def test_what_was_sent_says_what_was_not_as_it_should_be(carrier: Carrier) -> None:
    carrier.outcome = lambda parcel: Sent(("anna",), remark="only the admins were there")
    put(1, now=NOW)
    let_out(NOW)

    assert Delivery.objects.get().last_error == "only the admins were there"


def test_where_nobody_is_there_it_waits_for_somebody_and_is_given_up_in_the_end(carrier: Carrier) -> None:
    carrier.fails_with(NobodyThere("there is nobody"))
    put(1, now=NOW)
    now = NOW
    for wait in (timedelta(), *limits.BACK_OFF):
        now += wait
        let_out(now)
        assert not Delivery.objects.filter(sent_at__isnull=False).exists()

    assert Delivery.objects.given_up().get().last_error == "there is nobody"


def test_an_address_that_is_gone_is_switched_off_for_good(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.fails_with(AddressGone("HTTP 410"))
    put(2, now=NOW)
    let_out(NOW)

    assert DeliveryAddress.objects.get().switched_off_at == NOW
    assert Delivery.objects.given_up().filter(last_error="HTTP 410").count() == 2

    put(3, now=NOW + HOUR)
    put(4, now=NOW + HOUR)
    let_out(NOW + HOUR)
    assert len(carrier.parcels) == 2


def test_what_comes_for_an_address_that_is_gone_is_kept_to_be_sent_by_hand(carrier: Carrier) -> None:
    test_an_address_that_is_gone_is_switched_off_for_good(carrier)
    carrier.works()
    kept = Delivery.objects.given_up().filter(last_error="the address was switched off")

    assert settlement.send_again(kept, now=NOW + HOUR) == 1
    let_out(NOW + HOUR)
    assert carrier.numbers()[2:] == [[3, 4]]


def test_what_is_kept_for_it_has_room_for_so_much(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ITEMS", 2)
    carrier.fails_with(AddressGone("HTTP 410"))
    put(1, now=NOW)
    let_out(NOW)
    for number in (2, 3, 4):
        put(number, now=NOW + HOUR)

    kept = Delivery.objects.given_up().filter(last_error="the address was switched off")
    assert sorted(delivery.items.count() for delivery in kept) == [1, 2]


def test_an_address_that_leads_elsewhere_is_no_longer_switched_off(carrier: Carrier) -> None:
    carrier.fails_with(AddressGone("HTTP 410"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.works()
    carrier.host = "another"
    put(2, now=NOW)
    let_out(NOW)

    assert DeliveryAddress.objects.get().switched_off_at is None
    assert carrier.numbers() == [[1], [2]]


@pytest.mark.parametrize("failure", [MessageRefused, WayOutDown, AddressGone])
def test_whatever_strangers_answer_can_be_kept(carrier: Carrier, failure: type[AttemptFailed]) -> None:
    carrier.fails_with(failure("\0\x15\3 no HTTP"))
    put(1, now=NOW)
    let_out(NOW)

    assert Delivery.objects.get().last_error == "\x15\3 no HTTP"


def test_sending_again_switches_an_address_on(carrier: Carrier) -> None:
    carrier.fails_with(AddressGone("HTTP 410"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.works()
    settlement.send_again(Delivery.objects.all(), now=NOW + HOUR)
    put(2, now=NOW + HOUR)
    let_out(NOW + HOUR)

    assert DeliveryAddress.objects.get().switched_off_at is None
    assert carrier.numbers() == [[1], [1], [2]]


def test_a_channel_that_no_setting_names_is_given_up_in_the_end(carrier: Carrier) -> None:
    put(1, now=NOW)
    DeliveryAddress.objects.update(channel="pigeon")
    let_out(NOW)

    assert "pigeon" in Delivery.objects.get().last_error
