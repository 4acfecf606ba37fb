"""A team on a Monday morning: everybody presses at once, and nobody gets what another has."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, EventKind, Ticket, TicketEvent
from helpdesk.pages.lists import next_ticket
from monitor.promises.defaults import ensure_defaults
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

TICKETS, PRESSES, AT_ONCE = 100, 200, 16
"""Of two hundred threads sixteen have a connection at a time, as the threads of a web server do."""


def press_together(agents: list[Agent]) -> list[str]:
    """Let each agent press *Take next*, from a thread of their own, and return where each was led."""
    together = Barrier(AT_ONCE)

    def press(agent: Agent, *, waits: bool) -> str:
        try:
            client = Client()
            client.force_login(agent)
            if waits:
                together.wait(60)
            return str(client.post(reverse("next-ticket")).headers["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        pressing = [
            threads.submit(press, agent, waits=number < AT_ONCE) for number, agent in enumerate(agents)
        ]
        return [each.result() for each in pressing]


def test_where_the_first_are_in_other_hands_one_gets_what_comes_after_them(make: Make) -> None:
    ensure_defaults()
    tickets = [make.ticket(now=database_now()) for _ in range(next_ticket.CANDIDATES[0] + 1)]
    client = Client()
    client.force_login(make.agent())

    with psycopg.connect(**connection.get_connection_params()) as other:
        in_hand = [ticket.pk for ticket in tickets[:-1]]
        other.execute("SELECT FROM helpdesk_ticket WHERE id = ANY(%s) FOR UPDATE", [in_hand])
        led = client.post(reverse("next-ticket")).headers["Location"]

    assert led == reverse("ticket", args=[tickets[-1].reference])


def test_of_two_hundred_presses_a_hundred_tickets_are_taken_each_by_exactly_one(make: Make) -> None:
    ensure_defaults()
    tickets = {make.ticket(now=database_now()).reference for _ in range(TICKETS)}
    agents = [make.agent(f"agent{number}") for number in range(20)]

    led = Counter(press_together(agents * (PRESSES // len(agents))))

    nothing_left = led.pop(reverse("queue"))
    assert nothing_left == PRESSES - TICKETS
    assert led == Counter(reverse("ticket", args=[reference]) for reference in tickets)
    assert Ticket.objects.filter(assignee=None).count() == 0
    assert TicketEvent.objects.filter(kind=EventKind.ASSIGNED).count() == TICKETS
