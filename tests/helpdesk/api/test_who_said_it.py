"""What is told of the past, and what comes again: by whom it was said, and what differs."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.models import Agent
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make

AGENT = {"kind": "agent", "agent": "owner@example.com"}
LEFT = "left@example.com"


@pytest.fixture
def path(make: Make) -> str:
    make.agent()
    return f"/tickets/{make.ticket().reference}/messages"


@pytest.mark.parametrize("public", [True, False])
def test_history_is_told_of_somebody_who_has_left(
    caller: Caller, make: Make, path: str, public: bool
) -> None:
    agent = make.agent("left")
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    said = {"body": "Sent.", "author": {"kind": "agent", "agent": LEFT}, "public": public, "imported": True}

    response = caller.post(path, said)

    assert response.status_code == 201
    assert told(response)["message"]["author"] == {"kind": "agent", "agent": LEFT, "name": "Left"}


def test_history_tells_of_calls_and_of_first_letters_by_who_has_left(
    caller: Caller, make: Make, path: str
) -> None:
    agent = make.agent("left")
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    for whose, name in ((LEFT, "Left"), ("gone@example.com", "gone@example.com")):
        author = {"agent": whose}
        called = {"body": "Called.", "author": author | {"kind": "agent"}, "way": "phone", "imported": True}
        opened = {"message": {"body": "Your parcel is late."}, "author": author, "imported": True}

        answers = [caller.post(path, called), caller.post("/tickets", opened)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert told(answers[0])["message"]["author"]["name"] == name
        [first] = told(caller.get(f"/tickets/{told(answers[1])['reference']}/messages"))["data"]
        assert (first["author"]["kind"], first["author"]["name"]) == ("agent", name)
    assert "not-a-member" in told(caller.post("/tickets", opened | {"imported": False}))["code"]


@pytest.mark.parametrize(
    "author", [{"agent": "gone@example.com", "name": "Ada Gone"}, {"agent": None, "name": "Ada Gone"}]
)
def test_history_is_told_of_somebody_unknown_and_makes_no_login(
    caller: Caller, path: str, author: dict[str, Any]
) -> None:
    agents = Agent.objects.count()

    response = caller.post(path, {"body": "Sent.", "author": {"kind": "agent"} | author, "imported": True})

    assert response.status_code == 201
    assert told(response)["message"]["author"] == {"kind": "agent", "agent": None, "name": "Ada Gone"}
    assert Agent.objects.count() == agents


def test_another_way_or_another_opener_of_what_comes_again_is_named(
    caller: Caller, make: Make, path: str
) -> None:
    make.agent("colleague")
    called = {"body": "Called.", "author": AGENT, "way": "phone", "external_id": "m-1"}
    opened = {
        "message": {"body": "It is late."},
        "author": {"agent": "owner@example.com"},
        "external_id": "t-1",
    }
    for one, where in ((called, path), (opened, "/tickets")):
        caller.post(where, one)

    again = told(caller.post(path, called | {"way": "chat"}))["ticket"]["warnings"]
    other = told(caller.post("/tickets", opened | {"author": {"agent": "colleague@example.com"}}))["warnings"]

    assert [said.split()[0] for said in (*again, *other)] == ["way", "author"]
    assert told(caller.post("/tickets", opened))["warnings"] == []


def test_all_that_cannot_be_so_together_is_said_at_once(caller: Caller, path: str) -> None:
    said = {"body": "Sent.", "author": {"kind": "customer", "agent": "owner@example.com"}}

    answer = told(caller.post(path, said | {"public": False, "way": "phone", "then": "resolve"}))

    pointers = [fault["pointer"] for fault in answer["errors"]]
    assert (answer["status"], answer["code"]) == (422, "customer-is-public")
    assert pointers == ["/public", "/author/agent", "/way", "/then"]
