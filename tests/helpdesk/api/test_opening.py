"""Sending tickets, one by one and in batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Environment, Message, Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

WHOLE = {
    "external_id": "shop-8841",
    "subject": "Where is my order?",
    "customer": {
        "external_id": "c_991",
        "email": "jon@example.com",
        "name": "Jon",
        "locale": "en-GB",
        "timezone": "Europe/London",
        "tier": "vip",
    },
    "message": {"body": "It should have come on Monday.", "automatic": False},
    "priority": "high",
    "channel": "contact_form",
    "tags": ["wismo"],
    "metadata": {"basket": "17"},
    "order": {"id": "1001", "total": {"amount": "59.90", "currency": "GBP"}, "status": "unfulfilled"},
    "imported": False,
}


def asking(**fields: Any) -> dict[str, Any]:
    return {"message": {"body": "Where is my order?"}} | fields


def test_a_whole_ticket_comes_back_as_it_was_sent(caller: Caller) -> None:
    occurred_at = (database_now() - timedelta(hours=1)).isoformat()

    response = caller.post("/tickets", WHOLE | {"occurred_at": occurred_at})

    ticket = told(response)
    assert response.status_code == 201, ticket
    assert response.headers["Location"] == f"/api/v1/tickets/{ticket['reference']}"
    for name in ("external_id", "subject", "customer", "priority", "channel", "tags", "metadata", "order"):
        assert ticket[name] == WHOLE[name]
    assert (ticket["status"], ticket["environment"], ticket["queue"]) == ("new", "live", "Support")
    assert ticket["warnings"] == []
    assert ticket["occurred_at"] < ticket["received_at"]


def test_a_message_alone_is_a_ticket(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", asking()))

    assert ticket["subject"] == "Where is my order?"
    assert (ticket["priority"], ticket["channel"], ticket["assignee"]) == ("normal", "api", None)


def test_the_environment_is_the_stores(callers: Callers, make: Make) -> None:
    caller = callers(store=make.store("Trial", environment=Environment.TEST))

    assert told(caller.post("/tickets", asking()))["environment"] == "test"


def test_the_same_external_id_again_changes_nothing_and_names_what_differs(caller: Caller) -> None:
    first = told(caller.post("/tickets", WHOLE))

    response = caller.post("/tickets", WHOLE | {"subject": "Never mind"})

    again = told(response)
    assert response.status_code == 200
    assert (again["reference"], again["subject"]) == (first["reference"], first["subject"])
    assert len(again["warnings"]) == 1
    assert "subject" in again["warnings"][0]
    assert Message.objects.count() == 1


def test_unknown_fields_are_named_and_ignored(caller: Caller) -> None:
    body = asking(subjct="typo", customer={"email": "jon@example.com", "phone": "+44"})

    warnings = told(caller.post("/tickets", body))["warnings"]

    assert len(warnings) == 2
    assert "/subjct" in warnings[0]
    assert "/customer/phone" in warnings[1]


def test_at_most_twenty_unknown_fields_are_named(caller: Caller) -> None:
    body = asking(**{f"field{number}": None for number in range(100)})

    assert len(told(caller.post("/tickets", body))["warnings"]) == 20


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"message": {"body": 1}}, "/message/body"),
        ({"message": {"body": ""}}, "/message/body"),
        ({"message": {}}, "/message/body"),
        ({"customer": {"email": "nobody"}}, "/customer/email"),
        ({"priority": "asap"}, "/priority"),
        ({"tags": ["fine", 7]}, "/tags/1"),
        ({"order": {"id": "1", "total": {"amount": 5.0, "currency": "EUR"}}}, "/order/total/amount"),
        ({"metadata": {"a": 1}}, "/metadata/a"),
        ({"external_id": 12.0}, "/external_id"),
        ({"occurred_at": "yesterday"}, "/occurred_at"),
        ({"occurred_at": "2026-03-09T15:00:00"}, "/occurred_at"),
    ],
)
def test_what_does_not_fit_the_schema_is_pointed_at(
    caller: Caller, fields: dict[str, Any], pointer: str
) -> None:
    assert_problem(caller.post("/tickets", asking(**fields)), 422, "misfit", pointer)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        (
            {"message": {"body": "Out of office", "automatic": True}},
            "automatic-never-opens",
            "/message/automatic",
        ),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "in-the-future", "/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "bad-time", "/occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "in-the-future", "/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00", "imported": True}, "bad-time", "/occurred_at"),
    ],
)
def test_what_no_schema_can_state_is_refused_by_name(
    caller: Caller, fields: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(caller.post("/tickets", asking(**fields)), 422, code, pointer)
    assert not Ticket.objects.exists()


def test_a_ticket_may_be_a_few_minutes_ahead_of_us(caller: Caller) -> None:
    ahead = (database_now() + timedelta(minutes=4)).isoformat()

    ticket = told(caller.post("/tickets", asking(occurred_at=ahead)))

    assert ticket["occurred_at"] == ticket["received_at"]


def test_each_item_of_a_batch_is_accepted_or_refused_by_itself(caller: Caller) -> None:
    told(caller.post("/tickets", asking(external_id="known")))
    items = [
        asking(external_id="new", colour="red"),
        asking(external_id="known", subject="Other"),
        {"message": {"body": 1}},
        "not a ticket",
        {"message": {"body": "auto", "automatic": True}},
    ]

    response = caller.post("/tickets/batch", {"tickets": items})

    results = told(response)["results"]
    assert response.status_code == 207
    assert [(one["index"], one["status"]) for one in results] == list(enumerate([201, 200, 422, 422, 422]))
    assert results[0]["ticket"]["warnings"] == ["Unknown field /tickets/0/colour was ignored."]
    assert "subject" in results[1]["ticket"]["warnings"][0]
    pointers = [one["problem"]["errors"][0]["pointer"] for one in results[2:]]
    assert pointers == ["/tickets/2/message/body", "/tickets/3", "/tickets/4/message/automatic"]
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("tickets", [[], [asking()] * 501, "none", None])
def test_a_batch_has_one_to_five_hundred_tickets(caller: Caller, tickets: object) -> None:
    assert_problem(caller.post("/tickets/batch", {"tickets": tickets}), 422, "misfit", "/tickets")
    assert not Ticket.objects.exists()


def test_five_hundred_tickets_take_as_many_statements_as_five(
    caller: Caller, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30) as few:
        caller.post("/tickets/batch", {"tickets": [asking(external_id=f"a{n}") for n in range(5)]})
    with django_assert_max_num_queries(len(few)):
        response = caller.post(
            "/tickets/batch", {"tickets": [asking(external_id=f"b{n}") for n in range(500)]}
        )

    assert {one["status"] for one in told(response)["results"]} == {201}


def test_sending_needs_a_key_with_the_scope(callers: Callers) -> None:
    reader = callers(scopes=["read"])

    for path, body in (("/tickets", asking()), ("/tickets/batch", {"tickets": [asking()]})):
        assert_problem(callers.nobody().post(path, body), 401, "no-key")
        assert_problem(reader.post(path, body), 403, "scope-missing")
    assert not Ticket.objects.exists()


def test_two_stores_may_use_the_same_external_id(caller: Caller, callers: Callers) -> None:
    first = told(caller.post("/tickets", WHOLE))
    second = told(callers.outsider().post("/tickets", WHOLE))

    assert first["reference"] != second["reference"]


@pytest.mark.parametrize(
    ("public", "status", "states"),
    [
        (True, "open", {"first_response": "not_applicable", "resolution": "running"}),
        (False, "new", {"acknowledgement": "running", "first_response": "running", "resolution": "running"}),
    ],
)
def test_an_agent_can_begin_a_conversation(
    caller: Caller, make: Make, public: bool, status: str, states: dict[str, str]
) -> None:
    author = {"agent": make.agent().email, "public": public}
    kim = {"external_id": "kim"}
    ticket = told(caller.post("/tickets", asking(author=author, customer=kim)))
    [in_a_batch] = told(caller.post("/tickets/batch", {"tickets": [asking(author=author)]}))["results"]

    assert (ticket["status"], ticket["customer"]["external_id"]) == (status, "kim")
    assert {clock["metric"]: clock["state"] for clock in ticket["clocks"]} == states
    assert (in_a_batch["status"], in_a_batch["ticket"]["status"]) == (201, status)
    [said] = told(caller.get(f"/tickets/{ticket['reference']}/messages"))["data"]
    assert (said["author"]["agent"], said["public"]) == ("owner@example.com", public)

    answered = told(caller.post(f"/tickets/{ticket['reference']}/messages", {"body": "When?"}))["ticket"]
    running = {clock["metric"] for clock in answered["clocks"] if clock["state"] == "running"}
    assert ("next_response" in running) is public


def test_to_begin_for_an_agent_takes_the_scope_and_their_place(
    caller: Caller, callers: Callers, make: Make
) -> None:
    author, stranger = {"agent": make.agent().email}, {"agent": make.agent("outsider").email}

    assert_problem(callers(scopes=["write"]).post("/tickets", asking(author=author)), 403, "scope-missing")
    assert_problem(caller.post("/tickets", asking(author=stranger)), 422, "not-a-member", "/author/agent")
    [refused] = told(caller.post("/tickets/batch", {"tickets": [asking(author=stranger)]}))["results"]
    assert refused["problem"]["errors"][0]["pointer"] == "/tickets/0/author/agent"
    assert not Ticket.objects.exists()
