"""Which priorities are to be solved before they have to be answered, by made-up policies and hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import ANY_PRIORITY, parse_rules
from monitor.promises.policies.target_order import solved_before_answered

AT = datetime(2026, 11, 27, 10, tzinfo=UTC)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = BusinessCalendar.parse(
    {"timezone": "Europe/Berlin", "weekly": {day: [["09:00", "17:00"]] for day in WORKDAYS}}
)
HOUR = 3600


def found(answer: Any, end: Any, match: Any = None) -> list[str]:
    rules = {
        "match": match or {},
        "targets": {"first_response": {"amounts": answer}, "resolution": {"amounts": end}},
    }
    policy = PolicyInForce(
        id=1,
        policy=1,
        version=1,
        position=1,
        effective_at=AT,
        scope="new",
        calendar=1,
        rules=parse_rules(rules),
    )
    return solved_before_answered(policy, OFFICE, at=AT)


def open_time(hours: int) -> dict[str, Any]:
    return {"seconds": hours * HOUR, "basis": "business"}


def all_time(hours: int) -> dict[str, Any]:
    return {"seconds": hours * HOUR, "basis": "wall"}


def test_three_working_days_for_an_answer_come_after_a_resolution_within_a_day() -> None:
    answer = {"high": open_time(1), "normal": {"days": 3, "basis": "business", "ends": "end_of_day"}}
    assert found(answer, {ANY_PRIORITY: all_time(24)}) == ["normal"]


def test_only_priorities_that_the_policy_matches_are_named() -> None:
    assert found({ANY_PRIORITY: open_time(8)}, {ANY_PRIORITY: open_time(4)}, {"priority": ["urgent", "low"]}) == [
        "low", "urgent",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        pytest.param(open_time(4), open_time(8), id="as it is meant"),
        pytest.param(open_time(8), open_time(8), id="both at once"),
        pytest.param(open_time(4), all_time(24), id="turned round over the weekend alone"),
    ],
)
def test_nothing_is_said_where_an_answer_can_come_first(answer: Any, end: Any) -> None:
    assert found({ANY_PRIORITY: answer}, {ANY_PRIORITY: end}) == []


def test_nothing_is_said_of_what_is_promised_alone() -> None:
    assert found({"low": open_time(80)}, {"high": open_time(1)}) == []
