"""Freshdesk's tickets as its API answers for each, read into foreign tickets and counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from monitor.opinion.difference import Reason
from monitor.opinion.foreign_record import ForeignUser, NoRecord
from monitor.opinion.foreign_ticket import Ending, ForeignTicket
from monitor.opinion.freshdesk_export import read_line
from tests.monitor.opinion.told import compared

AGENT, ROBOT, CUSTOMER = 501, 599, 7001
MADE: Final = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)


def stamp(minutes: float) -> str:
    return (MADE + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(by: int, minutes: float, *, private: bool = False, **more: Any) -> dict[str, Any]:
    usual = {"id": 77000 + minutes, "ticket_id": 5120, "user_id": by, "incoming": by == CUSTOMER}
    told = {"private": private, "source": 0, "created_at": stamp(minutes), "body_text": "It left us."}
    failing = {"email_failure_count": None, "outgoing_failures": None}
    return usual | told | failing | {"automation_id": None, "auto_response": False} | more


def record(*conversations: dict[str, Any], first: float | None, **more: Any) -> dict[str, Any]:
    stats = {
        "first_responded_at": None if first is None else stamp(first),
        "reopened_at": None,
        "resolved_at": stamp(600),
        "closed_at": None,
    }
    usual = {
        "id": 5120,
        "status": 4,
        "priority": 2,
        "source": 1,
        "requester_id": CUSTOMER,
        "responder_id": AGENT,
    }
    times = {"created_at": stamp(0), "updated_at": stamp(700)}
    return usual | times | {"stats": stats, "conversations": list(conversations), "spam": False} | more


def read(told: dict[str, Any]) -> ForeignTicket:
    found = read_line(json.dumps(told).encode())
    assert isinstance(found, ForeignTicket)
    return found


def why(told: dict[str, Any]) -> Reason | None:
    return compared(read(told)).reason


CASES: Final = {
    "an answer by a person": (record(said(AGENT, 60), first=60), None),
    "by one who has left since": (record(said(666, 60), first=60), None),
    "a public note": (record(said(AGENT, 60, source=2), first=60), None),
    "begun by an agent": (record(source=10, first=None), None),
    "spam, to which nobody is owed an answer": (record(first=None, spam=True), None),
    "spam of which they have a figure": (record(first=60, spam=True), Reason.DELETED),
    "closed silently": (record(first=None), Reason.CLOSED_SILENTLY),
    "still waiting": (record(first=None, status=3), Reason.STILL_WAITING),
    "an automatic answer": (record(said(AGENT, 2, auto_response=True), first=2), Reason.RULE_COUNTED),
    "an automation's": (record(said(AGENT, 2, automation_id=9), first=2), Reason.RULE_COUNTED),
    "a bot by its number": (record(said(ROBOT, 2), said(AGENT, 60), first=2), Reason.BOT_COUNTED),
    "a private note": (
        record(said(AGENT, 2, private=True), said(AGENT, 60), first=2),
        Reason.PRIVATE_NOTE_COUNTED,
    ),
    "one that could not be sent": (
        record(said(AGENT, 20, email_failure_count=1), said(AGENT, 60), first=20),
        Reason.SENDING_FAILED,
    ),
    "an agent's mail, answered later": (
        record(said(CUSTOMER, 30), said(AGENT, 60), source=10, first=60),
        Reason.AGENT_STARTED,
    ),
    "a later answer": (record(said(AGENT, 60), said(AGENT, 90), first=90), Reason.LATER_REPLY_COUNTED),
    "one forwarded": (record(said(AGENT, 20, source=8), said(AGENT, 60), first=20), Reason.SIDE_CONVERSATION),
    "a survey": (record(said(AGENT, 20, source=6), said(AGENT, 60), first=20), Reason.SURVEY),
    "a note that was no note": (
        record(said(AGENT, 20, private=True, last_edited_at=stamp(50)), said(AGENT, 60), first=20),
        Reason.MADE_PRIVATE,
    ),
    "a call taken down": (record(said(AGENT, 60), source=3, first=60), Reason.ON_BEHALF_NOTE),
    "merged into another": (
        record(
            said(AGENT, 60, private=True, body_text="This ticket is closed and merged into ticket 7"),
            first=None,
        ),
        None,
    ),
    "merged into another, and answered": (
        record(
            said(AGENT, 60, private=True, body_text="This ticket is closed and merged into ticket 7"),
            first=60,
        ),
        Reason.MERGED,
    ),
    "a customer who speaks of merging": (
        record(said(CUSTOMER, 60, body_text="Was it merged into ticket 7?"), first=None),
        Reason.CLOSED_SILENTLY,
    ),
    "brought in": (
        record(said(AGENT, 60), first=None, fr_due_by=stamp(100 * 24 * 60)),
        Reason.IMPORTED_BACKDATED,
    ),
    "no conversations": (record(first=60) | {"conversations": None}, Reason.COMMENTS_LEFT_OUT),
    "no stats": (record(said(AGENT, 60), first=60) | {"stats": None}, Reason.FIGURE_NOT_TOLD),
    "odd": (record(said(AGENT, 60), first=7), Reason.UNEXPLAINED),
}


@pytest.mark.parametrize(("told", "reason"), CASES.values(), ids=CASES.keys())
def test_each_ticket_is_counted_and_each_difference_named(
    told: dict[str, Any], reason: Reason | None
) -> None:
    assert why(told) is reason


def test_a_wait_begins_with_the_tickets_own_text() -> None:
    found = compared(read(record(said(CUSTOMER, 30), said(AGENT, 60), first=60)))

    assert (found.ours.started_at, found.ours.wall) == (MADE, 3600)


@pytest.mark.parametrize(("status", "ending"), [(2, Ending.OPEN), (5, Ending.OVER), (7, Ending.OPEN)])
def test_a_status_of_their_own_is_no_end(status: int, ending: Ending) -> None:
    assert read(record(first=None, status=status)).ending is ending


def test_no_word_of_it_is_kept() -> None:
    assert "left us" not in repr(read(record(said(AGENT, 60), first=60, description_text="It left us")))


def test_agents_work_there() -> None:
    agent = {"id": AGENT, "ticket_scope": 1, "occasional": False, "contact": {"name": "Zelda"}}

    assert read_line(json.dumps(agent).encode()) == ForeignUser(AGENT, works_there=True)


@pytest.mark.parametrize(
    "told",
    [
        record(first=None) | {"created_at": "03-09-2026 08:00:00"},
        record(said(AGENT, 60) | {"private": "?"}, first=60) | {"conversations": [5]},
        record(first=None) | {"id": None},
        record(first=None) | {"stats": {"first_responded_at": 5}},
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(told: dict[str, Any]) -> None:
    with pytest.raises(NoRecord, match=r"\w"):
        read_line(json.dumps(told).encode())


def test_what_says_nothing_of_waiting_is_passed() -> None:
    assert read_line(b'{"id": 1, "name": "A company"}') is None
