"""Gorgias' tickets as its API answers for each, read into foreign tickets and counted."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest

from monitor.opinion.difference import Reason
from monitor.opinion.foreign_record import ForeignUser, NoRecord
from monitor.opinion.foreign_ticket import ForeignTicket
from monitor.opinion.gorgias_export import read_line
from tests.monitor.opinion.exports import AGENT, MADE
from tests.monitor.opinion.gorgias_records import ASKED, CASES, record, said, stamp
from tests.monitor.opinion.told import compared


def read(told: dict[str, Any]) -> ForeignTicket:
    found = read_line(json.dumps(told).encode())
    assert isinstance(found, ForeignTicket)
    return found


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
        f"{MADE:%Y-%m-%dT%H:%M:%S}.000100+00:00",
        f"{MADE:%Y-%m-%d %H:%M:%S}",
        f"{MADE:%Y-%m-%dT%H:%M:%S}Z",
        MADE.astimezone(timezone(timedelta(hours=2))).isoformat(),
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
