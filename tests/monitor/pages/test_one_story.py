"""The queue's row, its filters, the board's numbers and the clocks tell one story of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import ticket_status
from monitor.pages.queue_page import QueueRow
from monitor.relay import clock_state, recount
from tests.make import Make

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return database_now()


def answered(ticket: Ticket, agent: Agent, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="On its way.", now=at)


def written(ticket: Ticket, at: datetime) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And now?", now=at)


def places(client: Client, ticket: Ticket) -> set[str]:
    """Return the filters that list the ticket, each of which is also a number of the board."""
    at = client.get(reverse("board"), {"part": "now"}).context["at"]
    found = {
        name
        for name in ("late", "at_risk", "soon", "unacknowledged", "waiting")
        if listed(client, ticket, name)
    }
    assert found == {name for name in found if getattr(at, name).count == 1}
    return found


def listed(client: Client, ticket: Ticket, place: str) -> bool:
    groups = client.get(reverse("queue"), {"place": place}).context["groups"]
    return ticket.pk in {row.standing.pk for group in groups for row in group.rows}


def row_of(client: Client, ticket: Ticket) -> tuple[str, QueueRow]:
    """Return the group in which the ticket stands, and its row."""
    groups = client.get(reverse("queue")).context["groups"]
    [found] = [(group.key, row) for group in groups for row in group.rows if row.standing.pk == ticket.pk]
    return found


def clocks(ticket: Ticket, now: datetime) -> dict[str, str]:
    """Return what the clocks that have not ended say of themselves."""
    told = clock_state.tell([Ticket.objects.get(pk=ticket.pk)], now=now).told[ticket.pk].clocks or ()
    return {clock.metric.value: clock.state_at(now) for clock in told if clock.ended_at is None}


def test_an_answer_that_is_nearly_due_is_not_hidden_by_what_is_late(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now - 20 * HOUR, priority="urgent")
    answered(ticket, owner, now - 20 * HOUR + MINUTE)
    written(ticket, now - 25 * MINUTE)

    group, row = row_of(client, ticket)
    assert group == "soon"
    assert [(one.name, one.level) for one in row.promises] == [
        ("Next response", "risk"),
        ("Resolution", "late"),
    ]
    assert places(client, ticket) == {"late", "at_risk", "soon", "waiting"}
    html = client.get(reverse("queue")).content.decode()
    assert "Next response due in 4 min" in html or "Next response due in 5 min" in html
    assert "Resolution 12 hr late" in html


def test_an_answer_that_is_nearly_due_is_not_hidden_by_an_acknowledgement_that_is_late(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now - 4 * HOUR + 10 * MINUTE)

    group, row = row_of(client, ticket)
    assert group == "late"
    assert [(one.name, one.level) for one in row.promises] == [
        ("Acknowledgement", "late"),
        ("First response", "risk"),
    ]
    assert places(client, ticket) == {"late", "at_risk", "soon", "unacknowledged", "waiting"}


def test_what_is_late_and_has_nothing_else_near_is_late_alone(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now - 2 * HOUR)

    _group, row = row_of(client, ticket)
    assert [(one.name, one.level) for one in row.promises] == [("Acknowledgement", "late")]
    assert places(client, ticket) == {"late", "unacknowledged", "waiting"}


@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.PENDING])
def test_what_broke_before_it_was_paused_is_late_and_paused_wherever_one_looks(
    client: Client, owner: Agent, make: Make, now: datetime, status: str
) -> None:
    ticket = make.ticket(now=now - 10 * HOUR, priority="urgent")
    answered(ticket, owner, now - 10 * HOUR + MINUTE)
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status=status, by=owner, now=now - HOUR)

    group, row = row_of(client, ticket)
    assert group == "late"
    assert [(one.name, one.level) for one in row.promises] == [("Resolution", "late")]
    assert row.says_status
    assert places(client, ticket) == {"late"}
    assert clocks(ticket, now) == {"resolution": "late"}
    html = client.get(reverse("queue")).content.decode()
    assert "Resolution 2 hr late" in html
    assert str(Status(status).label).capitalize() in html


def test_what_was_paused_before_it_broke_is_not_late(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    ticket = make.ticket(now=now - 10 * HOUR, priority="urgent")
    answered(ticket, owner, now - 10 * HOUR + MINUTE)
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status="on_hold", by=owner, now=now - 9 * HOUR)

    group, row = row_of(client, ticket)
    assert (group, row.promises, row.says_status) == ("later", [], True)
    assert places(client, ticket) == set()
    assert clocks(ticket, now) == {"resolution": "paused"}


def test_a_place_says_the_same_when_it_is_worked_out_again(make: Make, owner: Agent, now: datetime) -> None:
    ticket = make.ticket(now=now - 20 * HOUR, priority="urgent")
    answered(ticket, owner, now - 20 * HOUR + MINUTE)
    written(ticket, now - 25 * MINUTE)
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status="on_hold", by=owner, now=now - MINUTE)

    assert recount.check([ticket.pk], now=now) == []
