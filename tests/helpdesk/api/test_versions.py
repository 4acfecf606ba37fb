"""A client says which version of a ticket it knows; where something has happened since, nothing is changed."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from tests.helpdesk.api.conftest import Answer, Caller, assert_problem, told
from tests.make import Make

OWNER = "owner@example.com"
REPLY = {"author": {"kind": "agent", "agent": OWNER}, "body": "Here it is.", "then": "wait"}


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.agent("owner")
    return make.ticket(now=database_now())


def path_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.reference}"


def test_what_the_customer_wrote_meanwhile_stops_a_reply_and_is_told(caller: Caller, ticket: Ticket) -> None:
    known = caller.get(path_of(ticket)).headers["ETag"]
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And?", now=database_now())
    refused = caller.post(f"{path_of(ticket)}/messages", REPLY, If_Match=known)

    assert_problem(refused, 412, "stale-version")
    now = caller.get(path_of(ticket)).headers["ETag"]
    assert told(refused)["ticket"] == {"reference": ticket.reference, "status": "new", "etag": now}
    assert refused.headers["ETag"] == now != known
    assert ticket.messages.count() == 2

    sent = caller.post(f"{path_of(ticket)}/messages", REPLY, If_Match=now)
    assert (sent.status_code, told(sent)["ticket"]["status"]) == (201, "pending")
    assert sent.headers["ETag"] == caller.get(path_of(ticket)).headers["ETag"]


def test_a_change_is_refused_alike_and_its_answer_says_the_version_of_now(
    caller: Caller, ticket: Ticket
) -> None:
    known = caller.get(path_of(ticket)).headers["ETag"]
    first = caller.put(f"{path_of(ticket)}/priority", {"priority": "urgent"}, If_Match=known)
    assert first.status_code == 200

    refused = caller.put(f"{path_of(ticket)}/status", {"status": "resolved"}, If_Match=known)
    assert_problem(refused, 412, "stale-version")
    again = caller.put(f"{path_of(ticket)}/status", {"status": "resolved"}, If_Match=first.headers["ETag"])
    assert told(again)["status"] == "resolved"


@pytest.mark.parametrize("tags", ["*", '"0", "1"', 'W/"1"'])
def test_any_of_several_versions_will_do(caller: Caller, ticket: Ticket, tags: str) -> None:
    assert caller.put(f"{path_of(ticket)}/priority", {"priority": "low"}, If_Match=tags).status_code == 200


def test_without_it_nothing_is_compared(caller: Caller, ticket: Ticket) -> None:
    assert caller.put(f"{path_of(ticket)}/priority", {"priority": "low"}).status_code == 200


def test_what_is_repeated_under_its_key_is_answered_as_before(caller: Caller, ticket: Ticket) -> None:
    asked = {"If_Match": '"1"', "Idempotency_Key": "one"}
    first = caller.post(f"{path_of(ticket)}/messages", REPLY, **asked)
    again = caller.post(f"{path_of(ticket)}/messages", REPLY, **asked)

    assert (first.status_code, again.status_code) == (201, 201)
    assert ticket.messages.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_with_one_version_one_is_heard(caller: Caller, ticket: Ticket) -> None:
    answers: list[Answer] = []
    together = Barrier(2)

    def send() -> None:
        together.wait()
        answers.append(caller.post(f"{path_of(ticket)}/messages", REPLY, If_Match='"1"'))
        connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert ticket.messages.filter(author="agent").count() == 1
