"""A worker that dies, or comes back too late, takes nothing with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.models import Delivery
from helpdesk.outbox import claims, limits, settlement
from helpdesk.outbox.attempts import Hopeless, attempt
from helpdesk.outbox.channel import MessageRefused
from tests.helpdesk.outbox.carrier import Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SECOND = timedelta(seconds=1)


@pytest.fixture
def claim(carrier: Carrier) -> claims.Claim:
    """A claim whose way out is known."""
    put(1, now=NOW)
    let_out(NOW)
    put(2, now=NOW)
    carrier.parcels.clear()
    claimed = claims.claim(now=NOW)
    assert claimed
    return claimed


def test_an_attempt_is_counted_before_it_is_made(claim: claims.Claim) -> None:
    assert Delivery.objects.get(pk=claim.delivery_id).attempts == 1


def test_nobody_else_takes_it_during_the_lease(claim: claims.Claim) -> None:
    assert claims.claim(now=NOW + limits.LEASE - SECOND) is None


def test_a_worker_that_died_gives_it_up_to_whoever_comes_after_the_lease(
    claim: claims.Claim, carrier: Carrier
) -> None:
    let_out(NOW + limits.LEASE)

    assert Delivery.objects.get(pk=claim.delivery_id).sent_at == NOW + limits.LEASE
    assert len(carrier.parcels) == 1


def test_killed_between_sending_and_commit_it_is_sent_twice_with_the_same_id(
    claim: claims.Claim, carrier: Carrier
) -> None:
    attempt(claim, now=NOW)
    let_out(NOW + limits.LEASE)
    let_out(NOW + 2 * limits.LEASE)

    assert [parcel.message_id for parcel in carrier.parcels] == [f"msg_{claim.delivery_id}"] * 2


def test_one_that_kills_its_worker_each_time_is_given_up(claim: claims.Claim, carrier: Carrier) -> None:
    now = NOW
    for _ in range(limits.MOST_ATTEMPTS - 1):
        now += limits.LEASE
        assert claims.claim(now=now)
    let_out(now + limits.LEASE)

    assert Delivery.objects.given_up().get().last_error == "no attempt came to an end"
    assert carrier.parcels == []


def test_whoever_comes_back_too_late_changes_nothing(claim: claims.Claim) -> None:
    later = claims.claim(now=NOW + limits.LEASE)
    assert later
    settlement.settle(claim, MessageRefused("late"), now=NOW + limits.LEASE)

    assert Delivery.objects.get(pk=claim.delivery_id).last_error == ""
    assert claims.claim(now=NOW + limits.LEASE) is None


def test_unless_it_was_sent_after_all(claim: claims.Claim, carrier: Carrier) -> None:
    late = attempt(claim, now=NOW)
    settlement.settle(claim, late, now=NOW + limits.LEASE)
    let_out(NOW + limits.LEASE)

    assert len(carrier.parcels) == 1


def test_not_even_where_somebody_else_has_taken_it_meanwhile(claim: claims.Claim, carrier: Carrier) -> None:
    late = attempt(claim, now=NOW)
    later = claims.claim(now=NOW + limits.LEASE)
    assert later
    settlement.settle(claim, late, now=NOW + limits.LEASE)
    settlement.settle(later, MessageRefused("twice"), now=NOW + limits.LEASE)

    delivery = Delivery.objects.get(pk=claim.delivery_id)
    assert (delivery.sent_at, delivery.due_at) == (NOW + limits.LEASE, None)


def test_what_is_under_way_is_not_given_up(claim: claims.Claim) -> None:
    Delivery.objects.filter(pk=claim.delivery_id).update(gives_up_at=NOW)

    assert claims.give_up_old(now=NOW) == 0
    assert claims.give_up_old(now=NOW + limits.LEASE) == 1


def test_what_is_too_old_by_the_time_of_its_turn_is_not_sent(claim: claims.Claim, carrier: Carrier) -> None:
    assert attempt(claim, now=claim.gives_up_at) == Hopeless("too old")
    assert carrier.parcels == []


def test_it_is_sealed_from_its_first_attempt_on(claim: claims.Claim) -> None:
    settlement.settle(claim, MessageRefused("HTTP 400"), now=NOW)
    assert claims.claim(now=NOW + limits.BACK_OFF[0])

    assert Delivery.objects.get(pk=claim.delivery_id).sealed_at == NOW


def test_the_longest_attempt_ends_well_before_the_lease() -> None:
    assert limits.LEASE.total_seconds() >= 2 * limits.DEADLINE
