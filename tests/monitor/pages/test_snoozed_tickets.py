"""What an agent has put off is out of their list, on one of its own, and back in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Snooze, Ticket
from helpdesk.tickets.assignment import claim
from helpdesk.tickets.opening.new_ticket import OrderSnapshot
from helpdesk.tickets.ticket_attributes import change_order
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def held(make: Make, owner: Agent) -> Ticket:
    now = database_now()
    ticket = make.ticket(now=now)
    with transaction.atomic():
        claim(ticket=ticket, by=owner, now=now)
    return ticket


def snooze(client: Client, ticket: Ticket, **fields: str) -> str:
    where = reverse("ticket-snooze", args=[ticket.reference])
    return client.post(where, fields, follow=True).content.decode()


def tab(client: Client, name: str) -> str:
    return client.get(reverse("queue"), {"tab": name, "part": "rows"}).content.decode()


def test_it_moves_from_one_list_to_the_other_and_back(client: Client, held: Ticket) -> None:
    assert "Snoozed: it is out of your list until then, unless it is late or at risk." in snooze(
        client, held, **{"for": "answer"}
    )

    assert held.reference not in tab(client, "mine")
    assert held.reference in tab(client, "snoozed")
    assert "snoozed until the customer answers" in tab(client, "snoozed")
    assert held.reference in tab(client, "all")

    assert "Back on your list." in snooze(client, held)
    assert held.reference in tab(client, "mine")
    assert held.reference not in tab(client, "snoozed")


def test_what_is_late_is_out_of_nobodys_sight(client: Client, make: Make, owner: Agent) -> None:
    long_ago = database_now() - timedelta(days=9)
    late = make.ticket(now=long_ago)
    with transaction.atomic():
        claim(ticket=late, by=owner, now=long_ago)

    snooze(client, late, **{"for": "tomorrow"})

    assert late.reference in tab(client, "mine")
    assert "snoozed until" in tab(client, "mine")


def test_its_page_says_until_when_it_is_put_off(client: Client, held: Ticket) -> None:
    assert "snoozed until" in snooze(client, held, **{"for": "tomorrow"})
    assert "snoozed until" not in snooze(client, held)


def test_what_has_come_back_says_so(client: Client, held: Ticket) -> None:
    snooze(client, held, **{"for": "hours"})
    now = database_now()
    Ticket.objects.filter(pk=held.pk).update(last_event_at=now - timedelta(hours=3))
    Snooze.objects.update(snoozed_at=now - timedelta(hours=3), until=now - timedelta(seconds=1))

    assert "back now" in tab(client, "mine")
    assert "back now" in client.get(reverse("tickets")).content.decode()


@pytest.mark.parametrize("name", ["answer", "hours", "tomorrow", "monday"])
def test_each_usual_time_is_one_to_come(client: Client, held: Ticket, name: str) -> None:
    snooze(client, held, **{"for": name})

    until = Snooze.objects.get().until
    assert (until is None) == (name == "answer")
    assert until is None or database_now() < until <= database_now() + timedelta(days=8)


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01T09:00"])
def test_a_time_that_cannot_be_is_refused(client: Client, held: Ticket, until: str) -> None:
    assert "Say a time from now on, within a year." in snooze(client, held, until=until)
    assert not Snooze.objects.exists()


def test_a_time_is_read_in_the_viewers_zone(client: Client, owner: Agent, held: Ticket) -> None:
    Agent.objects.filter(pk=owner.pk).update(timezone="Asia/Kolkata")
    day = database_now().date() + timedelta(days=2)

    snooze(client, held, until=f"{day}T09:00")

    assert f"{Snooze.objects.get().until:%Y-%m-%dT%H:%M}" == f"{day}T03:30"


def test_to_outsiders_and_to_who_is_gone_there_is_no_such_ticket(
    client: Client, make: Make, owner: Agent, held: Ticket
) -> None:
    where = reverse("ticket-snooze", args=[held.reference])
    client.force_login(make.agent("outsider"))
    assert client.post(where, {"for": "answer"}).status_code == 404

    client.force_login(make.agent("colleague"))
    assert "\u2068Owner\u2069 already has this ticket." in snooze(client, held, **{"for": "answer"})

    client.force_login(owner)
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.post(where, {"for": "answer"}).headers["Location"].startswith(reverse("login"))
    assert not Snooze.objects.exists()


def test_until_news_of_the_order_is_offered_where_there_is_one(
    client: Client, make: Make, owner: Agent, held: Ticket
) -> None:
    parcel = make.ticket(now=database_now(), order={"id": "1001", "status": "paid"})
    offer = "Until there is news about the order"
    assert offer in client.get(reverse("ticket", args=[parcel.reference])).content.decode()
    assert offer not in client.get(reverse("ticket", args=[held.reference])).content.decode()
    assert "This ticket is about no order." in snooze(client, held, **{"for": "order"})

    page = snooze(client, parcel, **{"for": "order"})
    assert "snoozed until there is news about the order" in tab(client, "snoozed")
    assert "snoozed it until there is news about the order" in page
    with transaction.atomic():
        change_order(ticket=parcel, order=OrderSnapshot(id="1001", status="shipped"), now=database_now())

    assert "snoozed; there is news about the order" in tab(client, "mine")
    page = client.get(reverse("ticket", args=[parcel.reference])).content.decode()
    assert "The shop said something new about the order" in page
