"""A conversation that an agent begins reaches its customer by mail, from the page and from the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversation import beginnings
from helpdesk.database.instant import database_now
from helpdesk.models import Leaving, Mailbox, MailedReply, Message, Ticket, WebhookFact, WebhookKind
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from tests.helpdesk.api.conftest import Caller, told
from tests.helpdesk.desk import history, statements
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LetOut = Callable[[float], None]
BY_AGENT = {"agent": "owner@example.com", "public": True}


@pytest.fixture
def caller(make: Make, mailbox: Mailbox) -> Caller:
    make.agent()
    return Caller(make.key()[1])


def soon() -> float:
    """Return the minutes from `NOW` until after what doors have written, by the database's own clock."""
    return (database_now() - NOW) / timedelta(minutes=1) + 1


def ticket(**more: object) -> dict[str, object]:
    asked = {"customer": {"email": "dana@home.example"}, "message": {"body": "Your order is late."}}
    return {"subject": "Your order", **asked, **more}


def test_an_agent_s_first_word_leaves_without_a_re(
    caller: Caller, server: MailServer, let_out: LetOut
) -> None:
    assert caller.post("/tickets", ticket(author=BY_AGENT)).status_code == 201
    let_out(soon())

    [taken] = server.taken
    assert (taken.recipients, taken.message["Subject"]) == (["dana@home.example"], "Your order")
    assert taken.message["In-Reply-To"] is None
    assert MailedReply.objects.get().state == Leaving.LEFT


def test_from_the_page_too(
    make: Make, mailbox: Mailbox, client: Client, server: MailServer, let_out: LetOut
) -> None:
    client.force_login(make.agent())
    given = {
        "store": mailbox.store.pk,
        "email": "dana@home.example",
        "subject": "Your order",
        "whose": "agent",
    }
    client.post(reverse("new-ticket"), given | {"body": "It is late.", "token": uuid4()})
    let_out(soon())

    assert [taken.recipients for taken in server.taken] == [["dana@home.example"]]


def test_of_a_batch_only_what_we_say_in_public_now_leaves(caller: Caller) -> None:
    note, past = {**BY_AGENT, "public": False}, {"imported": True, "occurred_at": "2026-01-05T10:00:00Z"}
    tickets = [
        ticket(),
        ticket(author=note),
        ticket(author=BY_AGENT, **past),
        ticket(author=BY_AGENT, subject="This"),
    ]
    results = told(caller.post("/tickets/batch", {"tickets": tickets}))["results"]

    assert [result["status"] for result in results] == [201] * 4
    [mailed] = MailedReply.objects.all()
    assert mailed.message.ticket.subject == "This"


def test_sent_twice_it_leaves_once(caller: Caller) -> None:
    statuses = [caller.post("/tickets", ticket(author=BY_AGENT, external_id="7")).status_code for _ in "12"]

    assert statuses == [201, 200]
    assert MailedReply.objects.count() == 1


def test_refused_for_good_nobody_was_asked_anything(
    caller: Caller, server: MailServer, let_out: LetOut
) -> None:
    caller.post("/tickets", ticket(author=BY_AGENT))
    server.steps["END"] = 554
    let_out(soon())

    opened = Ticket.objects.get()
    assert MailedReply.objects.get().said == "554 so be it"
    assert Message.objects.get().bounced_at is not None
    assert "reply_bounced 1" in history(opened)
    assert not opened.begun


def test_however_many_are_begun_where_no_mail_leaves_they_are_told_once(make: Make) -> None:
    store = make.store()
    make.webhook("https://shop.example/hook", store=store, kinds=[WebhookKind.MESSAGE_SENT])
    word = FirstWord(by=make.agent(), outbound=True)

    def begin(*shapes: NewTicket) -> int:
        words = [word] * len(shapes)
        return statements(lambda: beginnings.begin(shapes, store=store, now=NOW, first_words=words))

    with transaction.atomic():
        begin(make.shape())  # whoever is the first reads what promises there are
        assert begin(*(make.shape() for _ in range(20))) == begin(*(make.shape() for _ in range(2)))
    assert WebhookFact.objects.filter(kind=WebhookKind.MESSAGE_SENT, sequence=1).count() == 23


def test_however_many_are_begun_at_once_their_mailbox_is_looked_for_once(
    make: Make, mailbox: Mailbox
) -> None:
    make.mailbox("other@shop.example", queue=make.queue("Refunds"))
    shapes, word = [make.shape() for _ in range(20)], FirstWord(by=make.agent(), outbound=True)

    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        beginnings.begin(shapes, store=mailbox.store, now=NOW, first_words=[word] * len(shapes))

    assert MailedReply.objects.filter(mailbox=mailbox).count() == 20
    assert len([one for one in asked if 'FROM "helpdesk_mailbox"' in one["sql"]]) == 1
