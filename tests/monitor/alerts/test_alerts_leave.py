"""Flags leave: one mail per queue and minute, each change to its store signed and at once, and nothing is lost."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Delivery, DeliveryAddress, Ticket
from helpdesk.outbox import limits, outbox, settlement
from helpdesk.tickets import assignment
from monitor.alarms import flags
from monitor.alerts import news_delivery
from monitor.models import Flag, News
from monitor.promises import defaults
from monitor.watch import sweep
from tests.helpdesk.outbox.receiver import Receiver, answering
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def promises() -> None:
    defaults.ensure_defaults()


@pytest.fixture
def receiver(settings: Any) -> Iterator[str]:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    with answering() as url:
        yield url


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Let mail leave by a server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, False, ""
        yield server


def flagged(make: Make, **fields: Any) -> Ticket:
    """Return a ticket whose acknowledgement is late by `LATER`, flagged."""
    ticket = make.ticket(**fields)
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    return ticket


def let_out(now: Any = LATER) -> None:
    news_delivery.make_out(now=now, limit=100)
    outbox.send_due(clock=lambda: now, seconds=20)


def take_in_hand(make: Make, *, now: Any = LATER) -> None:
    for flag in Flag.objects.open():
        assert flags.acknowledge(flag=flag, by=make.agent(), now=now)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("Late \u202egnp.exe", "Late gnp.exe"),
        ("Late\nYou get this because of nothing", "Late You get this because of nothing"),
        ("Z" + "\u0335" * 40, "Z" + "\u0335" * 8),
        ("\u3164\u200b", "(no subject) {reference}"),
    ],
)
def test_a_subject_stays_in_its_line_of_the_mail_and_is_seen(make: Make, subject: str, told: str) -> None:
    make.agent("overseer")
    ticket = flagged(make)
    Ticket.objects.update(subject=subject)  # as it may stand in rows from before it was looked at
    let_out()

    [sent] = mail.outbox
    expected = f"Acknowledgement · {ticket.reference} · {told.format(reference=ticket.reference)}"
    assert expected in sent.body.splitlines()


def test_a_name_does_not_turn_the_line_in_which_it_stands(make: Make) -> None:
    make.agent("overseer")
    flagged(make, store=make.store("חנות 7"))
    let_out()

    assert "\u2068חנות 7\u2069 (live) · was due " in mail.outbox[0].body


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
    assert Delivery.objects.get().reached == sorted([str(owner.pk), str(overseer.pk)])


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


def test_a_broken_promise_is_not_said_to_be_at_risk_besides(make: Make) -> None:
    make.agent("overseer")
    ticket = flagged(make)
    let_out()

    [sent] = mail.outbox
    assert set(Flag.objects.filter(ticket=ticket).values_list("level", flat=True)) == {"at_risk", "breached"}
    assert "Promises broken" in sent.body
    assert "Promises at risk" not in sent.body


def test_what_is_at_risk_and_not_broken_is_said_so(make: Make) -> None:
    make.agent("overseer")
    make.ticket()
    sweep.sweep(now=NOW + 45 * MINUTE, limit=100, noticed_by="test")
    let_out()

    [sent] = mail.outbox
    assert sent.subject == "[Attend] 1 promise at risk in Support"
    assert "Promises broken" not in sent.body


def test_an_alert_that_asks_again_is_mailed_again(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    let_out()
    take_in_hand(make)
    flags.put_back(make.agent(), queue_ids=None, now=LATER)
    let_out(LATER + MINUTE)

    assert len(mail.outbox) == 2


def test_what_was_answered_meanwhile_is_not_mailed(make: Make) -> None:
    make.agent("overseer")
    ticket = flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=LATER)
    let_out()

    assert mail.outbox == []
    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.needless_at) == (None, LATER)


def test_an_alert_in_hand_is_not_mailed(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    take_in_hand(make)
    let_out()

    assert mail.outbox == []


def test_what_is_over_before_it_is_put_opens_no_mail(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    take_in_hand(make)
    let_out()

    assert not Delivery.objects.exists()


@pytest.mark.parametrize("put_first", [True, False])
def test_what_is_over_never_starts_the_minute_of_what_is_not(make: Make, put_first: bool) -> None:
    make.agent("overseer")
    flagged(make)
    if put_first:
        news_delivery.make_out(now=LATER, limit=100)
    take_in_hand(make)
    let_out()
    flagged(make)
    let_out(LATER + SECOND)

    assert len(mail.outbox) == 1


def test_taking_in_hand_what_was_mailed_mails_nobody_and_delays_nothing(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    let_out()
    take_in_hand(make, now=LATER + 59 * SECOND)
    let_out(LATER + 59 * SECOND)
    flagged(make)
    let_out(LATER + MINUTE)

    assert len(mail.outbox) == 2


@pytest.mark.parametrize("code", [550, 451])
def test_one_of_three_who_is_refused_is_named_and_asked_again(
    make: Make, server: MailServer, code: int
) -> None:
    for name in ("overseer", "second", "third"):
        make.member(make.agent(name), queue=make.queue())
    make.queue().memberships.update(role="overseer")
    flagged(make)
    server.refused = {"second@example.com": code}
    let_out()

    delivery = Delivery.objects.get()
    assert not Delivery.objects.filter(sent_at__isnull=False).exists()
    assert delivery.missed == [f"second@example.com: SMTP {code}"]
    assert "@" not in delivery.last_error
    server.refused = {}
    let_out(LATER + limits.BACK_OFF[0])
    assert [len(taken.recipients) for taken in server.taken] == [2, 1]
    assert server.taken[1].recipients == ["second@example.com"]
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.missed) == (LATER + limits.BACK_OFF[0], [])


def test_only_those_who_were_refused_get_a_mail_again(make: Make, server: MailServer) -> None:
    owner, overseer = make.agent("owner"), make.agent("overseer")
    ticket = make.ticket()
    with transaction.atomic():
        assignment.assign(ticket=ticket, to=owner, by=overseer, now=NOW)
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    server.refused = {owner.email: 451}
    let_out()
    assert Delivery.objects.get().last_error == "SMTP 451 for 1 of the recipients"

    server.refused = {}
    let_out(LATER + limits.BACK_OFF[0])
    let_out(LATER + MINUTE)

    assert [taken.recipients for taken in server.taken] == [[overseer.email], [owner.email]]
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 1
    assert Delivery.objects.get().sent_at == LATER + limits.BACK_OFF[0]


def test_recipients_are_those_of_the_moment_of_sending(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    make.queue().memberships.all().delete()
    newcomer = make.agent("newcomer")
    make.queue().memberships.update(role="overseer")
    let_out()

    assert mail.outbox[0].to == [newcomer.email]


def test_a_queue_that_is_gone_is_told_nothing(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    DeliveryAddress.objects.update(key=0)
    let_out()

    assert mail.outbox == []
    assert Delivery.objects.given_up().get().last_error == "it leads nowhere any more"


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


def test_each_change_leaves_for_its_store_as_it_comes(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    let_out()
    take_in_hand(make)
    let_out()

    assert [{each["change"] for each in json.loads(body)["data"]} for _, body in Receiver.got] == [
        {"raised"},
        {"acknowledged"},
    ]


def test_what_changed_is_told_in_the_order_in_which_it_did(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    take_in_hand(make)
    let_out()

    [(_, body)] = Receiver.got
    assert [each["change"] for each in json.loads(body)["data"]] == ["raised"] * 2 + ["acknowledged"] * 2


def test_what_waits_for_a_store_whose_webhook_was_taken_away_was_not_sent(make: Make, receiver: str) -> None:
    store = make.store(webhook_url=receiver)
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    store.webhook_url = ""
    store.save()
    let_out()

    webhook = Delivery.objects.get(address__channel="flag_webhook")
    assert (webhook.sent_at, webhook.given_up_at) == (None, LATER)
    store.webhook_url = receiver
    store.save()
    assert settlement.send_again([webhook], now=LATER) == 1
    let_out()
    assert len(Receiver.got) == 1


@pytest.mark.parametrize("environment", ["live", "test"])
def test_a_webhook_names_its_environment(make: Make, receiver: str, environment: str) -> None:
    store = make.store(webhook_url=receiver, environment=environment)
    flagged(make, store=store)
    let_out()

    [(_, body)] = Receiver.got
    assert json.loads(body)["environment"] == environment


def test_a_store_that_refuses_is_asked_again_with_the_same_id(make: Make, receiver: str) -> None:
    make.store(webhook_url=receiver)
    flagged(make)
    Receiver.status = 500
    let_out()
    webhook = Delivery.objects.filter(address__channel="flag_webhook")
    assert webhook.get().sent_at is None
    assert webhook.get().due_at == LATER + limits.BACK_OFF[0]
    assert webhook.get().last_error == "HTTP 500"

    Receiver.status = 200
    let_out(LATER + limits.BACK_OFF[0])
    assert webhook.get().sent_at is not None
    assert len({headers["webhook-id"] for headers, _ in Receiver.got}) == 1


def test_every_news_is_made_out_once(make: Make) -> None:
    make.agent("overseer")
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)

    assert news_delivery.make_out(now=LATER, limit=100) == 0
    assert News.objects.undispatched().count() == 0
    assert Delivery.objects.count() == 1


def test_an_address_that_is_none_any_more_holds_up_nobody_else(make: Make) -> None:
    store = make.store(webhook_url="https://shop.example/hook")
    make.member(make.agent("overseer"), queue=make.queue())
    flagged(make)
    news_delivery.make_out(now=LATER, limit=100)
    DeliveryAddress.objects.filter(channel="flag_webhook").update(switched_off_at=LATER)
    type(store).objects.update(webhook_url="ftp://shop.example/hook")
    News.objects.update(dispatched_at=None)

    let_out()

    assert not News.objects.undispatched().exists()
    assert len(mail.outbox) == 1
