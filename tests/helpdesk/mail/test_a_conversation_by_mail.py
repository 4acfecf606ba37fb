"""A conversation between a customer and a store by nothing but mail: by real servers, both ways, from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import transaction

from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.mail.fetching import folder_visit
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.leaving import reply_outcome
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import LineSecurity, Mailbox, MailedReply, Message, Ticket
from helpdesk.outbox import outbox
from helpdesk.secrets import key_ring
from monitor.models import Clock
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, put, running_imap
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Letter = Callable[..., None]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def mailbox(make: Make, server: MailServer) -> Iterator[Mailbox]:
    make.member(make.agent(), queue=make.queue("Mail"))
    with running_imap() as imap:
        yield make.mailbox(
            imap_host="127.0.0.1", imap_port=imap.port, imap_login=LOGIN, imap_security=LineSecurity.NONE,
            imap_password=key_ring.seal(PASSWORD),
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=LineSecurity.NONE,
            queue=make.queue("Mail"),
        )  # fmt: skip


def go_round(mailbox: Mailbox) -> None:
    """Do what the postman and the tasks do: fetch, file, and let out."""
    with reading(imap_server_of(mailbox, now=database_now()), seconds=20) as line:
        folder_visit.visit(line, mailbox, "INBOX", clock=database_now, may_go_on=lambda: True)
    while mail_turn.take(now=database_now()):
        pass
    outbox.send_due(clock=database_now, seconds=5)
    reply_outcome.follow(longest=timedelta(minutes=5), now=database_now(), limit=100)


@pytest.fixture
def arrives(mailbox: Mailbox) -> Letter:
    """A customer's mail comes into the mailbox, and everybody does their round."""
    go_round(mailbox)

    def lay(body: str, *, to: str = "help@shop.example", subject: str = "Where is it?", **head: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Jon <jon@home.example>", to, subject
        for name, value in head.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        with reading(imap_server_of(mailbox, now=database_now()), seconds=20) as line:
            put(line, "INBOX", mail.as_bytes())
        go_round(mailbox)

    return lay


def answer(make: Make, mailbox: Mailbox, body: str) -> None:
    with transaction.atomic():
        reply_in_public(ticket=Ticket.objects.get(), author=make.agent(), body=body, now=database_now())
    go_round(mailbox)


def said() -> list[str]:
    return [message.body.strip() for message in Message.objects.in_order()]


def test_it_goes_to_and_fro_in_one_ticket(
    make: Make, mailbox: Mailbox, server: MailServer, arrives: Letter
) -> None:
    arrives("My lamp is late.", Message_ID="<one@home.example>")
    answer(make, mailbox, "It comes on Monday.")
    [first] = [taken.message for taken in server.taken]
    arrives(
        "Thank you!",
        subject="Re: Where is it?",
        In_Reply_To=first["Message-ID"],
        Message_ID="<two@home.example>",
    )
    answer(make, mailbox, "You are welcome.")

    assert said() == ["My lamp is late.", "It comes on Monday.", "Thank you!", "You are welcome."]
    assert [taken.recipients for taken in server.taken] == [["jon@home.example"]] * 2
    assert (first["In-Reply-To"], Ticket.objects.get().queue.name) == ("<one@home.example>", "Mail")
    assert server.taken[1].message["In-Reply-To"] == "<two@home.example>"


def test_who_only_keeps_the_address_that_we_gave_is_heard_in_their_ticket(
    make: Make, mailbox: Mailbox, server: MailServer, arrives: Letter
) -> None:
    arrives("My lamp is late.")
    answer(make, mailbox, "It comes on Monday.")
    back = server.taken[0].message["Reply-To"]

    arrives("And the bulbs?", to=str(back), subject="Bulbs")

    assert said() == ["My lamp is late.", "It comes on Monday.", "And the bulbs?"]


def test_the_clocks_know_who_waits_since_when(
    make: Make, mailbox: Mailbox, server: MailServer, arrives: Letter
) -> None:
    arrives("My lamp is late.")
    assert Clock.objects.get(metric="first_response").ended_at is None
    answer(make, mailbox, "It comes on Monday.")

    mailed = MailedReply.objects.get()
    assert Clock.objects.get(metric="first_response").ended_at == mailed.leaving_since
    arrives("When on Monday?", In_Reply_To=server.taken[0].message["Message-ID"])
    assert Clock.objects.filter(metric="next_response", ended_at=None).count() == 1


def test_nobody_is_answered_twice_however_often_a_round_is_made(
    make: Make, mailbox: Mailbox, server: MailServer, arrives: Letter
) -> None:
    arrives("My lamp is late.", Message_ID="<one@home.example>")
    answer(make, mailbox, "It comes on Monday.")
    for _ in range(3):
        go_round(mailbox)
    arrives("My lamp is late.", Message_ID="<one@home.example>", Received="from elsewhere; by another way")

    assert len(server.taken) == 1
    assert said() == ["My lamp is late.", "It comes on Monday."]
