"""A store's key reaches the store's queues and who works there: nobody else is named, moved to, or spoken for."""

from __future__ import annotations

import pytest

from helpdesk.models import Environment, Message, Store, Ticket, TicketEvent
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem
from tests.make import Make


@pytest.fixture
def trial(make: Make) -> Store:
    """A test store with a queue of its own, beside the live team's."""
    return make.store("Trial", environment=Environment.TEST, queue=make.queue("Trials"))


@pytest.fixture
def tester(callers: Callers, trial: Store) -> Caller:
    return callers(store=trial)


@pytest.fixture
def path(make: Make, trial: Store) -> str:
    return f"/tickets/{make.ticket(store=trial).reference}"


def as_agent(email: str) -> dict[str, object]:
    return {"body": "Hello from us", "author": {"kind": "agent", "agent": email}}


def test_a_ticket_is_not_moved_into_a_foreign_queue(tester: Caller, make: Make, path: str) -> None:
    make.store()
    refused = tester.put(f"{path}/queue", {"queue": make.queue().name})
    unknown = tester.put(f"{path}/queue", {"queue": "Nowhere at all"})

    assert_problem(refused, 422, "unknown-queue", "/queue")
    assert refused.content == unknown.content
    assert Ticket.objects.get().queue.name == "Trials"


def test_it_is_moved_where_an_admin_has_allowed_it(
    tester: Caller, make: Make, trial: Store, path: str
) -> None:
    trial.other_queues.add(make.queue("Refunds"))

    assert tester.put(f"{path}/queue", {"queue": "Refunds"}).status_code == 200
    assert tester.put(f"{path}/queue", {"queue": "Trials"}).status_code == 200


def test_nobody_is_spoken_for_by_being_an_admin(tester: Caller, make: Make, path: str) -> None:
    boss = make.agent("admin").email
    for name, body in (
        ("messages", as_agent(boss)),
        ("messages", as_agent(boss) | {"public": False}),
    ):
        assert_problem(tester.post(f"{path}/{name}", body), 422, "not-a-member", "/author/agent")
    for name, more in (
        ("acknowledgement", {}),
        ("status", {"status": "resolved"}),
        ("priority", {"priority": "low"}),
        ("queue", {"queue": "Trials"}),
    ):
        assert_problem(tester.put(f"{path}/{name}", more | {"agent": boss}), 422, "not-a-member", "/agent")
    assert_problem(tester.put(f"{path}/assignee", {"assignee": boss}), 422, "not-a-member", "/assignee")
    assert (Message.objects.count(), TicketEvent.objects.count()) == (1, 1)


def test_an_admin_who_works_in_the_queue_is_a_member_like_others(
    tester: Caller, make: Make, path: str
) -> None:
    make.member(make.agent("admin"), queue=make.queue("Trials"))

    assert tester.post(f"{path}/messages", as_agent("admin@example.com")).status_code == 201


def test_an_agent_is_found_in_the_stores_queues_only(tester: Caller, make: Make, path: str) -> None:
    stranger, nobody = make.agent("owner").email, "nobody@example.com"
    said = [tester.post(f"{path}/messages", as_agent(email)) for email in (stranger, nobody)]

    assert [answer.status_code for answer in said] == [422, 422]
    assert said[0].content == said[1].content


def test_a_ticket_that_people_moved_away_gives_no_voice_there(tester: Caller, make: Make, path: str) -> None:
    member = make.agent("owner")
    Ticket.objects.update(queue=make.queue())

    assert_problem(tester.post(f"{path}/messages", as_agent(member.email)), 422, "not-a-member")
    assert tester.post(f"{path}/messages", {"body": "Still there?"}).status_code == 201
