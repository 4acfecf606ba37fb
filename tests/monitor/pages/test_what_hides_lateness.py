"""What hides lateness: each act by queue, and each number with its tickets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from helpdesk.conversation import replies
from helpdesk.models import Status
from helpdesk.tickets import ticket_status
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import answer, first_response

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_each_act_is_counted_and_leads_to_its_tickets(client: Client, make: Make) -> None:
    ensure_defaults()
    figures.begin()
    agent = make.agent("owner")
    pending, unanswered, asked_again, dated_back = (make.ticket() for _ in range(4))
    with transaction.atomic():
        ticket_status.set_status(ticket=pending, status=Status.PENDING, by=agent, now=NOW + MINUTE)
        ticket_status.resolve(ticket=unanswered, by=agent, now=NOW + MINUTE)
    answer(make, asked_again, NOW + MINUTE)
    with transaction.atomic():
        replies.receive_customer_message(ticket=asked_again, body="And?", now=NOW + 5 * MINUTE)
    due_at = first_response(dated_back).due_at
    assert due_at
    with transaction.atomic():
        replies.reply_in_public(
            ticket=dated_back,
            author=agent,
            body="Here it is.",
            sent_at=due_at - MINUTE,
            now=due_at + 60 * MINUTE,
        )
    answer(make, make.ticket(), NOW + MINUTE)
    client.force_login(make.agent("overseer"))

    page = client.get("/board/hiding/?from=2026-03-09&to=2026-03-09").content.decode()

    found = {name: (address, int(count)) for address, name, count in LINK.findall(page)}
    expected = {
        "pending": pending,
        "unanswered": unanswered,
        "asked_again": asked_again,
        "dated_back": dated_back,
    }
    assert {name: count for name, (_address, count) in found.items()} == dict.fromkeys(expected, 1)
    for name, ticket in expected.items():
        listed = client.get(found[name][0].replace("&amp;", "&")).content.decode()
        assert ticket.reference in listed, name


LINK = re.compile(r'href="(/tickets/[?][^"]*hides=([a-z_]+)[^"]*)">(\d+)')
