"""What people and programs write a little otherwise opens a ticket all the same; what is wrong is said at once."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told

BODY = {"message": {"body": "Where is my order?"}}


@pytest.mark.parametrize(
    "fields",
    [
        {"customer": None},
        {"customer": {"email": ""}},
        {
            "customer": {
                "external_id": " ",
                "email": None,
                "name": "",
                "locale": "",
                "timezone": "",
                "tier": "",
            }
        },
        {"external_id": "", "occurred_at": "", "subject": "", "priority": "", "channel": ""},
        {"tags": None, "metadata": None, "order": None, "imported": None, "priority": None},
        {"message": {"body": "Where is my order?", "automatic": None, "external_id": ""}},
    ],
)
def test_empty_is_not_given(caller: Caller, fields: dict[str, Any]) -> None:
    response = caller.post("/tickets", BODY | fields)

    ticket = told(response)
    assert response.status_code == 201, ticket
    assert (ticket["priority"], ticket["channel"], ticket["subject"]) == (
        "normal",
        "api",
        "Where is my order?",
    )
    assert (ticket["external_id"], ticket["customer"]["email"], ticket["warnings"]) == (None, "", [])


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        ({"timezone": "Etc/Unknown"}, "timezone"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "GMT+1 (Berlin)"}, "timezone"),
        ({"locale": "english, please"}, "locale"),
    ],
)
def test_what_cannot_be_known_falls_back_with_a_word(
    caller: Caller, customer: dict[str, str], field: str
) -> None:
    ticket = told(caller.post("/tickets", BODY | {"customer": customer}))

    assert ticket["customer"][field] == ""
    [warning] = ticket["warnings"]
    assert customer[field] in warning


def test_what_is_too_long_is_cut_marked_and_kept(caller: Caller) -> None:
    body = {
        "subject": "s" * 501,
        "message": {"body": "b" * 104_000},
        "customer": {"name": "n" * 201, "tier": "t" * 51},
        "tags": ["g" * 101, *map(str, range(60))],
        "metadata": {"page": "p" * 1001},
        "order": {"id": "1", "status": "o" * 201},
    }

    ticket = told(caller.post("/tickets", body))

    assert (len(ticket["subject"]), ticket["subject"][-2:]) == (500, "s…")
    assert (len(ticket["customer"]["name"]), len(ticket["tags"]), ticket["tags"][0][-1]) == (200, 50, "…")
    assert (len(ticket["metadata"]["page"]), len(ticket["order"]["status"])) == (1000, 200)
    places = [warning.split()[0] for warning in ticket["warnings"]]
    assert set(places) >= {
        "/subject",
        "/message/body",
        "/customer/name",
        "/customer/tier",
        "/tags",
        "/tags/0",
    }
    [message] = told(caller.get(f"/tickets/{ticket['reference']}/messages"))["data"]
    assert len(message["body"]) == 100_000
    assert "/message/body: …" + "b" * 4_001 in message["rest"]
    assert "/subject: …ss" in message["rest"]


def test_a_ticket_that_is_read_can_be_posted_back(caller: Caller) -> None:
    for body in (BODY, BODY | {"customer": {"email": "jon@example.com"}, "order": {"id": "1"}}):
        ticket = told(caller.post("/tickets", body))

        response = caller.post("/tickets", ticket | {"message": {"body": "Again"}})

        assert response.status_code == 201, response.content
        again = told(response)
        assert all(
            again[name] == ticket[name] for name in ("subject", "customer", "priority", "order", "metadata")
        )


def test_every_fault_is_said_at_once_with_what_is_allowed(caller: Caller) -> None:
    response = caller.post(
        "/tickets",
        {
            "message": {},
            "priority": "asap",
            "customer": {"email": "a@b@c", "external_id": 7},
            "occurred_at": "2999-01-01T00:00:00Z",
            "tags": "wismo",
            "imported": "yes",
            "order": {"total": {"amount": "59,90", "currency": "gbp"}},
        },
    )

    assert_problem(response, 422, "misfit")
    faults = {fault["pointer"]: fault for fault in told(response)["errors"]}
    assert set(faults) == {
        "/message/body", "/priority", "/customer/email", "/customer/external_id", "/occurred_at", "/tags",
        "/imported", "/order/id", "/order/total/amount", "/order/total/currency",
    }  # fmt: skip
    assert faults["/priority"]["allowed"] == ["high", "low", "normal", "urgent"]
    assert faults["/occurred_at"]["code"] == "in-the-future"
    words = " ".join(fault["detail"] for fault in faults.values())
    assert not any(word in words for word in ("`", "str", "null", "array", "regex", "Expected"))


def test_what_no_schema_can_state_is_said_together_too(caller: Caller) -> None:
    response = caller.post(
        "/tickets", {"message": {"body": "x", "automatic": True}, "occurred_at": "2999-01-01T00:00:00Z"}
    )

    assert [(fault["pointer"], fault.get("code")) for fault in told(response)["errors"]] == [
        ("/message/automatic", None),
        ("/occurred_at", "in-the-future"),
    ]


@pytest.mark.parametrize(
    ("email", "right"),
    [
        (" jon@x.example ", True),
        ('"jon@home"@x.example', True),
        ("a@b@c", False),
        ("jo\u200bn@x.example", False),
        ("jon@x.example\u2060", False),
        ("\u202enoj@x.example", False),
        ("jon\u00ad@x.example", False),
        ("\u3164@x.example", False),
        ("<jon@x.example>", False),
        ("Jon <jon@x.example>", False),
        ("jon@x.example, ann@x.example", False),
        ("jon", False),
    ],
)
def test_an_address_is_one_mailbox_without_blanks_around_it(caller: Caller, email: str, right: bool) -> None:
    response = caller.post("/tickets", BODY | {"customer": {"email": email}})

    if right:
        assert told(response)["customer"]["email"] == email.strip()
    else:
        assert_problem(response, 422, "misfit", "/customer/email")


def test_blanks_around_an_id_make_no_other_ticket_and_no_other_customer(caller: Caller) -> None:
    plain = told(caller.post("/tickets", BODY | {"external_id": "x", "customer": {"external_id": "c"}}))

    again = caller.post("/tickets", BODY | {"external_id": " x\n", "customer": {"external_id": "\tc "}})

    assert (again.status_code, told(again)["reference"]) == (200, plain["reference"])
    assert told(again)["warnings"] == []


MARKS = "\u0301"


@pytest.mark.parametrize("subject", ["\u200b", " \n ", "\u2800", "\u3164\u00ad", MARKS])
def test_a_subject_of_which_nothing_is_seen_is_none(caller: Caller, subject: str) -> None:
    seen = told(caller.post("/tickets", BODY | {"subject": subject}))
    unseen = told(caller.post("/tickets", {"subject": subject, "message": {"body": "   "}}))

    assert seen["subject"] == "Where is my order?"
    assert unseen["subject"] == unseen["reference"]


def test_marks_do_not_pile_up(caller: Caller) -> None:
    ticket = told(
        caller.post("/tickets", {"subject": "o" + MARKS * 500, "message": {"body": "a" + MARKS * 500}})
    )

    assert ticket["subject"] == "o" + MARKS * 8
    assert Ticket.objects.get().messages.get().body == "a" + MARKS * 8


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31t23:59:60.5z", "2017-01-01T00:00:00.500000Z"),
        ("2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00Z"),
        ("20161231T235959Z", "2016-12-31T23:59:59Z"),
        ("2016-W52-6T23:59:59Z", "2016-12-31T23:59:59Z"),
        ("2016-12-31 23:59Z", "2016-12-31T23:59:00Z"),
        ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00Z"),
        ("2016-W52-6t24+0100", "2016-12-31T23:00:00Z"),
        ("2016-366T10:00:00Z", "2016-12-31T10:00:00Z"),
        ("2016061T100000Z", "2016-03-01T10:00:00Z"),
        ("2016-12-31T23:59:59.123456789Z", "2016-12-31T23:59:59.123457Z"),
        (" 2016-12-31T23:59:59+0100 ", "2016-12-31T22:59:59Z"),
    ],
)
def test_an_instant_may_be_written_in_many_ways(caller: Caller, written: str, meant: str) -> None:
    ticket = told(caller.post("/tickets", BODY | {"occurred_at": written, "imported": True}))

    assert ticket["occurred_at"] == meant


@pytest.mark.parametrize(
    "written",
    [
        "2016-12-31",
        "2016-12-31T23:59:59",
        "2016-12-31T24:00:00",
        "2016-12-31T24:00:01Z",
        "9999-12-31T24:00:00Z",
        "2015-366T10:00:00Z",
        "1483228799",
        "yesterday",
        1483228799,
    ],
)
def test_what_is_no_instant_is_refused(caller: Caller, written: object) -> None:
    assert_problem(caller.post("/tickets", BODY | {"occurred_at": written}), 422, "misfit", "/occurred_at")


def test_a_clock_that_goes_up_to_a_day_ahead_is_taken_as_now_and_told(caller: Caller) -> None:
    for ahead in (timedelta(minutes=5, seconds=1), timedelta(hours=23)):
        ticket = told(caller.post("/tickets", BODY | {"occurred_at": (database_now() + ahead).isoformat()}))
        assert ticket["occurred_at"] == ticket["received_at"]
        assert ticket["warnings"][0].startswith("/occurred_at lies in the future")
    far = caller.post("/tickets", BODY | {"occurred_at": (database_now() + timedelta(hours=25)).isoformat()})
    assert_problem(far, 422, "in-the-future", "/occurred_at")


JSON = b'{"message": {"body": "hi"}}'


@pytest.mark.parametrize(
    ("raw", "headers", "status", "word"),
    [
        (b"\xef\xbb\xbf" + JSON, {}, 201, ""),
        (gzip.compress(JSON, mtime=0), {"content_encoding": "gzip"}, 201, ""),
        (JSON, {"content_encoding": "identity"}, 201, ""),
        (JSON.decode().encode("utf-16"), {}, 400, "UTF-16"),
        (JSON.decode().encode("utf-16-le"), {}, 400, "UTF-16"),
        (JSON.decode().encode("utf-32"), {}, 400, "UTF-16"),
        (gzip.compress(JSON, mtime=0), {}, 400, "compressed"),
        (gzip.compress(JSON, mtime=0)[:-9], {"content_encoding": "gzip"}, 400, "gzip"),
        (JSON, {"content_encoding": "gzip"}, 400, "gzip"),
        (JSON, {"content_encoding": "br"}, 415, "gzip"),
        (b'{"message": {"body": "caf\xe9"}}', {}, 400, "UTF-8"),
        (b"", {}, 400, "empty"),
        (JSON[:-1], {}, 400, "ends too early"),
        (b"{'message': 1}", {}, 400, "byte 1"),
    ],
)
def test_the_cause_is_said_by_its_name(
    caller: Caller, raw: bytes, headers: dict[str, str], status: int, word: str
) -> None:
    response = caller.call("POST", "/tickets", raw, **headers)

    assert response.status_code == status, response.content
    assert word in told(response).get("detail", "")


def test_a_body_is_no_larger_for_being_compressed(caller: Caller) -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    assert_problem(caller.call("POST", "/tickets", bomb, content_encoding="gzip"), 413, "too-large")


def test_the_same_message_by_its_id_is_one_ticket(caller: Caller) -> None:
    message = {"body": "Where is my order?", "external_id": "m1"}
    first = told(caller.post("/tickets", {"message": message}))

    again = caller.post("/tickets", {"message": message})
    with_id = caller.post("/tickets", {"message": message, "external_id": "x"})
    batch = told(caller.post("/tickets/batch", {"tickets": [{"message": message}, {"message": message}]}))

    assert (again.status_code, told(again)["reference"]) == (200, first["reference"])
    assert told(with_id)["reference"] == first["reference"]
    assert told(with_id)["warnings"] == [
        "external_id differs from what was stored at first, and was not changed."
    ]
    assert [one["status"] for one in batch["results"]] == [200, 200]
    assert Ticket.objects.count() == 1


def test_the_same_message_twice_in_a_batch_is_one_ticket(caller: Caller) -> None:
    item = BODY | {"message": {"body": "hi", "external_id": "m1"}}

    results = told(caller.post("/tickets/batch", {"tickets": [item, item]}))["results"]

    assert [one["status"] for one in results] == [201, 200]
    assert results[0]["ticket"]["reference"] == results[1]["ticket"]["reference"]


def test_tickets_with_ids_of_their_own_may_each_number_their_messages(caller: Caller) -> None:
    for number in ("a", "b"):
        body = {"external_id": number, "message": {"body": "hi", "external_id": "1"}}
        assert caller.post("/tickets", body).status_code == 201


def test_a_message_said_later_is_known_when_it_comes_as_a_ticket(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", BODY))
    caller.post(f"/tickets/{ticket['reference']}/messages", {"body": "Any news?", "external_id": "m2"})

    again = caller.post("/tickets", {"message": {"body": "Any news?", "external_id": "m2"}})

    assert (again.status_code, told(again)["reference"]) == (200, ticket["reference"])


def test_who_may_not_read_learns_of_a_ticket_only_that_it_is_there(caller: Caller, callers: Callers) -> None:
    whole = BODY | {"external_id": "x", "customer": {"email": "jon@example.com", "name": "Jon"}}
    first = told(caller.post("/tickets", whole))
    writer = callers(scopes=["write"])

    again = told(writer.post("/tickets", {"external_id": "x", "message": {"body": "?"}}))
    new = told(writer.post("/tickets", BODY | {"customer": {"email": "jon@example.com"}}))
    batch = told(writer.post("/tickets/batch", {"tickets": [whole]}))

    assert (again["reference"], again["status"]) == (first["reference"], "new")
    assert [warning.split()[0] for warning in again["warnings"]] == ["message.body"]
    for answer in (again, new, batch["results"][0]["ticket"]):
        assert set(answer) == {"reference", "status", "warnings"}
