"""Whoever is forgotten while something of theirs is being written down is forgotten with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation import held_replies
from helpdesk.models import Customer, HeldReply, IdempotentRequest, Message, Scope, Ticket
from tests.config.running import eventually
from tests.helpdesk.api.conftest import Caller, told
from tests.make import NOW, Make
from tests.monitor.watched import somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

ZELDA = {"name": "Zelda Q.", "email": "zelda@example.com"}


@pytest.mark.parametrize("what", ["message", "ticket"])
def test_what_is_just_being_said_is_forgotten_too(make: Make, what: str) -> None:
    caller = Caller(make.key(scopes=Scope.values)[1])
    opening = {"customer": ZELDA, "message": {"body": "I am Zelda."}}
    reference = told(caller.post("/tickets", opening))["reference"]
    path, body = {
        "message": (f"/tickets/{reference}/messages", {"body": "Zelda again."}),
        "ticket": ("/tickets", {**opening, "subject": "Zelda again"}),
    }[what]
    said, forgotten = Event(), Event()

    def say() -> None:
        with transaction.atomic():
            assert caller.post(path, body, idempotency_key="k1").status_code == 201
            said.set()
            forgotten.wait(timeout=1)  # it is not, before this is written down
        connection.close()

    def forget() -> None:
        said.wait(timeout=10)
        with transaction.atomic():
            erase_customer(customer=Customer.objects.get())
        forgotten.set()
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(say), threads.submit(forget)]:
            done.result(timeout=20)

    kept = [bytes(body or b"").decode() for body in IdempotentRequest.objects.values_list("body", flat=True)]
    texts = [
        *Message.objects.values_list("body", flat=True),
        *Ticket.objects.values_list("subject", flat=True),
    ]
    assert "elda" not in repr([kept, texts])


def test_a_reply_that_is_just_leaving_is_waited_for_and_held_up_by_nothing(make: Make) -> None:
    ticket, author = make.ticket(email="zelda@example.com"), make.agent()
    held_replies.hold(
        ticket=ticket, author=author, body="Dear Zelda", then="keep_open", external_id="page:1", now=NOW
    )

    def forget() -> None:
        with transaction.atomic():
            erase_customer(customer=Customer.objects.get())
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():  # in the order in which it is said
            HeldReply.objects.select_for_update().get()
            done = threads.submit(forget)
            eventually(somebody_waits_for_a_lock)
            Ticket.objects.select_for_update(nowait=True).get()
        done.result(timeout=20)

    assert not HeldReply.objects.exists()
