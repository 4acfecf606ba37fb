"""Attention before haste: off until it is switched on, by oneself or for a queue; and it holds nothing up."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Queue, Ticket
from tests.make import Make


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(
        now=database_now(), body="Where is it? It was due. Can you refund it?\n-- \nJon\nAny questions?"
    )


def listed(client: Client, ticket: Ticket) -> bool:
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    return "<bdi>Can you refund it?</bdi>" in page and "2 questions are not ticked" in page


@pytest.mark.parametrize(
    ("own", "of_the_queue", "shown"),
    [(None, False, False), (None, True, True), (True, False, True), (False, True, False)],
)
def test_it_is_as_the_agent_chose_else_as_the_queue_has_it(
    client: Client, owner: Agent, ticket: Ticket, *, own: bool | None, of_the_queue: bool, shown: bool
) -> None:
    Agent.objects.filter(pk=owner.pk).update(lists_questions=own)
    Queue.objects.update(lists_questions=of_the_queue)
    assert listed(client, ticket) is shown


def test_what_was_answered_is_no_question_any_more(client: Client, owner: Agent, ticket: Ticket) -> None:
    Queue.objects.update(lists_questions=True)
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Yes.", now=database_now())
    assert not listed(client, ticket)


def test_one_chooses_it_among_ones_preferences(client: Client, owner: Agent) -> None:
    page = client.get(reverse("preferences")).content.decode()
    assert "as the queue has it" in page
    fields = {"name": "Owner", "locale": "en", "timezone": "UTC", "theme": "auto", "after_sending": "stay"}
    for typed, chosen in (("True", True), ("False", False), ("", None)):
        client.post(reverse("preferences"), fields | {"lists_questions": typed})
        owner.refresh_from_db()
        assert owner.lists_questions is chosen


def test_an_admin_switches_it_on_for_a_queue(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    queue = make.queue()
    for wanted, then in (("yes", True), ("yes", True), ("no", False)):
        client.post(reverse("queue-questions", args=[queue.pk]), {"listed": wanted})
        queue.refresh_from_db()
        assert queue.lists_questions is then


def test_a_reply_is_sent_whatever_is_not_ticked(client: Client, owner: Agent, ticket: Ticket) -> None:
    Queue.objects.update(lists_questions=True)
    typed = {"mode": "public", "then": "wait", "body": "Soon.", "seen_seq": ticket.last_seq, "token": uuid4()}
    assert client.post(reverse("ticket-messages", args=[ticket.reference]), typed).status_code == 302
