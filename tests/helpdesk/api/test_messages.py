"""Saying something on a ticket, and reading what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import EventKind, Message, Ticket, TicketEvent
from helpdesk.tickets import merging, ticket_status
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import NOW, Make

AGENT = {"kind": "agent", "agent": "owner@example.com"}


@pytest.fixture
def path(make: Make) -> str:
    make.agent()
    return f"/tickets/{make.ticket().reference}/messages"


def kinds() -> list[str]:
    return list(TicketEvent.objects.order_by("seq").values_list("kind", flat=True))


def test_the_customer_speaks_unless_told_otherwise(caller: Caller, path: str) -> None:
    response = caller.post(path, {"body": "Any news?"})

    message = told(response)["message"]
    assert response.status_code == 201
    assert message["author"] == {"kind": "customer", "agent": None, "name": ""}
    assert (message["public"], message["automatic"], message["body"]) == (True, False, "Any news?")
    assert kinds() == [EventKind.OPENED, EventKind.CUSTOMER_MESSAGE_RECEIVED]


def test_an_agent_answers_and_the_ticket_stands_as_they_wish(caller: Caller, path: str) -> None:
    answer = told(caller.post(path, {"body": "Tomorrow.", "author": AGENT, "then": "resolve"}))

    assert answer["message"]["author"]["agent"] == "owner@example.com"
    assert answer["ticket"]["status"] == "resolved"


@pytest.mark.parametrize(
    ("said", "kind", "public"),
    [
        ({"author": AGENT}, "public_reply_sent", True),
        ({"author": AGENT, "public": False}, "note_added", False),
        ({"author": {"kind": "bot"}}, "public_reply_sent", True),
        ({"author": {"kind": "system"}}, "public_reply_sent", True),
        ({"author": {"kind": "bot"}, "public": False}, "note_added", False),
    ],
)
def test_the_staffs_side_speaks(
    caller: Caller, path: str, said: dict[str, Any], kind: str, public: bool
) -> None:
    answer = told(caller.post(path, {"body": "Hello"} | said))

    assert answer["message"]["public"] is public
    assert answer["message"]["author"]["kind"] == said["author"]["kind"]
    assert kind in kinds()


def test_an_answer_that_only_holds_off_says_so(caller: Caller, path: str) -> None:
    said = {"body": "We have it.", "author": AGENT, "holding": True, "external_id": "h1"}
    answer = told(caller.post(path, said))

    assert answer["message"]["holding"] is True
    assert TicketEvent.objects.get(kind="public_reply_sent").payload["holding"] is True
    again = told(caller.post(path, said | {"holding": False}))
    assert any(warning.startswith("holding differs") for warning in again["ticket"]["warnings"])


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"author": {"kind": "system"}},
        {"author": AGENT, "public": False},
        {"author": AGENT, "automatic": True},
    ],
)
def test_what_is_no_public_answer_holds_nobody_off(caller: Caller, path: str, said: dict[str, Any]) -> None:
    refused = caller.post(path, {"body": "We have it.", "holding": True} | said)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/holding"


@pytest.mark.parametrize("author", [AGENT, {"kind": "bot"}, {"kind": "system"}])
def test_what_is_sent_automatically_answers_nothing_in_whoevers_name(
    caller: Caller, path: str, author: dict[str, str]
) -> None:
    said = {"body": "away", "automatic": True, "author": author, "external_id": "a1"}
    answer = told(caller.post(path, said))

    assert (answer["message"]["automatic"], answer["ticket"]["status"]) == (True, "new")
    assert {clock["state"] for clock in answer["ticket"]["clocks"]} == {"running"}
    assert caller.post(path, said).status_code == 200


def test_a_call_is_an_answer_and_says_that_it_was_one(caller: Caller, path: str) -> None:
    said = {"body": "Called, solved.", "author": AGENT, "way": "phone", "then": "resolve"}
    answer = told(caller.post(path, said))

    assert (answer["message"]["way"], answer["message"]["public"]) == ("phone", False)
    first = told(caller.get(path))["data"][0]
    assert first["way"] is None
    assert answer["ticket"]["status"] == "resolved"
    states = {clock["metric"]: clock["state"] for clock in answer["ticket"]["clocks"]}
    assert states == {"acknowledgement": "met", "first_response": "met", "resolution": "met"}


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"way": "phone"}, "way-is-an-agents", "/way"),
        ({"author": {"kind": "bot"}, "way": "chat"}, "way-is-an-agents", "/way"),
        ({"author": {"kind": "agent"}, "way": "chat"}, "agent-missing", "/author/agent"),
        ({"author": AGENT, "automatic": True, "then": "resolve"}, "automatic-decides-nothing", "/then"),
        ({"author": {"kind": "agent"}}, "agent-missing", "/author/agent"),
        ({"author": {"kind": "agent", "agent": "outsider@example.com"}}, "not-a-member", "/author/agent"),
        ({"author": {"kind": "agent", "agent": "nobody@example.com"}}, "not-a-member", "/author/agent"),
        ({"public": False}, "customer-is-public", "/public"),
        ({"sent_at": "2999-01-01T00:00:00Z"}, "in-the-future", "/sent_at"),
        ({"body": ""}, "misfit", "/body"),
    ],
)
def test_nonsense_is_refused(
    caller: Caller, make: Make, path: str, said: dict[str, Any], code: str, pointer: str
) -> None:
    make.agent("outsider")

    assert_problem(caller.post(path, {"body": "Hello"} | said), 422, code, pointer)
    assert Message.objects.count() == 1


def test_somebody_elsewhere_and_nobody_are_refused_alike(caller: Caller, make: Make, path: str) -> None:
    make.agent("outsider")
    refusals = [
        told(caller.post(path, {"body": "Hi", "author": {"kind": "agent", "agent": email}}))
        for email in ("outsider@example.com", "nobody@example.com")
    ]

    assert refusals[0] == refusals[1]


def test_the_same_external_id_again_changes_nothing(caller: Caller, path: str) -> None:
    first = caller.post(path, {"body": "Any news?", "external_id": "m1"})
    again = caller.post(path, {"body": "Any news at all?", "external_id": "m1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert told(again)["message"] == told(first)["message"]


@pytest.mark.parametrize(
    ("says", "fields"),
    [
        ({}, []),
        ({"body": "Any news at all?"}, ["body"]),
        ({"author": {"kind": "bot"}}, ["author"]),
        ({"author": AGENT, "public": False}, ["author", "public"]),
        ({"automatic": True, "sent_at": "2026-01-01T00:00:00Z"}, ["automatic", "sent_at"]),
    ],
)
def test_what_differs_in_a_message_that_comes_again_is_named(
    caller: Caller, path: str, says: dict[str, Any], fields: list[str]
) -> None:
    first = {"body": "Any news?", "external_id": "m1"}
    caller.post(path, first)

    warnings = told(caller.post(path, first | says))["ticket"]["warnings"]

    assert [warning.split()[0] for warning in warnings] == fields


@pytest.mark.parametrize(
    "author", [{"kind": "system"}, {"kind": "bot"}, AGENT, {"kind": "customer"}], ids=lambda who: who["kind"]
)
def test_whoever_speaks_is_heard_once_under_an_external_id(
    caller: Caller, path: str, author: dict[str, str]
) -> None:
    said = {"body": "Hello", "author": author, "external_id": "m1"}

    answers = [caller.post(path, said) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert Message.objects.filter(external_id="m1").count() == 1


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"author": {"kind": "agent"}, "public": False}, "agent-missing", "/author/agent"),
        ({"author": {"kind": "bot", "agent": "owner@example.com"}}, "contradiction", "/author/agent"),
        ({"author": {"kind": "customer", "agent": "owner@example.com"}}, "contradiction", "/author/agent"),
        ({"then": "resolve"}, "contradiction", "/then"),
        ({"author": AGENT, "public": False, "then": "wait"}, "contradiction", "/then"),
    ],
)
def test_what_cannot_be_so_together_is_refused_by_name(
    caller: Caller, path: str, said: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(caller.post(path, {"body": "Hello"} | said), 422, code, pointer)
    assert Message.objects.count() == 1


def test_a_note_of_the_systems_own_is_the_systems(caller: Caller, path: str) -> None:
    answer = told(caller.post(path, {"body": "Paid.", "author": {"kind": "system"}, "public": False}))

    assert answer["message"]["author"]["kind"] == "system"


def test_a_reply_dated_a_little_ahead_is_taken_as_now_and_told(caller: Caller, path: str) -> None:
    ahead = (database_now() + timedelta(hours=23)).isoformat()

    answer = told(caller.post(path, {"body": "Sent.", "author": AGENT, "sent_at": ahead}))

    assert answer["message"]["sent_at"] == answer["message"]["received_at"]
    assert [warning.split()[0] for warning in answer["ticket"]["warnings"]] == ["/sent_at"]


def test_a_message_that_is_too_long_is_cut_marked_and_kept(caller: Caller, path: str) -> None:
    answer = told(caller.post(path, {"body": "x" * 104_000}))

    message = answer["message"]
    assert (len(message["body"]), message["body"][-1]) == (100_000, "…")
    assert message["rest"] == "/body: …" + "x" * 4_001
    assert [warning.split()[0] for warning in answer["ticket"]["warnings"]] == ["/body"]


def test_what_is_read_can_be_posted_back(caller: Caller, path: str) -> None:
    caller.post(path, {"body": "Noted.", "author": AGENT, "public": False})

    for message in told(caller.get(path))["data"]:
        response = caller.post(path, message)
        assert response.status_code == 201, response.content


def test_who_may_not_read_learns_nothing_of_what_is_there(
    caller: Caller, callers: Callers, path: str
) -> None:
    caller.post(path, {"body": "My card is 4111", "external_id": "m1"})
    writer = callers(scopes=["write"])

    answer = told(writer.post(path, {"body": "Is it?", "external_id": "m1"}))

    assert set(answer["message"]) == {"id", "external_id"}
    assert set(answer["ticket"]) == {"reference", "status", "warnings"}
    assert [warning.split()[0] for warning in answer["ticket"]["warnings"]] == ["body"]


def test_who_may_not_read_notes_is_not_told_one_by_its_id(
    caller: Caller, callers: Callers, path: str
) -> None:
    caller.post(path, {"body": "Between us", "author": AGENT, "public": False, "external_id": "m1"})
    other = callers(scopes=["read", "write"])

    assert set(told(other.post(path, {"body": "?", "external_id": "m1"}))["message"]) == {"id", "external_id"}


def test_speaking_for_the_staff_needs_the_scope_act(callers: Callers, path: str) -> None:
    writer = callers(scopes=["write"])

    assert_problem(writer.post(path, {"body": "Hi", "author": AGENT}), 403, "scope-missing")
    assert writer.post(path, {"body": "Hi"}).status_code == 201


def test_notes_are_for_keys_that_may_read_them(caller: Caller, callers: Callers, path: str) -> None:
    caller.post(path, {"body": "Between us", "author": AGENT, "public": False})
    reader = callers(scopes=["read"])

    assert [one["public"] for one in told(reader.get(path))["data"]] == [True]
    assert [one["public"] for one in told(caller.get(path))["data"]] == [True, False]


def test_messages_come_oldest_first_and_in_pages(caller: Caller, path: str) -> None:
    for number in range(4):
        caller.post(path, {"body": f"{number}"})

    first = told(caller.get(f"{path}?limit=3"))
    rest = told(caller.get(f"{path}?limit=3&cursor={first['next_cursor']}"))

    assert [one["body"] for one in first["data"][1:] + rest["data"]] == ["0", "1", "2", "3"]
    assert rest["next_cursor"] is None


def test_what_the_customer_of_a_closed_ticket_writes_opens_another(caller: Caller, path: str) -> None:
    caller.put(path.replace("messages", "status"), {"status": "closed", "by": "customer"})

    first = caller.post(path, {"body": "Wait!", "external_id": "m1"})
    again = caller.post(path, {"body": "Wait!", "external_id": "m1"})

    ended, reference = path.split("/")[2], told(first)["ticket"]["reference"]
    assert (first.status_code, again.status_code) == (201, 200)
    assert (told(first)["ticket"]["status"], reference != ended) == ("new", True)
    assert told(again)["ticket"]["reference"] == reference
    assert told(first)["ticket"]["warnings"] == [f"{ended} is closed: this stands on {reference}."]


def test_a_message_for_a_merged_ticket_goes_to_the_last_of_its_chain(
    caller: Caller, make: Make, path: str
) -> None:
    ticket, middle, last = Ticket.objects.get(), make.ticket(), make.ticket()
    caller.post(path, {"body": "Hello?", "external_id": "m1"})
    with transaction.atomic():
        merging.merge(ticket=ticket, into=middle, by=None, now=NOW)
        merging.merge(ticket=middle, into=last, by=None, now=NOW)

    answer = told(caller.post(path, {"body": "are you there?"}))
    known = caller.post(path, {"body": "Hello?", "external_id": "m1"})

    assert answer["ticket"]["reference"] == last.reference
    assert last.reference in answer["ticket"]["warnings"][0]
    assert Message.objects.get(body="are you there?").ticket == last
    assert (known.status_code, Message.objects.filter(external_id="m1").count()) == (200, 1)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (partial(ticket_status.close, by=None), "ticket-closed"),
        (partial(ticket_status.mark_spam, by=None), "ticket-spam"),
        (partial(ticket_status.delete, by=None), "ticket-deleted"),
    ],
)
def test_each_way_of_having_ended_has_a_code_of_its_own(
    caller: Caller, path: str, end: Callable[..., bool], code: str
) -> None:
    with transaction.atomic():
        end(ticket=Ticket.objects.get(), now=NOW)

    assert_problem(caller.post(path, {"body": "Tomorrow.", "author": AGENT}), 422, code)
    assert_problem(caller.put(path.replace("messages", "priority"), {"priority": "low"}), 422, code)
    assert told(caller.post(path, {"body": "Still here"}))["ticket"]["status"] == "new"


def test_what_has_been_merged_says_into_what(caller: Caller, make: Make, path: str) -> None:
    into = make.ticket()
    with transaction.atomic():
        merging.merge(ticket=Ticket.objects.exclude(pk=into.pk).get(), into=into, by=None, now=NOW)

    refused = caller.put(path.replace("messages", "priority"), {"priority": "low"})

    assert_problem(refused, 422, "ticket-merged")
    assert told(refused)["detail"] == f"This ticket has been merged into {into.reference}."


def test_other_keys_hear_and_say_nothing(callers: Callers, path: str) -> None:
    outsider, nobody = callers.outsider(), callers.nobody()
    reader = callers(scopes=["read"])

    assert_problem(outsider.get(path), 404, "not-found")
    assert_problem(outsider.post(path, {"body": "Hi"}), 404, "not-found")
    assert_problem(nobody.get(path), 401, "no-key")
    assert_problem(nobody.post(path, {"body": "Hi"}), 401, "no-key")
    assert_problem(reader.post(path, {"body": "Hi"}), 403, "scope-missing")
    assert Message.objects.count() == 1
