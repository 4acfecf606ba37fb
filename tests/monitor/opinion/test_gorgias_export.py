"""Gorgias' tickets as its API answers for each, read into foreign tickets and counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from monitor.opinion.difference import Reason
from monitor.opinion.foreign_record import ForeignUser, NoRecord
from monitor.opinion.foreign_ticket import ForeignTicket
from monitor.opinion.gorgias_export import read_line
from tests.monitor.opinion.told import compared

AGENT, ROBOT, CUSTOMER = 501, 599, 7001
MADE: Final = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)


def stamp(minutes: float) -> str:
    return (MADE + timedelta(minutes=minutes)).isoformat()


def said(by: int, minutes: float, **more: Any) -> dict[str, Any]:
    usual = {
        "id": 900 + minutes,
        "ticket_id": 30211,
        "public": True,
        "from_agent": by != CUSTOMER,
        "rule_id": None,
    }
    times = {"created_datetime": stamp(minutes), "sent_datetime": None, "failed_datetime": None}
    return usual | times | {"channel": "email", "sender": {"id": by, "name": "Ben"}} | more


def record(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = {"id": 30211, "status": "closed", "channel": "email", "from_agent": False, "spam": False}
    people = {"customer": {"id": CUSTOMER, "name": "Ben"}, "assignee_user": {"id": AGENT}}
    times = {"created_datetime": stamp(0), "closed_datetime": stamp(600), "updated_datetime": stamp(700)}
    return usual | people | times | {"trashed_datetime": None, "messages": list(messages)} | more


def read(told: dict[str, Any]) -> ForeignTicket:
    found = read_line(json.dumps(told).encode())
    assert isinstance(found, ForeignTicket)
    return found


ASKED: Final = said(CUSTOMER, 0)
CASES: Final = {
    "an answer by a person": (record(ASKED, said(AGENT, 60)), None),
    "a rule before it": (record(ASKED, said(AGENT, 1, rule_id=77), said(AGENT, 60)), None),
    "begun by an agent": (record(said(AGENT, 0), from_agent=True), None),
    "trashed, and nobody is owed an answer": (record(ASKED, trashed_datetime=stamp(90)), None),
    "a rule alone": (record(ASKED, said(AGENT, 1, rule_id=77)), Reason.CLOSED_SILENTLY),
    "snoozed": (record(ASKED, snooze_datetime=stamp(900)), Reason.CLOSED_SILENTLY),
    "still waiting": (record(ASKED, status="open"), Reason.STILL_WAITING),
    "a bot": (record(ASKED, said(ROBOT, 1), said(AGENT, 60)), Reason.BOT_COUNTED),
    "one that failed": (
        record(ASKED, said(AGENT, 20, failed_datetime=stamp(21)), said(AGENT, 60)),
        Reason.SENDING_FAILED,
    ),
    "the customer came later": (record(said(CUSTOMER, 30), said(AGENT, 60)), Reason.CUSTOMER_CAME_LATER),
    "a note first": (
        record(said(AGENT, 0, public=False), said(CUSTOMER, 30), said(AGENT, 60)),
        Reason.ON_BEHALF_NOTE,
    ),
    "a mailing": (
        record(said(ROBOT, 0), said(CUSTOMER, 30), said(AGENT, 60)),
        Reason.CAMPAIGN,
    ),
    "without a zone": (
        record(said(CUSTOMER, 120), said(AGENT, 180), created_datetime="2026-09-05 12:00:00"),
        Reason.TIME_ZONE,
    ),
    "no messages": (record() | {"messages": None}, Reason.COMMENTS_LEFT_OUT),
}


@pytest.mark.parametrize(("told", "reason"), CASES.values(), ids=CASES.keys())
def test_each_ticket_is_counted_and_each_difference_named(
    told: dict[str, Any], reason: Reason | None
) -> None:
    assert compared(read(told)).reason is reason


def test_an_answer_is_there_when_it_was_sent_not_when_it_was_written() -> None:
    assert compared(read(record(ASKED, said(AGENT, 60, sent_datetime=stamp(90))))).ours.wall == 90 * 60


@pytest.mark.parametrize(
    "instant",
    [
        "2026-09-05T12:00:00.000100+00:00",
        "2026-09-05 12:00:00",
        "2026-09-05T12:00:00Z",
        "2026-09-05T14:00:00+02:00",
    ],
)
def test_instants_have_several_forms(instant: str) -> None:
    at = read(record(ASKED, created_datetime=instant)).created_at

    assert abs(at - MADE) < timedelta(milliseconds=1)


def test_users_work_there() -> None:
    user = {"id": AGENT, "role": {"name": "agent"}, "active": True}

    assert read_line(json.dumps(user).encode()) == ForeignUser(AGENT, works_there=True)


def test_no_word_and_no_name_is_kept() -> None:
    assert "Ben" not in repr(read(record(ASKED, said(AGENT, 60))))


@pytest.mark.parametrize(
    "told",
    [
        record(ASKED | {"id": "x"}),
        record() | {"messages": [5]},
        record() | {"created_datetime": 5},
        record(said(AGENT, 5) | {"sender": 5}),
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(told: dict[str, Any]) -> None:
    with pytest.raises(NoRecord, match=r"\w"):
        read_line(json.dumps(told).encode())
