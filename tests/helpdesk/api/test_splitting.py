"""Messages that are about something else, split off by the API as on the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

pytestmark = pytest.mark.django_db

OWNER = "owner@example.com"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


@pytest.fixture
def second(ticket: Ticket) -> Message:
    with transaction.atomic():
        return replies.receive_customer_message(
            ticket=ticket, body="The lamp flickers, too.", now=database_now()
        )


def split(caller: Caller, ticket: Ticket, *messages: Message, agent: str = OWNER, **more: Any) -> Any:
    headers = more.pop("headers", {})
    body = {"messages": [str(one.pk) for one in messages], "agent": agent, **more}
    return caller.post(f"/tickets/{ticket.reference}/split", body, **headers)


def said_on(caller: Caller, reference: str) -> list[str]:
    return [one["body"] for one in told(caller.get(f"/tickets/{reference}/messages"))["data"]]


def test_the_answer_is_the_new_ticket_and_its_subject_what_the_message_says(
    caller: Caller, ticket: Ticket, second: Message
) -> None:
    answer = split(caller, ticket, second)

    other = told(answer)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/tickets/{other['reference']}"
    assert (other["subject"], other["split_from"]) == ("The lamp flickers, too.", ticket.reference)
    assert other["customer"]["email"] == ticket.customer.email
    assert said_on(caller, other["reference"]) == ["The lamp flickers, too."]
    assert len(said_on(caller, ticket.reference)) == 1
    assert answer.headers["ETag"] == caller.get(f"/tickets/{other['reference']}").headers["ETag"]


def test_it_may_be_somebody_else_s_and_about_what_is_said(
    caller: Caller, ticket: Ticket, second: Message
) -> None:
    other = told(split(caller, ticket, second, customer={"email": "li@example.com"}, subject="The lamp"))

    assert (other["customer"]["email"], other["subject"]) == ("li@example.com", "The lamp")


def test_the_agent_takes_it_back(caller: Caller, ticket: Ticket, second: Message) -> None:
    other = told(split(caller, ticket, second))

    assert caller.put(f"/tickets/{ticket.reference}/undo", {"agent": OWNER}).status_code == 200
    assert said_on(caller, ticket.reference)[1:] == ["The lamp flickers, too."]
    assert told(caller.get(f"/tickets/{other['reference']}"))["status"] == "deleted"


def test_sent_twice_under_a_key_it_is_split_off_once(caller: Caller, ticket: Ticket, second: Message) -> None:
    first = split(caller, ticket, second, headers={"Idempotency_Key": "split-1"})
    again = split(caller, ticket, second, headers={"Idempotency_Key": "split-1"})

    assert told(first) == told(again)
    assert Ticket.objects.count() == 2


def test_what_opened_the_ticket_stays_and_what_is_elsewhere_is_said(
    caller: Caller, make: Make, ticket: Ticket, second: Message
) -> None:
    opening = ticket.messages.earliest("pk")
    elsewhere = make.ticket(now=database_now()).messages.get()

    assert_problem(split(caller, ticket, opening), 422, "opening-stays", "/messages")
    assert_problem(split(caller, ticket, second, elsewhere), 409, "message-elsewhere")
    assert_problem(split(caller, ticket), 422, "misfit", "/messages")
    assert_problem(split(caller, ticket, second, customer={"email": "jörg@home.example"}), 422, "no-address")
    assert Ticket.objects.count() == 2


def test_a_note_is_not_there_for_a_key_that_may_not_read_notes(
    callers: Callers, make: Make, ticket: Ticket
) -> None:
    with transaction.atomic():
        note = replies.add_note(ticket=ticket, author=make.agent(), body="Mad again.", now=database_now())

    blind = callers(scopes=["read", "write", "act"])

    assert_problem(split(blind, ticket, note), 409, "message-elsewhere")


def test_a_version_that_is_old_splits_nothing(caller: Caller, ticket: Ticket, second: Message) -> None:
    assert_problem(split(caller, ticket, second, headers={"If_Match": '"1"'}), 412, "stale-version")
    assert split(caller, ticket, second, headers={"If_Match": '"2"'}).status_code == 201


def test_only_who_works_in_the_queue_and_a_key_that_may_act(
    callers: Callers, make: Make, ticket: Ticket, second: Message
) -> None:
    make.agent("outsider", queue=make.queue("Elsewhere"))
    outsider = "outsider@example.com"

    assert_problem(split(callers(), ticket, second, agent=outsider), 422, "not-a-member", "/agent")
    assert_problem(split(callers(scopes=["read", "write"]), ticket, second), 403, "scope-missing")
    assert_problem(split(callers.outsider(), ticket, second), 404, "not-found")
