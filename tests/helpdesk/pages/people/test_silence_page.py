"""Whoever switches silence on has seen first whom it meets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, EventKind, Queue, Ticket
from helpdesk.tickets import ticket_status
from helpdesk.tickets.ticket_change import changing
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(make: Make) -> Queue:
    return make.store().default_queue


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    """Return a ticket that has been silent for a month."""
    make.mailbox()
    ticket = make.ticket()
    with transaction.atomic():
        ticket_status.mark_no_reply_needed(ticket=ticket, by=make.agent(), now=database_now())
        ticket_status.set_status(ticket=ticket, status="pending", by=make.agent(), now=database_now())
    Ticket.objects.update(silent_since=database_now() - timedelta(days=30))
    return ticket


def asked(client: Client, queue: Queue, reminds: str = "5", resolves: str = "3") -> HttpResponse:
    typed = {"reminds_after": reminds, "resolves_after": resolves}
    return client.get(reverse("queue-silence", args=[queue.pk]), typed)  # type: ignore[return-value]


def settled(client: Client, queue: Queue, **fields: str) -> tuple[int | None, int | None]:
    client.post(reverse("queue-silence", args=[queue.pk]), fields)
    queue.refresh_from_db()
    return queue.silence_reminds_after_days, queue.silence_resolves_after_days


def test_whom_it_meets_is_listed_and_nothing_is_done_by_looking(
    client: Client, admin: Agent, queue: Queue, ticket: Ticket
) -> None:
    page = asked(client, queue).content.decode()

    assert reverse("ticket", args=[ticket.reference]) in page
    assert "Yes, switch it on" in page
    queue.refresh_from_db()
    assert queue.silence_reminds_after_days is None


def test_it_is_switched_on_and_off(client: Client, admin: Agent, queue: Queue) -> None:
    days = {"reminds_after": "5", "resolves_after": "3"}
    assert settled(client, queue, wanted="on", **days) == (5, 3)
    assert "Silence is heeded" in client.get(reverse("queue-silence", args=[queue.pk])).content.decode()
    assert settled(client, queue, wanted="off") == (None, None)


@pytest.mark.parametrize("typed", ["0", "61", "-1", "many", "", "1.5", "٣"])
def test_days_that_cannot_be_are_told_and_stay_typed(
    client: Client, admin: Agent, queue: Queue, typed: str
) -> None:
    answer = asked(client, queue, reminds=typed)

    assert answer.status_code == 422
    assert "from 1 to 60" in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    assert settled(client, queue, wanted="on", reminds_after=typed, resolves_after="3") == (None, None)


def test_without_a_mailbox_the_page_says_that_nothing_happens(
    client: Client, admin: Agent, queue: Queue
) -> None:
    assert "no reminder can leave, and nothing is resolved" in asked(client, queue).content.decode()


def test_more_than_can_be_counted_is_said_so(
    client: Client, admin: Agent, queue: Queue, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.pages.people.silence_page.COUNTED", 0)
    assert "0+" in asked(client, queue).content.decode()


def test_what_it_has_resolved_is_counted_apart_and_leads_to_exactly_those(
    client: Client, admin: Agent, queue: Queue, ticket: Ticket, make: Make
) -> None:
    by_hand = make.ticket()
    with transaction.atomic():
        ticket_status.resolve(ticket=by_hand, by=make.agent(), now=database_now())
        with changing(ticket, now=database_now()) as change:
            change.record(EventKind.RESOLVED, reason="silence")

    page = client.get(reverse("queue-silence", args=[queue.pk])).content.decode()
    assert "Resolved by silence, and resting since: 1" in page
    address = f"{reverse('tickets')}?ended=silence&amp;queue={queue.pk}"
    assert address in page
    listed = client.get(address.replace("&amp;", "&"))
    assert [one.pk for one in listed.context["tickets"]] == [ticket.pk]
    assert "resolved by silence" in listed.content.decode()
    assert not client.get(reverse("tickets") + "?ended=by-a-storm").context["tickets"]
