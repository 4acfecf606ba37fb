"""What hides lateness: each act by queue, and each number with its tickets."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from helpdesk.conversation import replies
from helpdesk.models import Status, Ticket
from helpdesk.tickets import ticket_attributes, ticket_status
from monitor.alarms import flags
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

    found = hidden(client)
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


def hidden(client: Client) -> dict[str, tuple[str, int]]:
    """Return of each act that the page counts where its tickets are listed, and how many there are."""
    page = client.get("/board/hiding/?from=2026-03-09&to=2026-03-09").content.decode()
    return {name: (address, int(count)) for address, name, count in LINK.findall(page)}


def lower(make: Make, now: datetime) -> Ticket:
    """Somebody asks urgently, to be answered within half an hour, and by then it is urgent no more."""
    ticket = make.ticket(priority="urgent")
    flags.raise_due(now=now, limit=100, noticed_by="a test")
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="normal", by=make.agent("owner"), now=now)
    return ticket


def test_a_priority_that_is_lowered_after_the_warning_is_told(client: Client, make: Make) -> None:
    ensure_defaults()
    near = lower(make, NOW + 25 * MINUTE)
    lower(make, NOW + 5 * MINUTE)
    client.force_login(make.agent("overseer"))

    found = hidden(client)

    assert found.keys() == {"lowered"}
    address, count = found["lowered"]
    assert count == 1
    assert near.reference in client.get(address.replace("&amp;", "&")).content.decode()


def test_what_is_handed_over_near_its_due_time_is_told(client: Client, make: Make) -> None:
    ensure_defaults()
    elsewhere, due_in = make.queue("Elsewhere"), 240
    near, early = make.ticket(), make.ticket()
    with transaction.atomic():
        for ticket, minutes in ((near, due_in - 20), (early, 20)):
            at = NOW + minutes * MINUTE
            ticket_attributes.change_queue(ticket=ticket, queue=elsewhere, by=make.agent("owner"), now=at)
    client.force_login(make.agent("admin"))

    address, count = hidden(client)["handed_over"]

    listed = client.get(address.replace("&amp;", "&")).content.decode()
    assert (count, near.reference in listed, early.reference in listed) == (1, True, False)


LINK = re.compile(r'href="(/tickets/[?][^"]*hides=([a-z_]+)[^"]*)">(\d+)')
