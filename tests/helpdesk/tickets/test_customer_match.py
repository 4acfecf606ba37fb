"""Who asks is found by external id, else by e-mail, and never guessed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.models import Customer, Ticket
from helpdesk.tickets.opening.opening import open_tickets
from tests.make import NOW, Make


def asks(make: Make, **customer: Any) -> Customer:
    return make.ticket(customer=customer).customer


def test_the_same_external_id_is_the_same_customer(make: Make) -> None:
    assert asks(make, external_id="c1") == asks(make, external_id="c1", email="jon@example.com")
    assert Customer.objects.get().email == "jon@example.com"


def test_the_same_email_however_written_is_the_same_customer(make: Make) -> None:
    assert asks(make, email="Jon@example.com") == asks(make, email="JON@EXAMPLE.COM")
    assert asks(make, email="éva@example.com") == asks(make, email="ÉVA@example.com")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("eva@fass.example", "eva@faß.example"),
        ("strasse@example.com", "STRAẞE@example.com"),
        ("k@example.com", "\u212a@example.com"),
        ("i@example.com", "İ@example.com"),
        ("fi@example.com", "\ufb01@example.com"),
    ],
)
def test_letters_that_fold_alike_are_two_mailboxes(make: Make, one: str, other: str) -> None:
    eva = asks(make, email=one, name="Eva")

    assert asks(make, email=other) != eva
    eva.refresh_from_db()
    assert (eva.email, eva.name) == (one, "Eva")


def test_a_customers_change_moves_their_live_tickets_and_no_others(make: Make) -> None:
    live, closed = (make.ticket(customer={"external_id": "c1"}) for _ in range(2))
    Ticket.objects.filter(pk=closed.pk).update(status="closed")
    other = make.ticket(customer={"external_id": "c2"})

    before = stamps()
    new = make.ticket(customer={"external_id": "c1", "email": "new@example.com"})

    moved = {pk for pk, at in stamps().items() if at != before.get(pk)}
    assert moved == {live.pk, new.pk}
    assert {closed.pk, other.pk} <= stamps().keys()


def test_a_customer_who_says_the_same_again_moves_nothing(make: Make) -> None:
    make.ticket(customer={"external_id": "c1", "name": "Jon"})
    before = stamps()

    make.ticket(customer={"external_id": "c1", "name": "Jon"})

    assert before.items() <= stamps().items()


def stamps() -> dict[int, datetime]:
    return dict(Ticket.objects.values_list("pk", "updated_at"))


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
