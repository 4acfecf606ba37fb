"""A worker that is killed while it sends a reply: the reply arrives, at most twice, and then under one id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from config.addresses import ROOT
from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.models import LineSecurity, MailedReply, Message
from helpdesk.outbox import limits, outbox
from monitor.models import Clock
from tests.config.running import database_url
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)

WORK = "import django; django.setup(); from helpdesk.tasks import deliver; deliver.run()"


class Relay:
    """A mail server that kills whoever speaks with it `once_it_hears` a verb, and then takes everything."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.once_it_hears = ""
        self.victim: subprocess.Popen[bytes] | None = None

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._kill("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # likewise
        assert isinstance(envelope.content, bytes)
        self.taken.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        self._kill("DATA")
        return "250 taken"

    def _kill(self, verb: str) -> None:
        if self.victim and verb == self.once_it_hears:
            self.victim.kill()
            self.victim.wait()


@pytest.fixture
def relay(make: Make) -> Iterator[Relay]:
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=closed_port())
    controller.start()
    make.mailbox(smtp_host="127.0.0.1", smtp_port=controller.port, smtp_security=LineSecurity.NONE)
    yield relay
    controller.stop()


@pytest.fixture
def message(make: Make, relay: Relay) -> Message:
    now = database_now()
    ticket, author = make.ticket(now=now - timedelta(minutes=1)), make.agent()
    with transaction.atomic():
        return reply_in_public(ticket=ticket, author=author, body="On its way.", now=now)


def worker() -> subprocess.Popen[bytes]:
    given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env={**os.environ, **given})


@pytest.mark.parametrize(("killed_at", "arrives"), [("RCPT", 1), ("DATA", 2)])
def test_a_killed_worker_costs_half_a_minute_and_at_most_a_second_copy(
    relay: Relay, message: Message, killed_at: str, arrives: int
) -> None:
    relay.once_it_hears = killed_at
    relay.victim = worker()
    relay.victim.wait(timeout=60)
    assert relay.victim.returncode < 0, "it ended by itself"
    assert MailedReply.objects.leaving().exists()

    later = database_now() + limits.LEASE + timedelta(seconds=1)
    outbox.send_due(clock=lambda: later, seconds=5)
    outbox.send_due(clock=lambda: later, seconds=5)

    assert (len(relay.taken), len(set(relay.taken))) == (arrives, 1)
    assert MailedReply.objects.get().left_at == later
    assert Clock.objects.get(metric="first_response").ended_at == message.sent_at


def test_of_two_workers_one_sends_it(relay: Relay, message: Message) -> None:
    workers = [worker(), worker()]
    assert [each.wait(timeout=60) for each in workers] == [0, 0]

    assert len(relay.taken) == 1
    assert MailedReply.objects.get().left_at is not None
