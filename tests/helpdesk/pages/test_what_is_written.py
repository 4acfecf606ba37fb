"""What is written into the forms of a ticket: with something to see in it, and as long as the browser said."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket, TicketEvent
from tests.make import Make

UNSEEN = ["   ", "\u200b\u2060", "\u3164", "\r\n"]
AS_LONG_AS_MAY_BE = "x\r\n" * 50_000
"""A hundred thousand characters, as a browser counts them before it sends each line's end as two."""


@pytest.fixture
def ticket(make: Make, client: Client) -> Ticket:
    client.force_login(make.agent())
    return make.ticket(now=database_now())


def written(client: Client, ticket: Ticket, body: str, *, mode: str = "public") -> int:
    form = {"mode": mode, "then": "keep_open", "body": body, "seen_seq": ticket.last_seq, "token": uuid4()}
    return client.post(reverse("ticket-messages", args=[ticket.reference]), form).status_code


def taken_down(client: Client, ticket: Ticket, body: str) -> int:
    form = {"elsewhere-way": "phone", "elsewhere-body": body, "elsewhere-token": uuid4()}
    return client.post(reverse("ticket-answers", args=[ticket.reference]), form).status_code


@pytest.mark.parametrize("body", UNSEEN)
def test_nobody_is_answered_by_what_cannot_be_seen(client: Client, ticket: Ticket, body: str) -> None:
    assert written(client, ticket, body) == 422
    assert written(client, ticket, body, mode="note") == 422
    assert taken_down(client, ticket, body) == 422
    assert TicketEvent.objects.count() == 1


def test_a_text_of_piled_marks_is_sent_with_as_many_as_are_kept(client: Client, ticket: Ticket) -> None:
    assert written(client, ticket, "e" + "\u0301" * 20) == 302
    assert taken_down(client, ticket, "e" + "\u0301" * 20) == 302
    assert {len(said.body) for said in Message.objects.filter(author="agent")} == {9}


def test_a_line_s_end_counts_as_the_one_character_that_it_is(client: Client, ticket: Ticket) -> None:
    assert written(client, ticket, AS_LONG_AS_MAY_BE) == 302
    assert written(client, ticket, AS_LONG_AS_MAY_BE + "x") == 422
    assert taken_down(client, ticket, AS_LONG_AS_MAY_BE) == 302
