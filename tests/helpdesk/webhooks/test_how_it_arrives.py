"""What is told arrives at least once, signed, in its order, and nothing is told of what never happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from helpdesk.conversation import replies
from helpdesk.models import Delivery, DeliveryAddress, Ticket, WebhookFact, WebhookKind
from helpdesk.webhooks import fact_delivery
from tests.helpdesk.outbox.receiver import Receiver
from tests.helpdesk.webhooks.conftest import Told, minute
from tests.make import NOW, Make

LetOut = Callable[..., Told]


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_told(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver)

    with transaction.atomic():
        make.ticket()
        transaction.set_rollback(True)

    assert let_out() == []


@pytest.mark.django_db
def test_what_is_refused_comes_again_under_its_id_and_what_is_behind_it_does_not_wait(
    make: Make, receiver: str, let_out: LetOut
) -> None:
    make.webhook(receiver)
    make.ticket()
    Receiver.status = 500
    let_out(1)
    first = [headers["webhook-id"] for headers, _ in Receiver.got]
    Receiver.status = 204

    told = let_out(2)

    assert sorted(headers["webhook-id"] for headers, _ in Receiver.got) == sorted(first)
    assert sorted(one["data"]["sequence"] for one in told) == [1, 2]
    assert len(set(first)) == 2


@pytest.mark.django_db
def test_a_receiver_that_is_gone_is_told_no_more(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver)
    make.ticket()
    Receiver.status = 410
    assert len(let_out(1)) == 1
    make.ticket()
    assert let_out(2) == []

    assert DeliveryAddress.objects.get().switched_off_at is not None
    assert Delivery.objects.given_up().count() == 4


@pytest.mark.django_db
def test_who_unsubscribes_is_told_no_more(make: Make, receiver: str, let_out: LetOut) -> None:
    subscription = make.webhook(receiver)
    make.ticket()
    fact_delivery.make_out(now=NOW, limit=500)
    subscription.delete()

    assert let_out() == []
    assert Delivery.objects.given_up().count() == 2


@pytest.mark.django_db
def test_old_facts_are_forgotten_and_sequences_go_on(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_RECEIVED])
    with transaction.atomic():
        ticket = make.ticket()
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=minute(1))
    assert len(let_out(2)) == 2

    assert fact_delivery.forget(kept_for=timedelta(days=30), now=NOW + timedelta(days=29)) == 0
    assert fact_delivery.forget(kept_for=timedelta(days=30), now=NOW + timedelta(days=31)) == 1

    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Still?", now=minute(3))
    assert [one["data"]["sequence"] for one in let_out(4)] == [3]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_leave_no_gap_and_no_double(make: Make, receiver: str) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_RECEIVED])
    ticket = make.ticket()

    def speak() -> None:
        for _ in range(5):
            with transaction.atomic():
                replies.receive_customer_message(
                    ticket=Ticket.objects.get(pk=ticket.pk), body="Hello?", now=minute(1)
                )
        connection.close()

    speakers = [Thread(target=speak) for _ in range(3)]
    for one in speakers:
        one.start()
    for one in speakers:
        one.join()

    sequences = WebhookFact.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_two_who_empty_the_table_at_once_put_each_fact_once(make: Make, receiver: str) -> None:
    make.webhook(receiver)
    for _ in range(20):
        make.ticket()

    def put() -> None:
        while fact_delivery.make_out(now=NOW, limit=7):
            pass
        connection.close()

    movers = [Thread(target=put) for _ in range(3)]
    for one in movers:
        one.start()
    for one in movers:
        one.join()

    assert (Delivery.objects.count(), WebhookFact.objects.undispatched().count()) == (40, 0)
