"""A ticket is put off until there is news about its order; the shop sends that, and its agent has it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.conversation.replies import receive_customer_message
from helpdesk.models import Snooze, Ticket, TicketEvent
from helpdesk.tickets import merging, ticket_attributes, ticket_status
from helpdesk.tickets.assignment import unassign
from helpdesk.tickets.custody import snoozes
from helpdesk.tickets.custody.snoozes import NoOrder
from helpdesk.tickets.ended_ticket import TicketMerged
from helpdesk.tickets.opening.new_ticket import OrderSnapshot
from helpdesk.tickets.undo import undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(order={"id": "1001", "status": "paid"})


def put_off(make: Make, ticket: Ticket) -> bool:
    return snoozes.snooze_until_order(ticket=ticket, by=make.agent(), now=SOON)


def tell(ticket: Ticket, now: datetime = LATER, **said: Any) -> bool:
    return ticket_attributes.change_order(ticket=ticket, order=OrderSnapshot(id="1001", **said), now=now)


def test_news_of_the_order_bring_it_back_and_history_says_so(make: Make, ticket: Ticket) -> None:
    assert put_off(make, ticket)
    assert not put_off(make, ticket)
    assert Snooze.objects.asleep(LATER).exists()

    assert tell(ticket, status="shipped")

    assert history(ticket)[-2:] == ["snoozed", "order_changed"]
    assert TicketEvent.objects.get(kind="snoozed").payload == {"until": None, "awaits": "order"}
    back = Snooze.objects.get()
    assert (back.back_at, back.awaits_order) == (LATER, True)
    assert snoozes.is_just_back(back, ticket, now=LATER)
    assert ticket.order == {"id": "1001", "status": "shipped"}


def test_what_is_no_news_changes_nothing(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)

    assert not tell(ticket, status="paid")

    assert Snooze.objects.asleep(LATER).exists()
    assert history(ticket)[-1] == "snoozed"


def test_what_was_put_off_until_a_time_sleeps_on(make: Make, ticket: Ticket) -> None:
    snoozes.snooze(ticket=ticket, until=LATER + timedelta(hours=1), by=make.agent(), now=SOON)
    tell(ticket, status="shipped")

    assert Snooze.objects.asleep(LATER).exists()


def test_the_customer_brings_it_back_too_and_then_it_is_they(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)
    receive_customer_message(ticket=ticket, body="Well?", now=LATER)

    assert (Snooze.objects.get().woken_at, Snooze.objects.get().awaits_order) == (LATER, False)


def test_nobody_has_back_what_they_have_given_away(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)
    unassign(ticket=ticket, by=make.agent(), now=SOON)
    tell(ticket, status="shipped")

    assert Snooze.objects.get().woken_at is None


def test_it_is_undone_as_any_other(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)
    assert undo(ticket=ticket, by=make.agent(), now=SOON)

    assert not Snooze.objects.exists()


def test_a_ticket_that_names_no_order_cannot_wait_for_one(make: Make) -> None:
    with pytest.raises(NoOrder):
        put_off(make, make.ticket())


def test_it_touches_no_wait_and_brings_back_nothing_that_has_ended(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    tell(ticket, status="shipped")

    assert (ticket.status, ticket.waiting_since) == ("resolved", None)


def test_news_of_a_ticket_that_was_merged_are_told_to_the_other(make: Make, ticket: Ticket) -> None:
    merging.merge(ticket=ticket, into=make.ticket(), by=make.agent(), now=SOON)

    with pytest.raises(TicketMerged):
        tell(ticket, status="shipped")


def test_too_long_a_status_is_cut_and_that_is_said(ticket: Ticket) -> None:
    tell(ticket, status="x" * 1000)

    assert ticket.order is not None
    assert len(ticket.order["status"]) < 1000
    assert ticket.noticed
