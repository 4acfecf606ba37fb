"""The page on which agents say that they are away: what that will do, what it did, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Absence, Agent, Ticket
from helpdesk.tickets.assignment import claim
from tests.helpdesk.pages.test_the_ticket_page import owner, ticket
from tests.make import Make

__all__ = ["owner", "ticket"]

AWAY = reverse("absence")


@pytest.fixture
def held(owner: Agent, ticket: Ticket) -> Ticket:
    with transaction.atomic():
        claim(ticket=ticket, by=owner, now=database_now())
    return ticket


def in_days(days: int = 2) -> dict[str, str]:
    return {"until": f"{database_now() + timedelta(days=days):%Y-%m-%dT%H:%M}"}


def shown(client: Client, address: str = AWAY) -> str:
    return client.get(address).content.decode()


def test_it_says_before_what_will_happen_to_which_ticket(client: Client, held: Ticket) -> None:
    page = shown(client)

    assert held.subject in page.split('id="at-once"')[1].split('id="later"')[0]
    assert "Times in" in page


def test_somebody_goes_away_and_comes_back(client: Client, held: Ticket) -> None:
    page = client.post(AWAY, in_days(), follow=True).content.decode()
    assert "Away. 1 ticket went back to its queue." in page
    assert "I am back" in page

    assert "Back again." in client.post(AWAY, {"act": "back"}, follow=True).content.decode()
    assert not Absence.objects.exists()


def test_going_away_is_undone(client: Client, owner: Agent, held: Ticket) -> None:
    client.post(AWAY, in_days())

    assert (
        "Undone: 1 ticket is where it was."
        in client.post(AWAY, {"act": "undo"}, follow=True).content.decode()
    )
    held.refresh_from_db()
    assert held.assignee == owner
    page = client.post(AWAY, {"act": "undo"}, follow=True).content.decode()
    assert "There is no absence to take back." in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Say until when."),
        ("soon", "Enter a valid date/time."),
        ("2020-01-01T10:00", "Say a time from now on"),
    ],
)
def test_a_time_that_cannot_be_is_said_to_be_so(client: Client, owner: Agent, typed: str, told: str) -> None:
    answer = client.post(AWAY, {"until": typed})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_rows_and_the_ticket_say_that_who_has_it_is_away(client: Client, owner: Agent, held: Ticket) -> None:
    now = database_now()
    Absence.objects.create(agent=owner, since=now, until=now + timedelta(days=1), said_by=owner)

    assert ", away" in shown(client, reverse("ticket", args=[held.reference]))
    assert "<span>away</span>" in shown(client, reverse("tickets"))


def test_taking_the_next_ticket_is_being_back(client: Client, owner: Agent) -> None:
    client.post(AWAY, in_days())

    page = client.post(reverse("next-ticket"), follow=True).content.decode()
    assert "You were away, and are back by taking a ticket." in page
    assert not Absence.objects.exists()


def test_an_overseer_finds_their_people_and_says_it_of_them(client: Client, make: Make, held: Ticket) -> None:
    theirs = reverse("agent-absence", args=[make.agent().pk])
    client.force_login(make.agent("overseer"))
    assert theirs in shown(client)

    assert "went back to its queue" in client.post(theirs, in_days(), follow=True).content.decode()
    assert "They are back" in shown(client, theirs)


@pytest.mark.parametrize("who", ["colleague", "outsider"])
def test_of_anybody_else_there_is_no_such_page(client: Client, make: Make, owner: Agent, who: str) -> None:
    client.force_login(make.agent(who))
    theirs = reverse("agent-absence", args=[owner.pk])

    assert client.get(theirs).status_code == 404
    assert client.post(theirs, in_days()).status_code == 404
    assert not Absence.objects.exists()


def test_who_is_deactivated_is_asked_to_log_in_and_is_not_there_for_others(
    client: Client, make: Make, owner: Agent
) -> None:
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.post(AWAY, in_days()).headers["Location"].startswith(reverse("login"))

    client.force_login(make.agent("overseer"))
    assert client.get(reverse("agent-absence", args=[owner.pk])).status_code == 404


def test_whoever_hands_a_ticket_to_them_sees_it_first_and_is_warned(
    client: Client, make: Make, owner: Agent, ticket: Ticket
) -> None:
    now, colleague = database_now(), make.agent("colleague")
    Absence.objects.create(agent=colleague, since=now, until=now + timedelta(days=1), said_by=colleague)
    assert "\u2068Colleague\u2069, away</option>" in shown(client, reverse("ticket", args=[ticket.reference]))

    where = reverse("ticket-assignee", args=[ticket.reference])
    page = client.post(where, {"agent": colleague.pk, "word": "Yours?"}, follow=True).content.decode()

    assert "Handed over." in page
    assert "is away. When the customer writes, it goes back to the queue." in page
    assert "Yours?" in page
