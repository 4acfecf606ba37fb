"""Taking the next ticket: the most urgent that is nobody's, each given to one."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, HeldReply, Ticket
from helpdesk.tickets import assignment, ticket_attributes, ticket_status
from tests.make import Make


def asked(make: Make, minutes_ago: int, **fields: Any) -> Ticket:
    now = database_now()
    return make.ticket(now=now, occurred_at=(now - timedelta(minutes=minutes_ago)).isoformat(), **fields)


def test_take_next_gives_the_most_urgent_that_is_nobodys(client: Client, owner: Agent, make: Make) -> None:
    asked(make, 1)
    urgent = asked(make, 1, priority="urgent")

    answer = client.post(reverse("next-ticket"))

    assert answer.headers["Location"] == reverse("ticket", args=[urgent.reference])
    urgent.refresh_from_db()
    assert urgent.assignee == owner


def test_when_nothing_is_left_to_take_that_is_said(client: Client, owner: Agent, make: Make) -> None:
    make.ticket(now=database_now(), queue=make.queue("Elsewhere"))
    page = client.post(reverse("next-ticket"), follow=True)
    assert "Nothing is left to take." in page.content.decode()


@pytest.mark.parametrize("read_before", [False, True])
def test_what_somebody_has_just_answered_is_offered_to_nobody(
    client: Client, owner: Agent, make: Make, settings: Settings, read_before: bool
) -> None:
    """A reply that is held is not said yet, and its ticket not taken by it: whether the list knew of it or not."""
    if read_before:
        settings.NEXT_TICKET = f"{__name__}.yesterdays_list"
    answered, given_back = asked(make, 20), asked(make, 10)
    hold(answered, make.agent("colleague"))
    hold(given_back, make.agent("colleague"), refused_at=database_now())

    answer = client.post(reverse("next-ticket"))

    assert answer.headers["Location"] == reverse("ticket", args=[given_back.reference])
    assert "Nothing is left to take." in client.post(reverse("next-ticket"), follow=True).content.decode()


def hold(ticket: Ticket, by: Agent, **fields: Any) -> HeldReply:
    now = database_now()
    times = {"sent_at": now, "leaves_at": now + timedelta(seconds=10)}
    return HeldReply.objects.create(
        ticket=ticket, author=by, body="Here.", then="open", external_id="page:1", **times, **fields
    )


def yesterdays_list(agent: Agent, environment: str, *, limit: int) -> list[int]:
    """What stood there a moment ago: everything, ended and taken too."""
    return list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[:limit])


def test_what_has_ended_or_found_somebody_meanwhile_is_passed_over(
    client: Client, owner: Agent, make: Make, settings: Settings
) -> None:
    settings.NEXT_TICKET = f"{__name__}.yesterdays_list"
    ended, taken, moved, free = (asked(make, 1) for _ in range(4))
    now = database_now()
    with transaction.atomic():
        ticket_status.resolve(ticket=ended, by=owner, now=now)
        assignment.claim(ticket=taken, by=make.agent("colleague"), now=now)
        ticket_attributes.change_queue(ticket=moved, queue=make.queue("Elsewhere"), by=None, now=now)

    answer = client.post(reverse("next-ticket"))
    assert answer.headers["Location"] == reverse("ticket", args=[free.reference])


def test_taking_asks_for_a_post(client: Client, owner: Agent) -> None:
    assert client.get(reverse("next-ticket")).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_agents_who_press_at_once_never_get_the_same_ticket(make: Make) -> None:
    tickets = {asked(make, 1).reference for _ in range(6)}
    agents = [make.agent(f"agent{number}") for number in range(6)]
    start, taken = Barrier(len(agents)), []

    def press(agent: Agent) -> None:
        client = Client()
        client.force_login(agent)
        start.wait(10)
        taken.append(client.post(reverse("next-ticket")).headers["Location"].split("/")[2])
        connection.close()

    pressing = [Thread(target=press, args=[agent]) for agent in agents]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join(30)

    assert sorted(taken) == sorted(tickets)
