"""A mail server, a store whose mailbox answers by it, and what waits to leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.mail.leaving import reply_outcome
from helpdesk.models import LineSecurity, Mailbox, Ticket
from helpdesk.outbox import outbox
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.make import NOW, Make

LONGEST = timedelta(minutes=5)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def mailbox(make: Make, server: MailServer) -> Mailbox:
    return make.mailbox(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security=LineSecurity.NONE,
        public_name="Läden & Söhne",
    )


@pytest.fixture
def ticket(make: Make, mailbox: Mailbox) -> Ticket:
    asked = {"email": "dana@home.example", "name": "Dana Levi", "locale": "en"}
    return make.ticket(subject="AW: Where is it?", body="Where is my order?", customer=asked)


@pytest.fixture
def let_out() -> Callable[[float], None]:
    """Do what the tasks do at a minute after `NOW`: let out what is due, and tell clocks what has become of it."""

    def at(minutes: float) -> None:
        now = minute(minutes)
        outbox.send_due(clock=lambda: now, seconds=5)
        reply_outcome.follow(longest=LONGEST, now=now, limit=100)

    return at


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture
def asked(make: Make, mailbox: Mailbox) -> Ticket:
    """What a customer asked two minutes ago, by the database's own clock."""
    return make.ticket(now=database_now() - timedelta(minutes=2), email="jon@home.example")


@pytest.fixture
def send(make: Make, client: Client, asked: Ticket) -> Callable[..., Any]:
    """Press *Send* on the ticket's page; return what it leads to."""
    client.force_login(make.agent())

    def press(body: str = "Here it is.", **more: Any) -> Any:
        asked.refresh_from_db()
        form = {"mode": "public", "then": "wait", "body": body, "seen_seq": asked.last_seq, "token": uuid4()}
        return client.post(reverse("ticket-messages", args=[asked.reference]), form | more, follow=True)

    return press
