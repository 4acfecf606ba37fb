"""Who asks is found by external id, else by e-mail, and never guessed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from helpdesk.models import Customer
from helpdesk.tickets.opening.opening import open_tickets
from tests.make import NOW, Make


def asks(make: Make, **customer: Any) -> Customer:
    return make.ticket(customer=customer).customer


def test_the_same_external_id_is_the_same_customer(make: Make) -> None:
    assert asks(make, external_id="c1") == asks(make, external_id="c1", email="jon@example.com")
    assert Customer.objects.get().email == "jon@example.com"


def test_the_same_email_however_written_is_the_same_customer(make: Make) -> None:
    assert asks(make, email="Straße@example.com") == asks(make, email="STRASSE@EXAMPLE.COM")


def test_somebody_known_by_email_gets_their_external_id(make: Make) -> None:
    before = asks(make, email="jon@example.com")
    after = asks(make, email="Jon@example.com", external_id="c1")

    assert before == after == asks(make, external_id="c1")


def test_an_email_that_is_shared_makes_nobody_somebody_else(make: Make) -> None:
    jon = asks(make, external_id="c1", email="family@example.com")
    ann = asks(make, external_id="c2", email="family@example.com")
    either = asks(make, email="family@example.com")

    assert len({jon, ann, either}) == 3
    assert asks(make, email="family@example.com") == either


def test_an_email_that_means_one_customer_finds_them(make: Make) -> None:
    assert asks(make, external_id="c1", email="jon@example.com") == asks(make, email="jon@example.com")


def test_without_external_id_and_email_everybody_is_somebody_new(make: Make) -> None:
    assert asks(make, name="Jon") != asks(make, name="Jon")


def test_what_is_given_latest_holds_and_what_is_not_given_stays(make: Make) -> None:
    asks(make, external_id="c1", email="old@example.com", name="Jon", locale="en-GB", tier="vip")
    asks(make, external_id="c1", email="new@example.com", name="Jonathan", timezone="Europe/London")

    customer = Customer.objects.get()
    assert (customer.name, customer.locale, customer.tier) == ("Jonathan", "en-GB", "vip")
    assert (customer.timezone, customer.email, customer.email_key) == (
        "Europe/London",
        "new@example.com",
        "new@example.com",
    )


def test_history_fills_gaps_and_overwrites_nothing(make: Make) -> None:
    asks(make, external_id="c1", name="Jonathan")
    make.ticket(imported=True, customer={"external_id": "c1", "name": "Jon", "locale": "ta"})

    customer = Customer.objects.get()
    assert (customer.name, customer.locale) == ("Jonathan", "ta")


def test_a_ticket_takes_language_and_tier_from_what_is_known(make: Make) -> None:
    asks(make, external_id="c1", locale="he-IL", tier="vip")

    ticket = make.ticket(customer={"external_id": "c1"})

    assert (ticket.language, ticket.tier) == ("he", "vip")


def test_one_customer_twice_in_a_batch_is_one_row(make: Make) -> None:
    shapes = [
        make.shape(customer={"email": "jon@example.com", "name": "Jon"}),
        make.shape(customer={"email": "JON@example.com", "external_id": "c1"}),
        make.shape(customer={"external_id": "c1", "name": "Jonathan"}),
        make.shape(customer={"name": "somebody"}),
        make.shape(customer={"name": "somebody"}),
    ]

    opened = open_tickets(shapes, store=make.store(), now=NOW + timedelta(minutes=1))

    assert len({one.ticket.customer_id for one in opened if one.ticket}) == 3
    assert Customer.objects.get(external_id="c1").name == "Jonathan"


def test_each_store_has_its_own_customers(make: Make) -> None:
    other = make.ticket(store=make.store("Other shop"), customer={"external_id": "c1"}).customer

    assert asks(make, external_id="c1") != other
