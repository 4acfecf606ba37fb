"""An alert says that something written on its ticket was not counted when it was raised."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.outbox import outbox
from monitor.alerts import news_delivery
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor.watched import poison

__all__ = ["poison"]

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


def _told() -> str:
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    news_delivery.make_out(now=LATER, limit=100)
    outbox.send_due(clock=lambda: LATER, seconds=20)
    return str(mail.outbox[0].body)


SAID = "What was written on this ticket from 2026-03-09 16:58:00 UTC on was not counted yet when this was noticed."


def test_it_says_since_when_something_waits(make: Make, poison: None) -> None:
    defaults.ensure_defaults()
    ticket, overseer = make.ticket(), make.agent("overseer")
    poisoning.poison(ticket)
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=overseer, body="Here.", now=LATER - timedelta(minutes=2)
        )

    assert f" UTC\n{SAID}\nhttp" in _told()


def test_where_all_was_counted_it_says_nothing_of_it(make: Make) -> None:
    defaults.ensure_defaults()
    make.ticket()
    make.agent("overseer")

    assert " UTC\nhttp" in _told()
