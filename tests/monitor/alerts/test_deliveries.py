"""Flags leave: one mail per queue and minute, one signed webhook per store, and nothing is lost on the way."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Ticket
from helpdesk.tickets import assignment
from monitor.alarms import flags
from monitor.alerts import deliveries
from monitor.models import Channel, Delivery, Flag, News
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def promises() -> None:
    defaults.ensure_defaults()


class Receiver(BaseHTTPRequestHandler):
    """A store's server that answers as it is told and keeps what it gets."""

    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[str]:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    Receiver.got, Receiver.status = [], 204
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/attend?shop=1"
    server.shutdown()
    server.server_close()


def flagged(make: Make, **fields: Any) -> Ticket:
    """Return a ticket whose acknowledgement is late by `LATER`, flagged."""
    ticket = make.ticket(**fields)
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    return ticket


def let_out(now: Any = LATER) -> None:
    deliveries.make_out(now=now, limit=100)
    while deliveries.send_due(now=now, limit=10):
        pass


def test_the_overseer_and_the_assignee_get_one_mail(make: Make) -> None:
    overseer, owner = make.agent("overseer"), make.agent("owner")
    make.agent("colleague")
    ticket = make.ticket()
    with transaction.atomic():
        assignment.assign(ticket=ticket, to=owner, by=overseer, now=NOW)
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    let_out()

    [sent] = mail.outbox
    assert set(sent.to) == {owner.email, overseer.email}
    assert "1 promise broken" in sent.subject
    assert ticket.reference in sent.body


def test_many_flags_of_a_queue_are_one_mail_and_the_next_comes_a_minute_later(make: Make) -> None:
    make.agent("overseer")
    for _ in range(3):
        flagged(make)
    let_out()
    assert len(mail.outbox) == 1
    assert "3 promises broken" in mail.outbox[0].subject

    flagged(make)
    let_out()
    assert len(mail.outbox) == 1
    let_out(LATER + MINUTE)
    assert len(mail.outbox) == 2
    assert "1 promise broken" in mail.outbox[1].subject


def test_what_was_answered_meanwhile_is_not_mailed(make: Make) -> None:
    make.agent("overseer")
    ticket = flagged(make)
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=LATER)
    let_out()

    assert mail.outbox == []
    assert Delivery.objects.get().sent_at == LATER


def test_an_alert_in_hand_is_not_mailed(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    for flag in Flag.objects.all():
        assert flags.acknowledge(flag=flag, by=make.agent(), now=LATER)
    let_out()

    assert mail.outbox == []


def test_a_store_gets_its_flags_signed(make: Make, receiver: str) -> None:
    secret = make.store(webhook_url=receiver).webhook_secret
    ticket = flagged(make)
    let_out()

    [(headers, body)] = Receiver.got
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert {each["flag"]["level"] for each in told["data"]} == {"at_risk", "breached"}
    assert {each["flag"]["ticket"] for each in told["data"]} == {ticket.reference}


def test_a_store_that_refuses_is_asked_again_with_the_same_id(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    Receiver.status = 500
    let_out()
    delivery = Delivery.objects.get(channel=Channel.WEBHOOK)
    assert delivery.sent_at is None
    assert delivery.next_attempt_at == LATER + deliveries.BACK_OFF[0]
    assert "HTTP 500" in delivery.last_error

    Receiver.status = 200
    let_out(LATER + deliveries.BACK_OFF[0])
    assert Delivery.objects.get(channel=Channel.WEBHOOK).sent_at is not None
    assert len({headers["webhook-id"] for headers, _ in Receiver.got}) == 1


def test_a_redirect_is_not_followed(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    Receiver.status = 302
    let_out()

    assert len(Receiver.got) == 1
    assert "HTTP 302" in Delivery.objects.get(channel=Channel.WEBHOOK).last_error


def test_after_the_last_attempt_it_is_given_up_and_can_be_retried(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    Receiver.status = 500
    now = LATER
    for wait in (timedelta(), *deliveries.BACK_OFF):
        now += wait
        let_out(now)
    delivery = Delivery.objects.get(channel=Channel.WEBHOOK)
    assert delivery.failed_at == now
    assert delivery.next_attempt_at is None

    Receiver.status = 200
    assert deliveries.retry([delivery], now=now) == 1
    let_out(now)
    retried = Delivery.objects.get(channel=Channel.WEBHOOK)
    assert (retried.failed_at, retried.sent_at) == (None, now)


def test_an_attempt_is_counted_before_it_is_made(make: Make) -> None:
    """A worker that dies while it sends has used its attempt up."""
    make.agent("overseer")
    flagged(make)
    deliveries.make_out(now=LATER, limit=100)
    [delivery] = deliveries._claim(now=LATER, limit=1)

    assert Delivery.objects.get(pk=delivery.pk).attempts == 1
    assert deliveries.send_due(now=LATER, limit=10) == 0


def test_every_news_is_made_out_once(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    deliveries.make_out(now=LATER, limit=100)

    assert deliveries.make_out(now=LATER, limit=100) == 0
    assert News.objects.undispatched().count() == 0
    assert Delivery.objects.count() == 1
