"""A team answers in another program: Attend watches its mailbox, times what happens there, and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from django.test import Client

from helpdesk.database.instant import database_now
from helpdesk.mail.fetching import folder_visit
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import LineSecurity, Mailbox, MailboxMode, MailedReply, Message, Ticket
from helpdesk.secrets import key_ring
from monitor.models import Clock
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, put, running_imap
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SENT = "Sent Items"


@pytest.fixture
def mailbox(make: Make) -> Iterator[Mailbox]:
    make.agent()
    with running_imap() as imap:
        mailbox = make.mailbox(
            mode=MailboxMode.WATCH, public_name="The Shop", sent_folder=SENT, smtp_host="",
            imap_host="127.0.0.1", imap_port=imap.port, imap_login=LOGIN, imap_security=LineSecurity.NONE,
            imap_password=key_ring.seal(PASSWORD),
        )  # fmt: skip
        lay(mailbox, SENT)
        look(mailbox)
        yield mailbox


def lay(mailbox: Mailbox, folder: str, *lines: str) -> None:
    with reading(imap_server_of(mailbox, now=database_now()), seconds=20) as line:
        put(line, folder, *(["\r\n".join(lines).encode()] if lines else []))


def look(mailbox: Mailbox, *, later: timedelta = timedelta()) -> None:
    """Do what the postman and the task do, as if it were later."""
    with reading(imap_server_of(mailbox, now=database_now()), seconds=20) as line:
        for folder in mailbox.folders_to_read:
            folder_visit.visit(line, mailbox, folder, clock=database_now, may_go_on=lambda: True)
    while mail_turn.take(now=database_now() + later):
        pass


def asked(mailbox: Mailbox, *, at: datetime) -> None:
    head = ("From: Jon <jon@home.example>", "Message-ID: <one@home.example>", "Subject: Late")
    lay(mailbox, "INBOX", *head, f"Date: {format_datetime(at)}", "", "Where is it?")


def answered(mailbox: Mailbox, *, at: datetime, by: str = "Owner") -> None:
    head = (f"From: {by} <help@shop.example>", "To: jon@home.example", "Subject: Re: Late")
    thread = ("Message-ID: <a1@shop.example>", "In-Reply-To: <one@home.example>")
    lay(
        mailbox, SENT, *head, *thread, f"Date: {format_datetime(at)}", "", "On its way.", "", "> Where is it?"
    )


def test_an_answer_of_another_program_is_measured_and_shown(
    make: Make, client: Client, mailbox: Mailbox
) -> None:
    now = database_now().replace(microsecond=0)
    asked(mailbox, at=now - timedelta(minutes=30))
    look(mailbox)
    assert Clock.objects.get(metric="first_response").ended_at is None

    answered(mailbox, at=now - timedelta(minutes=10))
    look(mailbox)

    clock = Clock.objects.get(metric="first_response")
    assert (clock.started_at, clock.ended_at) == (now - timedelta(minutes=30), now - timedelta(minutes=10))
    client.force_login(make.agent())
    page = client.get(f"/tickets/{Ticket.objects.get().reference}/").content.decode()
    assert "Answered outside Attend" in page
    assert "<bdi>Owner</bdi>" in page
    assert not MailedReply.objects.exists()


def test_what_is_looked_at_again_is_known(mailbox: Mailbox) -> None:
    now = database_now()
    asked(mailbox, at=now)
    answered(mailbox, at=now)
    for minutes in range(3):
        look(mailbox, later=timedelta(minutes=minutes))

    assert [message.way for message in Message.objects.in_order()] == ["", "mail"]
