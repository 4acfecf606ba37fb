"""From a mailbox that is only watched nothing leaves, whoever tries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.conversation.replies import reply_in_public, send_automatically
from helpdesk.models import Agent, Mailbox, MailboxMode, MailedReply, Message, RawMail, Ticket
from monitor.models import Clock
from tests.helpdesk.mail.filing.post import mail, post
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = pytest.mark.django_db

LetOut = Callable[[float], None]


@pytest.fixture
def owner(make: Make) -> Agent:
    return make.agent()


@pytest.fixture
def watched(owner: Agent, make: Make, mailbox: Mailbox) -> Ticket:
    """A ticket that came to a mailbox that is only watched, of a store that has one that answers, too."""
    box = make.mailbox("returns@shop.example", mode=MailboxMode.WATCH, smtp_host="")
    came = post(box.store, mail())
    RawMail.objects.filter(pk=came.pk).update(mailbox=box)
    return Ticket.objects.get()


def test_neither_an_answer_nor_a_receipt_leaves(watched: Ticket, owner: Agent, make: Make) -> None:
    reply_in_public(ticket=watched, author=owner, body="Soon.", now=minute(2))
    send_automatically(ticket=watched, body="We have it.", now=minute(3))
    assert not MailedReply.objects.exists()

    elsewhere = make.ticket()
    reply_in_public(ticket=elsewhere, author=owner, body="Soon.", now=minute(4))
    assert MailedReply.objects.get().message.ticket == elsewhere


def test_it_stays_so_once_its_mail_is_forgotten_where_the_store_has_no_other(
    watched: Ticket, owner: Agent, mailbox: Mailbox
) -> None:
    RawMail.objects.all().delete()
    mailbox.delete()
    reply_in_public(ticket=watched, author=owner, body="Soon.", now=minute(2))
    assert not MailedReply.objects.exists()


def test_what_waits_when_a_mailbox_is_turned_to_watching_is_given_up_and_answered_nobody(
    make: Make, owner: Agent, ticket: Ticket, mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    reply_in_public(ticket=ticket, author=owner, body="Soon.", now=minute(2))
    Mailbox.objects.filter(pk=mailbox.pk).update(mode=MailboxMode.WATCH)
    let_out(3)

    assert server.taken == []
    assert MailedReply.objects.get().refused_at is not None
    assert Clock.objects.get(metric="first_response").ended_at is None


def test_its_page_offers_notes_and_says_where_to_answer(
    client: Client, watched: Ticket, owner: Agent
) -> None:
    client.force_login(owner)
    page = client.get(reverse("ticket", args=[watched.reference])).content.decode()

    assert "Attend only watches the mailbox of this ticket" in page
    assert 'value="public"' not in page
    assert "Send and wait for the customer" not in page
    assert 'id="elsewhere"' in page


@pytest.mark.parametrize(("mode", "status"), [("public", 422), ("note", 302)])
def test_an_answer_that_is_sent_all_the_same_is_refused_and_a_note_is_not(
    client: Client, watched: Ticket, owner: Agent, mode: str, status: int
) -> None:
    client.force_login(owner)
    token = "00000000-0000-4000-8000-000000000001"
    typed = {"mode": mode, "then": "keep_open", "body": "Soon.", "seen_seq": watched.last_seq, "token": token}
    answer = client.post(reverse("ticket-messages", args=[watched.reference]), typed)

    assert answer.status_code == status
    assert Message.objects.count() == (2 if mode == "note" else 1)
    if mode == "public":
        page = answer.content.decode()
        assert "answer in your mail program" in page
        assert "Soon." in page
