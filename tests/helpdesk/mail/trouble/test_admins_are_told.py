"""Admins hear of mail that does not come in or leave: once, every four hours, and once when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction

from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail.trouble import troubles
from helpdesk.models import Agent, Delivery, Environment, Mailbox, MailedReply, MailTrouble
from helpdesk.outbox import outbox
from tests.make import NOW, Make

Look = Callable[[float], list[EmailMessage]]


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    """A mailbox that was read at `NOW`, and an admin beside those who work with it."""
    make.agent()
    make.agent("admin", timezone="Europe/Berlin")
    box = make.mailbox("help@shop.example")
    Mailbox.objects.filter(pk=box.pk).update(read_at=NOW, said="Connection refused")
    return box


@pytest.fixture
def look() -> Look:
    """Do what the tasks do at a minute after `NOW`; return the mails that this has let out."""

    def at(minutes: float) -> list[EmailMessage]:
        mail.outbox.clear()
        now = minute(minutes)
        troubles.look(now=now)
        outbox.send_due(clock=lambda: now, seconds=5)
        return list(mail.outbox)

    return at


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def read(mailbox: Mailbox, at: float) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=minute(at), said="")


@pytest.mark.django_db
def test_of_a_mailbox_that_is_not_read_for_five_minutes(mailbox: Mailbox, look: Look) -> None:
    assert look(4.9) == []

    [told] = look(5)

    assert (told.to, told.subject) == (["admin@example.com"], "[Attend] Trouble with mail: help@shop.example")
    assert told.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "help@shop.example\u2069: it has not been read since March 9, 2026" in told.body
    assert "4:00:00\u202fPM +0100" in told.body
    assert "Connection refused" in told.body
    assert "/mailboxes/" in told.body


@pytest.mark.django_db
def test_once_every_four_hours_and_once_when_it_is_over(mailbox: Mailbox, look: Look) -> None:
    told = {at: len(look(at)) for at in (5, 5.5, 60, 244, 245, 246, 480, 485)}
    read(mailbox, 486)
    [over] = look(487)

    assert told == {5: 1, 5.5: 0, 60: 0, 244: 0, 245: 1, 246: 0, 480: 0, 485: 1}
    assert over.subject == "[Attend] Mail is well again: help@shop.example"
    assert "every four hours" not in over.body
    assert [len(look(at)) for at in (487.5, 488)] == [0, 0]


@pytest.mark.django_db
def test_what_begins_anew_is_told_anew(mailbox: Mailbox, look: Look) -> None:
    look(5)
    read(mailbox, 6)
    look(7)

    assert [told.subject for told in look(12)] == ["[Attend] Trouble with mail: help@shop.example"]


@pytest.mark.django_db
def test_of_an_answer_that_has_been_leaving_for_ten_minutes(make: Make, mailbox: Mailbox, look: Look) -> None:
    for said in ("Here.", "And there."):
        with transaction.atomic():
            reply_in_public(ticket=make.ticket(), author=make.agent(), body=said, now=NOW)
    MailedReply.objects.update(said="451 come again")
    Delivery.objects.update(sealed_at=NOW, due_at=minute(60))  # its server was asked a moment ago
    read(mailbox, 9)
    assert look(9.9) == []

    [told] = look(10)

    assert "2 answers do not leave by" in told.body
    assert "451 come again" in told.body
    MailedReply.objects.update(left_at=minute(11))
    read(mailbox, 11)
    assert "Answers leave again by" in look(12)[0].body


@pytest.mark.django_db
def test_several_mailboxes_that_fail_together_are_one_mail(make: Make, mailbox: Mailbox, look: Look) -> None:
    for name in "abc":
        box = make.mailbox(f"{name}@shop.example")
        read(box, 0)

    [told] = look(6)

    assert told.subject.endswith(" …")
    assert told.body.count("it has not been read since") == 4


@pytest.mark.django_db
def test_each_admin_in_their_own_language_and_nobody_else(make: Make, mailbox: Mailbox, look: Look) -> None:
    make.agent("overseer")
    boss = make.agent("boss", locale="he", timezone="Asia/Jerusalem")
    gone = make.agent("gone", is_active=False)
    Agent.objects.filter(pk__in=[boss.pk, gone.pk]).update(is_admin=True)

    told = {one.to[0]: one.body for one in look(6)}

    assert set(told) == {"admin@example.com", "boss@example.com"}
    assert "17:00:00" in told["boss@example.com"]


@pytest.mark.django_db
def test_of_another_environment_nobody_hears_by_a_remote_server(
    make: Make, mailbox: Mailbox, settings: Any
) -> None:
    read(mailbox, 6)
    test = make.mailbox("test@shop.example", store=make.store("Trial", environment=Environment.TEST))
    read(test, 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert troubles.look(now=minute(6)) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert troubles.look(now=minute(6)) == 1


@pytest.mark.django_db
def test_a_house_server_that_was_down_meanwhile_tells_what_is_true_when_it_is_back(
    mailbox: Mailbox, look: Look, settings: Any
) -> None:
    troubles.look(now=minute(6))
    read(mailbox, 7)

    [told] = look(8)

    assert told.subject == "[Attend] Mail is well again: help@shop.example"


@pytest.mark.django_db(transaction=True)
def test_however_many_look_at_once_each_is_told_once(mailbox: Mailbox, look: Look) -> None:
    def work() -> None:
        for _ in range(5):
            troubles.look(now=minute(6))
        connection.close()

    lookers = [Thread(target=work) for _ in range(4)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join()

    assert MailTrouble.objects.count() == 1
    assert len(look(6)) == 1


@pytest.mark.django_db
def test_what_was_over_long_ago_is_forgotten(mailbox: Mailbox, look: Look) -> None:
    look(6)
    read(mailbox, 7)
    look(8)

    assert troubles.forget(kept_for=timedelta(days=30), now=NOW + timedelta(days=30)) == 0
    assert troubles.forget(kept_for=timedelta(days=30), now=NOW + timedelta(days=31)) == 1
