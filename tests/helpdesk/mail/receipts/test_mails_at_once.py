"""Mails of one sender that are filed at once get no more receipts, and are counted no less, than one after another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from helpdesk.mail.filing import mail_turn
from helpdesk.models import Mailbox, MailOutcome, RawMail, Receipt, SenderBlock, Ticket
from tests.helpdesk.mail.filing.post import bring, mail
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db(transaction=True)

READERS, MAILS = 4, 8


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    return make.mailbox(receipts_since=NOW)


def file_at_once(mailbox: Mailbox) -> None:
    """Let several readers file the mails of one sender, beginning together."""
    for number in range(MAILS):
        bring(mailbox.store, mail(f"Number {number}", mid=f"{number}@example.com"))
    start = Barrier(READERS)

    def read(_reader: int) -> None:
        try:
            start.wait(timeout=10)
            while mail_turn.take(now=NOW):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(read, range(READERS)))


def test_an_address_gets_three_receipts_however_many_read(mailbox: Mailbox) -> None:
    file_at_once(mailbox)

    assert (Ticket.objects.count(), Receipt.objects.count()) == (MAILS, 3)


def test_each_mail_that_is_stopped_is_counted(make: Make, mailbox: Mailbox) -> None:
    SenderBlock.objects.create(
        store=mailbox.store, sender="jon@example.com", blocked_at=NOW, blocked_by=make.agent()
    )
    file_at_once(mailbox)

    assert set(RawMail.objects.values_list("outcome", flat=True)) == {MailOutcome.BLOCKED}
    assert SenderBlock.objects.get().stopped == MAILS
