"""Freshdesk's tickets as its API answers for each, read into foreign tickets and counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.opinion.difference import Reason
from monitor.opinion.foreign_record import ForeignUser, NoRecord
from monitor.opinion.foreign_ticket import Ending, ForeignTicket
from monitor.opinion.freshdesk_export import read_line
from tests.monitor.opinion.exports import AGENT, CUSTOMER, MADE
from tests.monitor.opinion.freshdesk_records import CASES, record, said
from tests.monitor.opinion.told import compared


def read(told: dict[str, Any]) -> ForeignTicket:
    found = read_line(json.dumps(told).encode())
    assert isinstance(found, ForeignTicket)
    return found


def why(told: dict[str, Any]) -> Reason | None:
    return compared(read(told)).reason


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
