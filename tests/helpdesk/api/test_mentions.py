"""A note that was sent by the API mentions colleagues exactly as one that was written on the page."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.models import Mention, Ticket
from tests.helpdesk.api.conftest import Caller, assert_problem, told
from tests.make import Make

pytestmark = pytest.mark.django_db

OWNER = "owner@example.com"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.agent("colleague")
    return make.ticket()


def note(caller: Caller, ticket: Ticket, body: str, kind: str = "agent", **more: Any) -> Any:
    author = {"kind": kind, "agent": OWNER} if kind == "agent" else {"kind": kind, "name": "Robo"}
    said = {"author": author, "public": False, "body": body, **more}
    return caller.post(f"/tickets/{ticket.reference}/messages", said)


def mentioned() -> list[str]:
    return sorted(Mention.objects.values_list("agent__email", flat=True))


def test_the_colleague_hears_of_it_once(caller: Caller, ticket: Ticket) -> None:
    said = note(caller, ticket, "@colleague@example.com, have a look.", external_id="n-1")
    again = note(caller, ticket, "@colleague@example.com, have a look.", external_id="n-1")

    assert (said.status_code, again.status_code) == (201, 200)
    assert mentioned() == ["colleague@example.com"]


def test_whom_nobody_may_be_is_refused_and_the_note_is_not_added(caller: Caller, ticket: Ticket) -> None:
    assert_problem(note(caller, ticket, "@nobody@example.com"), 422, "nobody-of-address", "/body")

    assert ticket.messages.count() == 1


def test_what_was_told_once_is_known_again_though_who_is_mentioned_has_left(
    caller: Caller, make: Make, ticket: Ticket
) -> None:
    note(caller, ticket, "@colleague@example.com", external_id="n-1")
    make.agent("colleague").memberships.all().delete()

    assert note(caller, ticket, "@colleague@example.com", external_id="n-1").status_code == 200


@pytest.mark.parametrize("more", [{"kind": "bot"}, {"imported": True}])
def test_a_machine_and_a_note_of_the_past_mention_nobody(
    caller: Caller, ticket: Ticket, more: dict[str, Any]
) -> None:
    assert note(caller, ticket, "@colleague@example.com", **more).status_code == 201

    assert mentioned() == []


def test_the_page_and_the_api_say_the_same_of_a_public_message(caller: Caller, ticket: Ticket) -> None:
    author = {"kind": "agent", "agent": OWNER}
    said = {"author": author, "body": "Ask @colleague@example.com."}

    assert told(caller.post(f"/tickets/{ticket.reference}/messages", said))["message"]["public"] is True
    assert mentioned() == []
