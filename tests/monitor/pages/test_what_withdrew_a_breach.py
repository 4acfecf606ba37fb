"""A breach that is taken back stays to be seen, with what took it back and when that was told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import bounces, replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from monitor.models import Flag
from tests.make import Make


def answered_by_dating_back(make: Make, owner: Agent) -> Ticket:
    """A ticket that broke its promises hours ago, and an answer that says it came in time."""
    now = database_now()
    ticket = make.ticket(now=now, occurred_at=(now - timedelta(hours=20)).isoformat())
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket,
            author=owner,
            body="Here.",
            now=database_now(),
            sent_at=now - timedelta(hours=19, minutes=59),
        )
    return ticket


def test_a_flag_says_which_event_withdrew_it(owner: Agent, make: Make) -> None:
    ticket = answered_by_dating_back(make, owner)

    withdrawn = Flag.objects.filter(ticket=ticket, level="breached").exclude(withdrawn_at=None)
    reply = ticket.events.get(kind="public_reply_sent")
    assert set(withdrawn.values_list("metric", "withdrawn_by")) == {
        ("acknowledgement", reply.seq),
        ("first_response", reply.seq),
    }


def test_the_page_shows_what_took_a_breach_back_and_when_that_was_told(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = answered_by_dating_back(make, owner)

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert "Broken promises that were taken back" in page
    assert "public reply sent (<bdi>Owner</bdi>)" in page
    assert "written down" in page


def test_where_nothing_was_taken_back_nothing_is_said(client: Client, owner: Agent, make: Make) -> None:
    now = database_now()
    ticket = make.ticket(now=now, occurred_at=(now - timedelta(hours=20)).isoformat())
    with transaction.atomic():
        message = replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=database_now())
        bounces.take_back_bounced(ticket=ticket, message=message, now=database_now())

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert "Broken promises that were taken back" not in page
