"""Whose question it is can be put right: who wrote is found or made, and what they write later joins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import Customer, EventKind, Message, Ticket
from helpdesk.tickets import merging, undo
from helpdesk.tickets.ended_ticket import TicketMerged
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.opening.new_ticket import NewCustomer
from helpdesk.tickets.ticket_attributes import change_customer
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER, SECOND = NOW + timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(email="forms@shop.example")


def change(make: Make, ticket: Ticket, *, by: str = "owner", **customer: str) -> bool:
    with transaction.atomic():
        given = NewCustomer(**({"email": "jon@example.com"} | customer))
        return change_customer(ticket=ticket, customer=given, by=make.agent(by), now=LATER)


def test_somebody_new_is_made_in_its_store(make: Make, ticket: Ticket) -> None:
    assert change(make, ticket, email="Jon@Example.com", name="Jon")

    ticket.refresh_from_db()
    made = Customer.objects.get(email_key="jon@example.com")
    assert (ticket.customer, made.name, made.store) == (made, "Jon", ticket.store)
    event = ticket.events.get(kind=EventKind.CUSTOMER_CHANGED)
    former = Customer.objects.get(email_key="forms@shop.example")
    assert event.payload == {"customer": made.pk, "before": former.pk}


def test_who_is_known_by_the_address_is_found_in_whatever_case(make: Make, ticket: Ticket) -> None:
    known = make.ticket(customer={"email": "jon@example.com", "external_id": "c_7", "name": "Jon"}).customer
    change(make, ticket, email="JON@example.com")

    ticket.refresh_from_db()
    assert ticket.customer == known
    assert ticket.customer.name == "Jon"


def test_of_two_with_one_address_nobody_is_guessed(make: Make, ticket: Ticket) -> None:
    two = [
        make.ticket(customer={"email": "jon@example.com", "external_id": one}).customer for one in ("a", "b")
    ]
    change(make, ticket)

    ticket.refresh_from_db()
    assert ticket.customer not in two
    assert ticket.customer.external_id is None


def test_somebody_of_another_store_is_another(make: Make, ticket: Ticket) -> None:
    other = make.ticket(store=make.store("Another"), email="jon@example.com").customer
    change(make, ticket)

    ticket.refresh_from_db()
    assert ticket.customer != other


def test_who_it_is_already_changes_nothing(make: Make, ticket: Ticket) -> None:
    assert not change(make, ticket, email="Forms@Shop.example")

    assert history(ticket) == ["opened"]


def test_what_they_write_later_joins(make: Make) -> None:
    first = post(make.store(), mail(by="Owner <owner@example.com>"))
    assert first.message is not None
    change(make, first.message.ticket)

    post(make.store(), mail("And?", mid="2@example.com", answers=["one@example.com"], at=LATER), now=LATER)
    assert Ticket.objects.count() == 1
    assert [message.author for message in Message.objects.order_by("pk")] == ["customer", "customer"]


def test_a_tier_of_theirs_is_the_ticket_s_then(make: Make, ticket: Ticket) -> None:
    make.ticket(customer={"email": "jon@example.com", "tier": "vip"})
    change(make, ticket)

    ticket.refresh_from_db()
    assert ticket.tier == "vip"
    assert history(ticket) == ["opened", "customer_changed", "tier_changed vip"]


def test_it_touches_no_wait(make: Make, ticket: Ticket) -> None:
    change(make, ticket)

    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.unacknowledged_since, ticket.status) == (NOW, NOW, "new")


def test_it_can_be_undone_with_the_tier(make: Make, ticket: Ticket) -> None:
    before = ticket.customer
    make.ticket(customer={"email": "jon@example.com", "tier": "vip"})
    change(make, ticket)
    with transaction.atomic():
        assert undo.undo(ticket=ticket, by=make.agent(), now=LATER + SECOND)

    ticket.refresh_from_db()
    assert (ticket.customer, ticket.tier) == (before, "")


def test_only_those_who_work_there_do_it(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAMember):
        change(make, ticket, by="outsider")

    assert not Customer.objects.filter(email_key="jon@example.com").exists()


def test_of_a_merged_ticket_it_is_settled_where_it_went(make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        merging.merge(ticket=ticket, into=make.ticket(), by=make.agent(), now=NOW + SECOND)

    with pytest.raises(TicketMerged):
        change(make, ticket)
