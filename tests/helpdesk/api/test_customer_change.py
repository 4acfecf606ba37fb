"""Whose ticket it is, said by the API as on its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import Customer, Ticket
from helpdesk.tickets import merging
from tests.helpdesk.api.conftest import Caller, assert_problem, told
from tests.helpdesk.desk import history
from tests.make import Make

pytestmark = pytest.mark.django_db

OWNER = "owner@example.com"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(email="forms@shop.example")


def say(caller: Caller, ticket: Ticket, agent: str | None = OWNER, **customer: str) -> Any:
    return caller.put(f"/tickets/{ticket.reference}/customer", {"customer": customer, "agent": agent})


def test_who_is_known_by_the_shop_s_id_is_found_and_refreshed(
    caller: Caller, make: Make, ticket: Ticket
) -> None:
    known = make.ticket(customer={"external_id": "c_7", "email": "jon@example.com", "tier": "vip"}).customer

    answer = told(say(caller, ticket, external_id="c_7", name="Jon"))

    ticket.refresh_from_db()
    assert (ticket.customer, ticket.tier) == (known, "vip")
    assert (answer["customer"]["external_id"], answer["customer"]["name"]) == ("c_7", "Jon")
    assert history(ticket) == ["opened", "customer_changed", "tier_changed vip"]


def test_who_is_unknown_is_made(caller: Caller, ticket: Ticket) -> None:
    assert told(say(caller, ticket, email="Jon@example.com"))["customer"]["email"] == "Jon@example.com"

    assert Customer.objects.filter(email_key="jon@example.com").count() == 1


def test_an_agent_takes_it_back_and_the_shop_s_machine_stays_the_shop_s(
    caller: Caller, ticket: Ticket
) -> None:
    say(caller, ticket, email="jon@example.com")
    taken_back = told(caller.put(f"/tickets/{ticket.reference}/undo", {"agent": OWNER}))
    assert taken_back["customer"]["email"] == "forms@shop.example"

    say(caller, ticket, agent=None, email="jon@example.com")
    refused = caller.put(f"/tickets/{ticket.reference}/undo", {"agent": OWNER})
    assert_problem(refused, 409, "nothing-to-undo")


@pytest.mark.parametrize(
    ("customer", "code", "pointer"),
    [
        ({}, "customer-unnamed", "/customer"),
        ({"name": "Jon"}, "customer-unnamed", "/customer"),
        ({"email": "  "}, "customer-unnamed", "/customer"),
        ({"email": "jon"}, "misfit", "/customer/email"),
        ({"email": "jörg@home.example"}, "no-address", "/customer/email"),
    ],
)
def test_who_cannot_be_written_to_or_found_is_refused(
    caller: Caller, ticket: Ticket, customer: dict[str, str], code: str, pointer: str
) -> None:
    assert_problem(say(caller, ticket, **customer), 422, code, pointer)

    assert history(ticket) == ["opened"]


def test_a_merged_ticket_s_is_not_changed(caller: Caller, make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        merging.merge(ticket=ticket, into=make.ticket(), by=make.agent(), now=database_now())

    assert_problem(say(caller, ticket, email="jon@example.com"), 422, "ticket-merged")


def test_somebody_of_another_store_is_another(caller: Caller, make: Make, ticket: Ticket) -> None:
    theirs = make.ticket(store=make.store("Another shop"), customer={"external_id": "c_7", "name": "Eve"})

    assert told(say(caller, ticket, external_id="c_7"))["customer"]["name"] == ""

    ticket.refresh_from_db()
    assert ticket.customer != theirs.customer
