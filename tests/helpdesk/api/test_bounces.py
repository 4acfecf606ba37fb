"""Whoever sends replies elsewhere says which of them came back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import EventKind, Message, Scope, Ticket, TicketEvent
from helpdesk.tickets import merging
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now() - timedelta(hours=2))


@pytest.fixture
def reply(make: Make, ticket: Ticket) -> Message:
    now = database_now() - timedelta(hours=1)
    with transaction.atomic():
        return replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Tomorrow.", now=now, external_id="m-1"
        )


@pytest.fixture
def path(ticket: Ticket) -> str:
    return f"/tickets/{ticket.reference}/bounce"


def bounces() -> list[TicketEvent]:
    return list(TicketEvent.objects.filter(kind=EventKind.REPLY_BOUNCED))


@pytest.mark.parametrize("by", ["message", "external_id"])
def test_a_reply_is_told_to_have_bounced_by_either_id(
    caller: Caller, path: str, ticket: Ticket, reply: Message, by: str
) -> None:
    which = {"message": str(reply.pk), "external_id": "m-1"}[by]

    response = caller.put(path, {by: which, "reason": "550 5.1.1 no\nsuch user"})

    said = told(response)["message"]
    assert response.status_code == 200
    assert said["bounce_reason"] == "550 5.1.1 no such user"
    assert said["bounced_at"] is not None
    [event] = bounces()
    assert (event.message_id, event.payload["reply_seq"]) == (reply.pk, 2)
    ticket.refresh_from_db()
    assert ticket.waiting_since == ticket.occurred_at


def test_the_response_clock_runs_again_from_its_old_start(
    caller: Caller, path: str, ticket: Ticket, reply: Message
) -> None:
    answer = told(caller.put(path, {"message": str(reply.pk)}))

    [clock] = [each for each in answer["ticket"]["clocks"] if each["metric"] == "first_response"]
    assert clock["stopped_at"] is None


def test_saying_it_twice_changes_nothing(caller: Caller, path: str, reply: Message) -> None:
    first = told(caller.put(path, {"message": str(reply.pk), "reason": "550 gone"}))

    again = told(caller.put(path, {"external_id": "m-1", "reason": "another"}))

    assert again["message"] == first["message"]
    assert len(bounces()) == 1


def test_a_bounce_has_its_own_time_however_old(caller: Caller, path: str, reply: Message) -> None:
    before_it_was_sent = reply.sent_at - timedelta(days=3)

    answer = told(caller.put(path, {"message": str(reply.pk), "occurred_at": before_it_was_sent}))

    reply.refresh_from_db()
    assert reply.bounced_at == reply.sent_at
    assert answer["ticket"]["warnings"] == []


def test_a_reply_on_a_merged_ticket_is_found_where_it_was_said(
    caller: Caller, path: str, make: Make, ticket: Ticket
) -> None:
    survivor = make.ticket(now=ticket.occurred_at)
    with transaction.atomic():
        merging.merge(ticket=ticket, into=survivor, by=make.agent(), now=database_now())
        said = replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Here.", now=database_now(), external_id="m-2"
        )

    answer = told(caller.put(path, {"external_id": "m-2"}))

    assert (answer["message"]["id"], answer["ticket"]["reference"]) == (str(said.pk), survivor.reference)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "contradiction"),
        ({"message": "1", "external_id": "m-1"}, "contradiction"),
        ({"external_id": "m-3"}, "unknown-message"),
        ({"message": "999999999"}, "unknown-message"),
        ({"message": "1 OR 1"}, "misfit"),
        ({"external_id": "asked"}, "not-a-reply"),
    ],
)
def test_what_is_no_reply_of_this_ticket_cannot_bounce(
    caller: Caller, path: str, reply: Message, ticket: Ticket, body: dict[str, Any], code: str
) -> None:
    Message.objects.filter(ticket=ticket, author="customer").update(external_id="asked")

    assert_problem(caller.put(path, body), 422, code)
    assert bounces() == []


def test_another_tickets_reply_is_not_there(caller: Caller, make: Make, reply: Message) -> None:
    other = make.ticket()

    response = caller.put(f"/tickets/{other.reference}/bounce", {"message": str(reply.pk)})

    assert_problem(response, 422, "unknown-message")


def test_outsiders_and_keys_that_may_not_act_take_nothing_back(
    callers: Callers, path: str, reply: Message
) -> None:
    body = {"message": str(reply.pk)}

    assert_problem(callers.outsider().put(path, body), 404, "not-found")
    assert_problem(callers(scopes=[Scope.READ, Scope.WRITE]).put(path, body), 403, "scope-missing")
    assert bounces() == []
