"""A conversation that an agent begins by the API: copies and files go along, and none begins where nothing leaves."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.models import Mailbox, MailboxMode, MailedReply, Ticket
from tests.helpdesk.api.conftest import Answer, Caller, assert_problem, told
from tests.make import Make

pytestmark = pytest.mark.django_db

BY_AGENT = {"agent": "owner@example.com"}


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    return make.mailbox()


def new(body: str = "Your order is late.", **message: Any) -> dict[str, Any]:
    said = {"body": body, **message}
    return {"customer": {"email": "dana@home.example"}, "message": said, "author": BY_AGENT}


def begin(caller: Caller, **message: Any) -> Answer:
    return caller.post("/tickets", new(**message))


def messages(caller: Caller, ticket: Answer) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = told(caller.get(f"/tickets/{told(ticket)['reference']}/messages"))["data"]
    return said


def test_copies_and_files_go_along(caller: Caller, mailbox: Mailbox) -> None:
    raw = {"content_type": "text/plain"}
    file = told(caller.post("/attachments?name=plan.txt", b"On Monday.", **raw))["id"]

    answer = begin(
        caller, cc=["ann@office.example", "help@shop.example", "Dana@home.example"], attachments=[file]
    )

    assert told(answer)["warnings"] == ["/message/cc/1 is an address of ours, and was left out."]
    [first] = messages(caller, answer)
    delivery = first["delivery"]
    assert [(each["line"], each["email"]) for each in delivery["recipients"]] == [
        ("to", "dana@home.example"),
        ("cc", "ann@office.example"),
    ]
    assert [each["name"] for each in first["attachments"]] == ["plan.txt"]


def test_in_a_batch_the_agents_and_ways_of_a_store_are_asked_for_once(
    caller: Caller, make: Make, django_assert_max_num_queries: Any
) -> None:
    make.agent()

    def send(many: int, name: str) -> None:
        tickets = [new() | {"external_id": f"{name}{number}"} for number in range(many)]
        results = told(caller.post("/tickets/batch", {"tickets": tickets}))["results"]
        assert [each["status"] for each in results] == [201] * many

    with django_assert_max_num_queries(60) as few:
        send(2, "a")
    with django_assert_max_num_queries(len(few)):
        send(40, "b")


def test_a_repeat_says_where_its_copies_differ(caller: Caller, mailbox: Mailbox) -> None:
    differs = "message.cc differs from what was stored at first, and was not changed."

    def warned(*cc: str) -> list[str]:
        warnings: list[str] = told(caller.post("/tickets", new(cc=cc) | {"external_id": "7"}))["warnings"]
        return warnings

    assert (warned("ann@office.example"), warned("ANN@office.example"), warned()) == ([], [], [])
    assert warned("eve@example.net") == [differs]


def test_a_reply_to_it_goes_to_the_same_people(caller: Caller, mailbox: Mailbox) -> None:
    answer = begin(caller, cc=["ann@office.example"])

    more = {"body": "It has left.", "author": {"kind": "agent", **BY_AGENT}}
    reply = told(caller.post(f"/tickets/{told(answer)['reference']}/messages", more))["message"]
    assert [each["email"] for each in reply["delivery"]["recipients"]] == [
        "dana@home.example",
        "ann@office.example",
    ]


@pytest.mark.parametrize(
    ("message", "code", "pointer"),
    [
        ({"cc": ["jörg@home.example"]}, "no-address", "/message/cc/0"),
        ({"cc": ["bob"]}, "misfit", "/message/cc/0"),
        ({"cc": [f"c{number}@x.example" for number in range(20)]}, "misfit", "/message/cc"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_begins(
    caller: Caller, mailbox: Mailbox, message: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(begin(caller, **message), 422, code, pointer)

    assert not Ticket.objects.exists()


def test_nineteen_get_a_copy(caller: Caller, mailbox: Mailbox) -> None:
    answer = begin(caller, cc=[f"c{number}@x.example" for number in range(19)])

    assert len(messages(caller, answer)[0]["delivery"]["recipients"]) == 20


@pytest.mark.parametrize(
    "changed", [{"author": None}, {"author": BY_AGENT | {"public": False}}, {"imported": True}]
)
def test_only_what_an_agent_writes_to_the_customer_has_copies(
    caller: Caller, mailbox: Mailbox, changed: dict[str, Any]
) -> None:
    answer = caller.post("/tickets", new(cc=["ann@office.example"]) | changed)

    assert_problem(answer, 422, "contradiction", "/message/cc")


@pytest.mark.parametrize("lacking", ["mailbox", "address"])
def test_copies_of_what_leaves_by_no_mail_are_refused(caller: Caller, make: Make, lacking: str) -> None:
    if lacking == "address":
        make.mailbox()
    customer = {"external_id": "c_7"} if lacking == "address" else {"email": "dana@home.example"}

    answer = caller.post("/tickets", new(cc=["ann@office.example"]) | {"customer": customer})

    assert_problem(answer, 422, "nothing-leaves-by-mail", "/message/cc")
    assert not Ticket.objects.exists()


def test_in_a_batch_a_ticket_with_copies_is_refused_alone(caller: Caller, mailbox: Mailbox) -> None:
    batch = {"tickets": [new(), new(cc=["ann@office.example"])]}

    fine, refused = told(caller.post("/tickets/batch", batch))["results"]

    assert fine["status"] == 201
    assert (refused["status"], refused["problem"]["code"]) == (422, "copies-in-a-batch")
    assert [fault["pointer"] for fault in refused["problem"]["errors"]] == ["/tickets/1/message/cc"]


def test_none_begins_in_a_store_whose_mailboxes_are_only_watched(
    caller: Caller, mailbox: Mailbox, make: Make
) -> None:
    Mailbox.objects.update(mode=MailboxMode.WATCH)

    assert_problem(begin(caller), 422, "only-watched", "/author")
    asked, past = new() | {"author": BY_AGENT | {"public": False}}, new() | {"imported": True}
    refused, *taken = told(caller.post("/tickets/batch", {"tickets": [new(), asked, past]}))["results"]
    assert (refused["problem"]["code"], [each["status"] for each in taken]) == ("only-watched", [201, 201])
    assert refused["problem"]["errors"][0]["pointer"] == "/tickets/0/author"

    make.mailbox("answers@shop.example")
    assert begin(caller).status_code == 201
    assert MailedReply.objects.count() == 1


def test_where_there_is_no_mailbox_at_all_the_shop_sends_it(caller: Caller) -> None:
    assert messages(caller, begin(caller))[0]["delivery"] is None
