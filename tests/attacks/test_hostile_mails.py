"""Thousands of mails that mean harm: each has an outcome, none a header of ours, and memory stays what it was."""

from __future__ import annotations

import os
import resource
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import Final

import pytest
from django.db import transaction

from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail.composing.mail_composition import compose
from helpdesk.mail.composing.outgoing_mail import Unsendable
from helpdesk.mail.leaving.reply_content import reply_mail
from helpdesk.models import LineSecurity, MailedReply, MailOutcome, RawMail, Store, Ticket
from tests.attacks.hostile_mails import hostile_mail
from tests.helpdesk.mail.composing.test_whatever_is_written import OURS
from tests.helpdesk.mail.filing.post import bring, file_all
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

MAILS: Final = int(os.environ.get("ATTEND_HOSTILE_MAILS", "140"))
BATCH: Final = 28
MOST_GROWTH: Final = 32 * 1024
"""In KiB, from the first batches, which hold every kind, to the last."""


@pytest.fixture
def shop(make: Make) -> Store:
    mailbox = make.mailbox(
        address="help@shop.example", smtp_host="127.0.0.1", smtp_port=1, smtp_security=LineSecurity.NONE
    )
    return mailbox.store


def test_each_has_an_outcome_and_no_answer_has_a_line_of_theirs(make: Make, shop: Store) -> None:
    agent = make.agent()
    in_use = []

    for first in range(0, MAILS, BATCH):
        with transaction.atomic():
            kept = [bring(shop, hostile_mail(number)) for number in range(first, min(first + BATCH, MAILS))]
        for step in range(60):  # what names others waits for them
            file_all(now=NOW + step * timedelta(seconds=15))
        for ticket in Ticket.objects.filter(messages__raw_mails__in=kept).distinct():
            with transaction.atomic():
                reply_in_public(ticket=ticket, author=agent, body="On its way.", now=NOW)
        replies = MailedReply.objects.filter(message__ticket__messages__raw_mails__in=kept).distinct()
        assert sum(map(has_headers_of_ours_alone, replies)) > 0
        in_use.append(memory())

    outcomes: list[tuple[str, str]] = list(RawMail.objects.values_list("outcome", "reason"))
    assert len(outcomes) == MAILS
    assert {outcome for outcome, _ in outcomes} <= set(MailOutcome.values)
    assert not RawMail.objects.filter(outcome=MailOutcome.SET_ASIDE).exclude(reason__in=["nobody"]).exists()
    assert in_use[-1] - in_use[min(2, len(in_use) - 1)] < MOST_GROWTH, in_use
    print(Counter(outcome for outcome, _ in outcomes), "KiB in use:", in_use[::20])


def has_headers_of_ours_alone(reply: MailedReply) -> bool:
    """Tell that it was composed, and look at its head; False for one that no mail can be."""
    assert reply.mailbox is not None
    try:
        raw = compose(reply_mail(reply, mailbox=reply.mailbox))
    except Unsendable:
        return False
    names = [name for name, _ in message_from_bytes(raw, policy=SMTP).raw_items()]
    assert set(names) <= set(OURS)
    assert len(names) == len(set(names))
    return True


def memory() -> int:
    """Return the largest resident size so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
