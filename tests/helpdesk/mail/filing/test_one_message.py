"""One mail is one message, however often it comes and whoever reads it; none holds up the others."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from helpdesk.mail.filing import mail_turn
from helpdesk.mail.filing.mail_filing import file_letter
from helpdesk.models import MailId, MailOutcome, Message, RawMail, RawMailBytes, Store, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.tasks import read_mail
from tests.helpdesk.mail.filing.post import MIRA, bring, file_all, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

RECEIVED = b"Received: from relay.example by mx.shop.example; Mon, 9 Mar 2026 15:00:00 +0000\r\n"


def test_the_same_message_by_two_ways_is_one(shop: Store) -> None:
    first = post(shop, mail())
    second = post(shop, RECEIVED + mail())

    assert (second.outcome, second.reason, second.message) == ("joined", MailReason.KNOWN, first.message)
    assert Message.objects.count() == 1


def test_what_comes_back_under_an_id_of_ours_is_what_we_sent(make: Make, shop: Store) -> None:
    ticket = make.ticket(by=make.agent(), outbound=True)
    ours = ticket.messages.get()
    MailId.objects.create(store=shop, value="ours@shop.example", ticket=ticket, message=ours)

    kept = post(shop, mail("Quite another text", mid="ours@shop.example"))

    assert (kept.reason, kept.message) == (MailReason.KNOWN, ours)


def test_a_program_that_gives_all_its_mails_one_id_loses_none(shop: Store) -> None:
    post(shop, mail("First", mid="always@forms.example"))
    others = [
        post(shop, mail("First", mid="always@forms.example", by=MIRA)),
        post(shop, mail("Second", mid="always@forms.example")),
        post(shop, mail("First", mid="always@forms.example", at=NOW - timedelta(days=1))),
    ]

    assert [each.outcome for each in others] == [MailOutcome.OPENED] * 3


def test_what_a_program_sends_again_and_dates_anew_is_one(shop: Store) -> None:
    before = NOW - timedelta(seconds=1)
    post(shop, mail("First", at=before))

    assert post(shop, mail("First")).reason == MailReason.KNOWN
    assert post(shop, mail("First and more")).outcome == MailOutcome.OPENED


def test_what_a_list_adds_on_the_way_makes_it_no_other_mail(shop: Store) -> None:
    post(shop, mail("Where is it?"))

    assert post(shop, mail("Where is it?\r\n-- \r\nThe list of the shop")).reason == MailReason.KNOWN


def test_mail_without_an_id_is_known_by_its_bytes_for_ever(shop: Store) -> None:
    raw = mail(mid="")
    post(shop, raw)
    RawMail.objects.all().delete()

    assert post(shop, raw).reason == MailReason.KNOWN
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_file_each_mail_once(make: Make) -> None:
    make.agent()
    store = make.store()
    talk = [mail("Hello", mid="0@example.com")]
    talk += [mail(f"And {n}", mid=f"{n}@example.com", answers=[f"{n - 1}@example.com"]) for n in range(1, 8)]
    many = [*talk, *(RECEIVED + each for each in talk)]
    random.Random(7).shuffle(many)  # noqa: S311  # the same order each time
    for raw in many:
        bring(store, raw)

    def read(_: int) -> None:
        try:
            for seconds in range(0, 200, 20):  # what answers waits for what it answers
                file_all(now=NOW + timedelta(seconds=seconds))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, range(4)))
    assert not RawMail.objects.unread().exists()
    assert sorted(Message.objects.values_list("body", flat=True)) == sorted(
        ["Hello", *(f"And {n}" for n in range(1, 8))]
    )
    assert RawMail.objects.filter(reason=MailReason.KNOWN).count() == len(talk)
    assert not RawMail.objects.set_aside().exists()


def test_a_reader_that_died_leaves_the_mail_to_another(shop: Store) -> None:
    kept = bring(shop, mail())
    assert mail_turn._claim(now=NOW) == kept

    file_all(now=NOW + timedelta(seconds=30))
    kept.refresh_from_db()
    assert kept.read_at is None
    file_all(now=NOW + mail_turn.LEASE)
    kept.refresh_from_db()
    assert kept.outcome == MailOutcome.OPENED


def test_a_mail_that_kills_each_reader_is_set_aside_in_the_end(shop: Store) -> None:
    kept, later = bring(shop, mail()), NOW
    while kept.attempts <= len(mail_turn.RESTS):
        kept = mail_turn._claim(now=later) or kept
        later += mail_turn.LEASE

    file_all(now=later)

    kept.refresh_from_db()
    assert (kept.outcome, kept.reason) == (MailOutcome.SET_ASIDE, MailReason.BROKEN_OFF)


def test_what_cannot_be_filed_rests_is_set_aside_and_holds_nobody_up(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(letter: Any, **given: Any) -> Any:
        if "poison" in letter.text:
            raise OperationalError("out of shared memory for jon@example.com")
        return file_letter(letter, **given)

    monkeypatch.setattr(mail_turn, "file_letter", fail)
    poison, good = bring(shop, mail("poison")), bring(shop, mail(mid="two@example.com"))
    later = NOW
    for rest in (*mail_turn.RESTS, timedelta()):
        file_all(now=later)
        good.refresh_from_db()
        assert good.outcome == MailOutcome.OPENED
        later += rest

    poison.refresh_from_db()
    assert (poison.outcome, poison.reason) == (MailOutcome.SET_ASIDE, MailReason.UNREADABLE)
    assert poison.detail == "OperationalError: out of shared memory for …@example.com"
    assert bytes(RawMailBytes.objects.get(mail=poison).raw) == mail("poison")


@pytest.mark.parametrize("raw", [b"\r\n\r\n", b" "])
def test_bytes_that_are_no_mail_are_set_aside_at_once(shop: Store, raw: bytes) -> None:
    kept = post(shop, raw)

    assert (kept.outcome, kept.reason, kept.attempts) == ("set_aside", MailReason.UNREADABLE, 1)


def test_the_task_reads_what_waits(shop: Store) -> None:
    kept = bring(shop, mail())

    read_mail()

    kept.refresh_from_db()
    assert kept.outcome == MailOutcome.OPENED
