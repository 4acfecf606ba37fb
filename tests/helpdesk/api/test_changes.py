"""What is put on a ticket: acknowledgement, assignee, status, priority, queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.mail.spam import spam_tickets
from helpdesk.models import Agent, EventKind, SenderBlock, Store, Ticket, TicketEvent
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

OWNER = "owner@example.com"
COLLEAGUE = "colleague@example.com"

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("acknowledgement", {"agent": OWNER}),
    ("assignee", {"assignee": OWNER}),
    ("status", {"status": "pending", "agent": OWNER}),
    ("priority", {"priority": "urgent"}),
    ("queue", {"queue": "Returns"}),
    ("customer", {"customer": {"email": "mother@home.example"}}),
]


@pytest.fixture
def ticket(make: Make) -> str:
    make.agent("owner")
    make.agent("colleague")
    make.agent("outsider")
    make.store().other_queues.add(make.queue("Returns"))
    return f"/tickets/{make.ticket().reference}"


def last_event() -> TicketEvent:
    return TicketEvent.objects.order_by("seq").last() or TicketEvent()


@pytest.mark.parametrize(("name", "body"), CHANGES)
def test_putting_the_same_twice_is_putting_it_once(
    caller: Caller, ticket: str, name: str, body: dict[str, Any]
) -> None:
    first = caller.put(f"{ticket}/{name}", body)
    events = TicketEvent.objects.count()
    again = caller.put(f"{ticket}/{name}", body)

    assert (first.status_code, again.status_code) == (200, 200)
    assert told(first)["status"] == told(again)["status"]
    assert TicketEvent.objects.count() == events > 1


@pytest.mark.parametrize(("name", "body"), CHANGES)
def test_others_change_nothing(callers: Callers, ticket: str, name: str, body: dict[str, Any]) -> None:
    path = f"{ticket}/{name}"

    assert_problem(callers.outsider().put(path, body), 404, "not-found")
    assert_problem(callers.nobody().put(path, body), 401, "no-key")
    assert_problem(callers(scopes=["read", "write"]).put(path, body), 403, "scope-missing")
    assert TicketEvent.objects.count() == 1


@pytest.mark.parametrize(("name", "body"), CHANGES)
@pytest.mark.parametrize("agent", ["outsider@example.com", "nobody@example.com"])
def test_who_does_not_work_in_the_queue_cannot_act(
    caller: Caller, ticket: str, name: str, body: dict[str, Any], agent: str
) -> None:
    response = caller.put(f"{ticket}/{name}", body | {"agent": agent})

    assert_problem(response, 422, "not-a-member", "/agent")


def test_who_takes_a_ticket_claims_it(caller: Caller, ticket: str) -> None:
    answer = told(caller.put(f"{ticket}/assignee", {"assignee": OWNER, "agent": OWNER}))

    assigned = TicketEvent.objects.get(kind=EventKind.ASSIGNED)
    assert (answer["assignee"], answer["status"]) == (OWNER, "open")
    assert assigned.payload["claimed"] is True


def test_who_is_given_a_ticket_by_a_machine_has_acknowledged_nothing(caller: Caller, ticket: str) -> None:
    given = told(caller.put(f"{ticket}/assignee", {"assignee": OWNER}))

    assert (given["assignee"], given["status"]) == (OWNER, "new")
    assert (last_event().actor_kind, last_event().payload["claimed"]) == ("system", False)
    assert Ticket.objects.get().unacknowledged_since is not None
    told(caller.put(f"{ticket}/acknowledgement", {"agent": OWNER}))
    assert Ticket.objects.get().unacknowledged_since is None


def test_a_colleague_can_give_it_away_and_put_it_back(caller: Caller, ticket: str) -> None:
    given = told(caller.put(f"{ticket}/assignee", {"assignee": OWNER, "agent": COLLEAGUE}))
    back = told(caller.put(f"{ticket}/assignee", {"assignee": None, "agent": COLLEAGUE}))

    assert (given["assignee"], back["assignee"]) == (OWNER, None)


def test_a_ticket_is_not_given_to_an_outsider(caller: Caller, ticket: str) -> None:
    response = caller.put(f"{ticket}/assignee", {"assignee": "outsider@example.com", "agent": OWNER})

    assert_problem(response, 422, "not-a-member", "/assignee")


@pytest.mark.parametrize("status", ["open", "pending", "on_hold", "resolved", "closed"])
def test_an_agent_settles_where_it_stands(caller: Caller, ticket: str, status: str) -> None:
    assert told(caller.put(f"{ticket}/status", {"status": status, "agent": OWNER}))["status"] == status


def test_the_shop_itself_may_resolve(caller: Caller, ticket: str) -> None:
    caller.put(f"{ticket}/status", {"status": "resolved"})

    assert (last_event().kind, last_event().actor_kind) == ("resolved", "system")


def test_the_customer_closes_and_opens_again_with_the_scope_write(callers: Callers, ticket: str) -> None:
    writer = callers(scopes=["write"])
    caller = callers()
    told(caller.put(f"{ticket}/status", {"status": "resolved", "agent": OWNER}))

    opened = told(writer.put(f"{ticket}/status", {"status": "open", "by": "customer"}))
    reopened = last_event()
    closed = told(writer.put(f"{ticket}/status", {"status": "closed", "by": "customer"}))

    assert (opened["status"], closed["status"]) == ("open", "closed")
    assert (reopened.kind, reopened.payload) == ("reopened", {"by": "customer"})
    assert (last_event().kind, last_event().payload) == ("closed", {"by": "customer"})


@pytest.mark.parametrize(
    ("name", "body", "code", "pointer"),
    [
        ("status", {"status": "pending", "by": "customer"}, "not-for-customers", "/status"),
        ("status", {"status": "open", "by": "agent"}, "agent-missing", "/agent"),
        ("status", {"status": "merged"}, "misfit", "/status"),
        (
            "status",
            {"status": "closed", "occurred_at": "2999-01-01T00:00:00Z"},
            "in-the-future",
            "/occurred_at",
        ),
        ("status", {"status": "open", "by": "customer", "agent": OWNER}, "contradiction", "/by"),
        ("status", {"status": "pending", "by": "system", "agent": OWNER}, "contradiction", "/by"),
        ("priority", {"priority": "asap"}, "misfit", "/priority"),
        ("queue", {"queue": "Nowhere"}, "unknown-queue", "/queue"),
        ("assignee", {}, "misfit", "/assignee"),
        ("acknowledgement", {}, "misfit", "/agent"),
        ("acknowledgement", {"agent": None}, "misfit", "/agent"),
    ],
)
def test_nonsense_is_refused(
    caller: Caller, ticket: str, name: str, body: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(caller.put(f"{ticket}/{name}", body), 422, code, pointer)
    assert TicketEvent.objects.count() == 1


def test_an_ended_ticket_is_not_acknowledged(caller: Caller, ticket: str) -> None:
    caller.put(f"{ticket}/status", {"status": "closed", "agent": OWNER})

    assert_problem(caller.put(f"{ticket}/acknowledgement", {"agent": OWNER}), 422, "ticket-closed")


def test_an_agent_takes_back_what_they_did_last(callers: Callers, ticket: str) -> None:
    caller = callers()
    caller.put(f"{ticket}/status", {"status": "resolved", "agent": OWNER})

    assert_problem(caller.put(f"{ticket}/undo", {"agent": COLLEAGUE}), 409, "nothing-to-undo")
    assert_problem(callers.outsider().put(f"{ticket}/undo", {"agent": OWNER}), 404, "not-found")
    undone = caller.put(f"{ticket}/undo", {"agent": OWNER})
    again = caller.put(f"{ticket}/undo", {"agent": OWNER})

    assert (told(undone)["status"], undone.status_code, again.status_code) == ("new", 200, 200)
    assert [clock["state"] for clock in told(again)["clocks"]] == ["running"] * 3


def test_taking_back_that_it_is_spam_lets_their_mail_in_again(
    callers: Callers, make: Make, ticket: str
) -> None:
    spam, by, now = Ticket.objects.get(), make.agent(), database_now()
    with transaction.atomic():
        spam_tickets.mark_spam(ticket=spam, by=by, now=now)
    SenderBlock.objects.create(
        store=spam.store, ticket=spam, sender="x@y.example", blocked_at=now, blocked_by=by
    )

    undone = callers().put(f"{ticket}/undo", {"agent": OWNER})

    assert (undone.status_code, told(undone)["status"]) == (200, "new")
    assert SenderBlock.objects.get().lifted_at is not None


def test_to_open_what_one_has_just_resolved_is_to_undo_it(caller: Caller, ticket: str) -> None:
    caller.put(f"{ticket}/status", {"status": "resolved", "agent": OWNER})
    opened = told(caller.put(f"{ticket}/status", {"status": "open", "agent": OWNER}))

    assert (opened["status"], last_event().kind) == ("new", "undone")
    assert [clock["state"] for clock in opened["clocks"]] == ["running"] * 3


def test_unknown_fields_are_named_here_too(caller: Caller, ticket: str) -> None:
    answer = told(caller.put(f"{ticket}/priority", {"priority": "low", "reason": "calm"}))

    assert answer["warnings"] == ["Unknown field /reason was ignored."]


def test_who_has_answered_has_acknowledged(caller: Caller, ticket: str) -> None:
    author = {"kind": "agent", "agent": OWNER}
    caller.post(f"{ticket}/messages", {"body": "On its way.", "author": author})
    events = TicketEvent.objects.count()

    assert caller.put(f"{ticket}/acknowledgement", {"agent": OWNER}).status_code == 200
    assert TicketEvent.objects.count() == events


def test_a_ticket_that_comes_where_nobody_works_is_warned_of(caller: Caller, ticket: str, make: Make) -> None:
    said = "Nobody works in the queue “Returns”: admins alone see this ticket."

    moved = told(caller.put(f"{ticket}/queue", {"queue": "Returns"}))
    assert (moved["queue"], moved["warnings"]) == ("Returns", [said])

    Store.objects.update(default_queue=make.queue("Returns"))
    opened = told(caller.post("/tickets", {"message": {"body": "Hello?"}}))
    assert opened["warnings"] == [said]

    make.member(make.agent("colleague"), queue=make.queue("Returns"))
    assert told(caller.get(ticket))["warnings"] == []
    Agent.objects.filter(email=COLLEAGUE).update(is_active=False)
    assert told(caller.get(ticket))["warnings"] == [said]
    assert told(caller.put(f"{ticket}/status", {"status": "resolved"}))["warnings"] == []


@pytest.mark.parametrize("status", ["pending", "on_hold"])
def test_a_customer_does_not_open_a_ticket_that_waits_by_its_status(
    caller: Caller, ticket: str, status: str
) -> None:
    caller.put(f"{ticket}/status", {"status": status, "agent": OWNER})

    refused = caller.put(f"{ticket}/status", {"status": "open", "by": "customer"})

    assert_problem(refused, 422, "not-for-customers", "/status")
    assert told(caller.get(ticket))["status"] == status


def test_a_customer_opens_what_is_open_without_a_word(caller: Caller, ticket: str) -> None:
    assert caller.put(f"{ticket}/status", {"status": "open", "by": "customer"}).status_code == 200


def test_an_act_dated_a_little_ahead_is_taken_as_now_and_told(caller: Caller, ticket: str) -> None:
    ahead = (database_now() + timedelta(hours=1)).isoformat()

    for name, body in (
        ("acknowledgement", {"agent": OWNER}),
        ("status", {"status": "pending", "agent": OWNER}),
    ):
        [warning] = told(caller.put(f"{ticket}/{name}", body | {"occurred_at": ahead}))["warnings"]
        assert warning.startswith("/occurred_at lies in the future")


def test_whoever_cannot_log_in_does_not_work_in_a_queue(
    caller: Caller, ticket: str, make: Make, settings: Settings
) -> None:
    Agent.objects.update(is_demo=True)
    settings.DEMO_IS_OPEN = True
    assert told(caller.get(ticket))["warnings"] == []

    settings.DEMO_IS_OPEN = False
    assert "Nobody works in the queue" in told(caller.get(ticket))["warnings"][0]
