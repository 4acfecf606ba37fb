"""An alert about a promise that was answered, but not heard yet, says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.mail.leaving import reply_outcome
from helpdesk.models import MailedReply
from helpdesk.outbox import outbox
from monitor.alerts import news_delivery
from monitor.promises import defaults
from monitor.watch import sweep
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
SAID = "Shop (live) · Owner · answered 2026-03-09 15:10:00 UTC, not accepted by a mail server yet · was due"


@pytest.fixture(autouse=True)
def answered(make: Make) -> None:
    """A question that was answered after ten minutes, by a mail server that is down."""
    defaults.ensure_defaults()
    make.agent("overseer")
    make.mailbox(smtp_host="127.0.0.1", smtp_port=closed_port())
    ticket, owner = make.ticket(), make.agent("owner")
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=NOW + timedelta(minutes=10))


def told() -> list[str]:
    """Do what the tasks do two hours after the question, and return the alerts."""
    outbox.send_due(clock=lambda: LATER, seconds=5)
    reply_outcome.follow(longest=timedelta(minutes=5), now=LATER, limit=10)
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    news_delivery.make_out(now=LATER, limit=100)
    outbox.send_due(clock=lambda: LATER, seconds=5)
    return [str(one.body) for one in mail.outbox]


def test_a_reply_that_no_server_has_taken_breaks_the_promise_and_the_alert_says_when_it_was_given() -> None:
    [alert] = told()

    assert "Acknowledgement" in alert
    assert SAID in alert


def test_of_one_that_has_left_there_is_no_alert() -> None:
    MailedReply.objects.update(left_at=NOW + timedelta(minutes=11))

    assert told() == []
