"""Customers, queues and agents: a key is told of its own store's, and of nobody else."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.models import Customer
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make


def emails(caller: Caller, query: str = "") -> list[str]:
    return [customer["email"] for customer in told(caller.get(f"/customers{query}"))["data"]]


def test_customers_are_listed_the_latest_first_page_by_page(caller: Caller, make: Make) -> None:
    for name in "abc":
        make.ticket(customer={"email": f"{name}@example.com", "name": name.upper()})

    first = told(caller.get("/customers?limit=2"))
    last = told(caller.get(f"/customers?limit=2&cursor={first['next_cursor']}"))

    assert [one["name"] for one in (*first["data"], *last["data"])] == ["C", "B", "A"]
    assert last["next_cursor"] is None


def test_a_page_of_customers_is_read_from_an_index(make: Make) -> None:
    make.ticket()
    rows = Customer.objects.filter(store=make.store()).order_by("-created_at", "-id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "using customer_latest_first" in rows.explain()
    assert "Sort" not in rows.explain()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?email=JON%40Example.com", ["Jon@example.com"]),
        ("?email=jon%40example.com&email=li%40example.com", ["li@example.com", "Jon@example.com"]),
        ("?external_id=c_2", ["li@example.com"]),
        ("?external_id=c_2&email=jon%40example.com", []),
        ("?email=jon%40example.co", []),
    ],
)
def test_customers_are_found_by_address_and_by_id(
    caller: Caller, make: Make, query: str, found: list[str]
) -> None:
    make.ticket(customer={"email": "Jon@example.com"})
    make.ticket(customer={"email": "li@example.com", "external_id": "c_2"})
    assert emails(caller, query) == found


def test_another_stores_customers_are_not_there(callers: Callers, caller: Caller, make: Make) -> None:
    make.ticket(customer={"email": "jon@example.com"})
    assert emails(callers.outsider()) == emails(callers.outsider(), "?email=jon%40example.com") == []
    assert emails(caller) == ["jon@example.com"]


def test_who_was_erased_is_told_with_empty_fields(caller: Caller, make: Make) -> None:
    with transaction.atomic():
        erase_customer(customer=make.ticket(customer={"email": "jon@example.com", "name": "Jon"}).customer)

    [one] = told(caller.get("/customers"))["data"]
    assert set(one.values()) == {"", None}


def test_what_is_no_condition_is_refused(caller: Caller) -> None:
    assert_problem(caller.get("/customers?name=Jon"), 422, "unknown-parameter")
    assert_problem(caller.get("/customers?email="), 422, "bad-parameter")


def test_queues_are_those_that_the_store_reaches(caller: Caller, make: Make) -> None:
    make.store().other_queues.add(make.queue("Refunds"))
    make.queue("Elsewhere")
    assert told(caller.get("/queues"))["data"] == [
        {"name": "Refunds", "own": False},
        {"name": "Support", "own": True},
    ]


def test_agents_are_those_who_work_there_without_their_names(caller: Caller, make: Make) -> None:
    make.store().other_queues.add(make.queue("Refunds"))
    make.member(make.agent("owner"), queue=make.queue("Refunds"))
    make.member(make.agent("owner"), queue=make.queue("Elsewhere"))
    make.member(make.agent("outsider"), queue=make.queue("Elsewhere"))
    gone = make.agent("colleague")
    gone.is_active = False
    gone.save()

    [one] = told(caller.get("/agents"))["data"]

    assert one == {"email": make.agent("owner").email, "queues": ["Refunds", "Support"]}


@pytest.mark.parametrize(("path", "scope"), [("customers", "read"), ("queues", "read"), ("agents", "act")])
def test_each_list_needs_its_scope(callers: Callers, path: str, scope: str) -> None:
    others = {"read", "write", "act", "notes"} - {scope}
    assert callers(scopes=[scope]).get(f"/{path}").status_code == 200
    assert_problem(callers(scopes=others).get(f"/{path}"), 403, "scope-missing")
    assert_problem(callers.nobody().get(f"/{path}"), 401, "no-key")
