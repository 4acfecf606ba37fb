"""What is over is kept for a while and then forgotten; what waits or runs never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk import tasks
from helpdesk.database.instant import database_now
from helpdesk.jobs import past_jobs
from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem, Job, JobError
from helpdesk.outbox import past_deliveries
from helpdesk.outbox.channel import AddressGone, MessageRefused, Needless
from tests.helpdesk.outbox.carrier import Carrier, at_work, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MONTH = timedelta(days=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def carrier(db: None) -> Iterator[Carrier]:
    with at_work() as carrier:
        yield carrier


def test_a_delivery_that_was_sent_is_forgotten_with_what_it_told(carrier: Carrier) -> None:
    put(1, now=NOW)
    let_out(NOW)
    assert past_deliveries.forget(kept_for=MONTH, now=NOW + MONTH) == 0
    assert past_deliveries.forget(kept_for=MONTH, now=NOW + MONTH + SECOND) == 1

    assert not DeliveryItem.objects.exists()


def test_so_is_one_that_was_needless_and_not_one_that_waits(carrier: Carrier) -> None:
    carrier.outcome = lambda parcel: Needless()
    put(1, now=NOW)
    let_out(NOW)
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(2, now=NOW)
    let_out(NOW)

    assert past_deliveries.forget(kept_for=MONTH, now=NOW + 2 * MONTH) == 1
    assert Delivery.objects.waiting().count() == 1


def test_an_address_goes_with_its_last_delivery_unless_it_was_switched_off(carrier: Carrier) -> None:
    put(1, key=1, now=NOW)
    put(1, key=2, now=NOW)
    let_out(NOW)
    carrier.fails_with(AddressGone("HTTP 410"))
    put(2, key=3, now=NOW)
    let_out(NOW)
    put(2, key=2, now=NOW + MONTH)

    past_deliveries.forget(kept_for=MONTH, now=NOW + MONTH + SECOND)

    assert set(DeliveryAddress.objects.values_list("key", flat=True)) == {2, 3}


def test_jobs_that_are_over_are_forgotten_and_others_not() -> None:
    over = [
        Job.objects.create(kind="recount", asked_at=NOW, finished_at=NOW),
        Job.objects.create(kind="recount", asked_at=NOW, failed_at=NOW, failure="why"),
        Job.objects.create(kind="recount", asked_at=NOW, cancelled_at=NOW),
    ]
    JobError.objects.create(job=over[0], what="T-1", why="no")
    runs = Job.objects.create(kind="recount", asked_at=NOW, started_at=NOW)
    assert past_jobs.forget(kept_for=MONTH, now=NOW + MONTH) == 0

    assert past_jobs.forget(kept_for=MONTH, now=NOW + MONTH + SECOND) == 3
    assert list(Job.objects.all()) == [runs]
    assert not JobError.objects.exists()


def test_the_task_forgets_both(carrier: Carrier) -> None:
    long_ago = database_now() - timedelta(days=400)
    put(1, now=long_ago)
    let_out(long_ago)
    Job.objects.create(kind="recount", asked_at=long_ago, finished_at=long_ago)
    tasks.forget_requests()

    assert not Delivery.objects.exists()
    assert not Job.objects.exists()
