"""A ticket explained to supervisors: every difference in words, and a recount that asks first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import assignment, ticket_attributes
from helpdesk.tickets.undo import undo
from monitor.models import Clock, Flag, Standing
from monitor.relay import recount
from monitor.watch import sweep
from tests.make import Make
from tests.monitor import poison as poisoning
from tests.monitor.pages.test_the_board import plain
from tests.monitor.watched import poison

__all__ = ["poison"]

STATEMENTS = 60
"""What a page asks at most, however long the conversation is."""


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def overseer(client: Client, make: Make) -> Agent:
    agent = make.agent("overseer")
    client.force_login(agent)
    return agent


def words(response: Any) -> str:
    return plain(response).replace("\u2068", "").replace("\u2069", "")


def page(client: Client, ticket: Ticket, query: str = "") -> str:
    response = client.get(f"/tickets/{ticket.reference}/explanation/{query}")
    assert response.status_code == 200
    return words(response)


@pytest.mark.usefixtures("overseer")
def test_it_says_that_nothing_differs_and_why_each_clock_is_due(
    client: Client, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now, body="My secret words", subject="Secret subject")

    told = page(client, ticket)

    assert "What is stored is what the events say." in told
    assert "First response from event 1" in told
    assert "By the policy Everybody (version 1), counted in 24×7 (version 1)." in told
    assert "by then 4 hr have counted." in told
    assert "Secret subject" not in told
    assert "My secret words" not in told


@pytest.mark.usefixtures("overseer")
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ({"due_at": datetime(2026, 1, 1, 12).astimezone()}, "Resolution from event 1, due: stored is Jan 1"),
        (
            {"target": timedelta(hours=1)},
            "Resolution from event 1, target: stored is 1 hr, by the events it is 72 hr",
        ),
        ({"basis": "wall"}, "clock, nights and weekends included, by the events it is business hours."),
        ({"rings_at": None}, "Resolution from event 1, next alarm: stored is –, by the events it is"),
        ({"policy_version": None}, "policy: stored is –, by the events it is Everybody, version 1."),
        ({"metric": "update"}, "Resolution from event 1: its events start this clock, and it is not stored."),
    ],
)
def test_each_difference_is_a_sentence(
    client: Client, make: Make, now: datetime, damage: dict[str, Any], sentence: str
) -> None:
    ticket = make.ticket(now=now)
    Clock.objects.filter(metric="resolution").update(**damage)

    assert sentence in page(client, ticket)


@pytest.mark.usefixtures("overseer")
def test_what_lies_within_one_second_is_told_apart(client: Client, make: Make, now: datetime) -> None:
    ticket = make.ticket(now=now)
    clock = Clock.objects.get(metric="resolution")
    assert clock.due_at
    Clock.objects.update(due_at=clock.due_at.replace(microsecond=(clock.due_at.microsecond + 1) % 1_000_000))

    assert clock.due_at.isoformat() in page(client, ticket)


@pytest.mark.usefixtures("overseer")
def test_flags_and_the_place_in_the_queue_are_told_too(client: Client, make: Make, now: datetime) -> None:
    ticket = make.ticket(now=now, occurred_at=(now - timedelta(hours=2)).isoformat())
    sweep.sweep(now=now, limit=10, noticed_by="test")
    Flag.objects.filter(level="breached").update(raised_at=now - timedelta(minutes=1))
    Standing.objects.update(rank=3)

    told = page(client, ticket, "?only=differences")

    assert "Acknowledgement, broken, speaks of: stored is" in told
    assert "Queue, rank of its priority: stored is 3, by the events it is" in told
    assert "No clock differs." in told
    assert "All of its events are counted." in told


@pytest.mark.usefixtures("overseer")
def test_a_recount_asks_first_and_says_what_it_changed(client: Client, make: Make, now: datetime) -> None:
    ticket = make.ticket(now=now)
    Clock.objects.filter(metric="resolution").update(target=timedelta(hours=1))
    address = f"/tickets/{ticket.reference}/recount/"

    asked = words(client.get(address))
    assert "This would change:" in asked
    assert recount.check([ticket.pk], now=now)

    done = words(client.post(address))
    assert "Recounted. This differed, and is what the events say now:" in done
    assert "target: stored is 1 hr, by the events it is 72 hr" in done
    assert recount.check([ticket.pk], now=now) == []
    assert "What is stored is what the events say." in page(client, ticket)


@pytest.mark.usefixtures("overseer", "poison")
def test_events_that_wait_are_said_to(client: Client, make: Make, now: datetime) -> None:
    ticket = make.ticket(now=now)
    poisoning.poison(ticket)
    assignment.claim(ticket=ticket, by=make.agent(), now=now)

    told = page(client, ticket, "?only=differences")

    assert told.count("waits to be counted") == 2
    refused = client.post(f"/tickets/{ticket.reference}/recount/")
    assert refused.status_code == 409
    assert "The ticket cannot be recounted" in refused.content.decode()


@pytest.mark.usefixtures("overseer")
def test_what_was_undone_says_by_which_event(
    client: Client, make: Make, settings: Any, now: datetime
) -> None:
    settings.UNDO_WITHIN = timedelta(hours=1)
    ticket, agent = make.ticket(now=now - timedelta(minutes=1)), make.agent()
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="high", by=agent, now=now)
        undo(ticket=ticket, by=agent, now=now)

    assert "counted · taken back by event 3: undone" in page(client, ticket)


@pytest.mark.usefixtures("overseer")
def test_a_long_conversation_is_told_in_parts_by_as_few_statements(
    client: Client, make: Make, now: datetime, django_assert_max_num_queries: Any
) -> None:
    ticket, agent = make.ticket(now=now - timedelta(hours=1)), make.agent()
    for minute in range(40):
        at = now - timedelta(minutes=50 - minute)
        with transaction.atomic():
            reply_in_public(ticket=ticket, author=agent, body="Yes.", now=at)
            receive_customer_message(ticket=ticket, body="And?", now=at + timedelta(seconds=30))

    with django_assert_max_num_queries(STATEMENTS):
        told = page(client, ticket)
    assert "Later events" in told
    assert "Clocks that ended before" in told
    assert told.count("Next response from event") <= 12

    later = page(client, ticket, "?after=50&ended=10")
    assert "Earlier events" in later
    assert "Later events" not in later


def test_only_supervisors_of_its_queue_are_led_there(client: Client, make: Make, now: datetime) -> None:
    ticket = make.ticket(now=now)
    for who, is_led in (("owner", False), ("overseer", True), ("admin", True)):
        client.force_login(make.agent(who))
        shown = client.get(f"/tickets/{ticket.reference}/").content.decode()
        assert (f"/tickets/{ticket.reference}/explanation/" in shown) is is_led


@pytest.mark.usefixtures("overseer")
def test_a_ticket_is_found_by_its_reference_however_it_is_typed(
    client: Client, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now)
    typed = ticket.reference.removeprefix("T-").lower()

    led = client.get("/explanation/", {"reference": f" {typed} "})
    assert led.headers["Location"] == f"/tickets/{ticket.reference}/explanation/"
    assert client.get("/explanation/", {"reference": "nonsense!"}).status_code == 422
