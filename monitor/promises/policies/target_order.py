"""Targets in an order that is hardly meant: a ticket is to be solved before anybody has to have answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import PRIORITIES
from monitor.clock.metrics import Metric
from monitor.promises.policies import due_example

_WEEK: Final = timedelta(days=7)
_APART: Final = timedelta(hours=7)
"""In a week of openings so far apart each hour of the day comes once."""


def solved_before_answered(policy: PolicyInForce, hours: BusinessCalendar, *, at: datetime) -> list[str]:
    """Return the priorities whose resolution is due before the first response, whenever a ticket is opened.

    Targets of open and of all time can change places over a weekend: that is no slip, and nothing is said of it.
    """
    matched = policy.rules.match.get("priority", frozenset(PRIORITIES))
    return [one for one in PRIORITIES if one in matched and _is_turned_round(policy, one, hours, at=at)]


def _is_turned_round(policy: PolicyInForce, priority: str, hours: BusinessCalendar, *, at: datetime) -> bool:
    answer = policy.target(Metric.FIRST_RESPONSE, priority)
    end = policy.target(Metric.RESOLUTION, priority)
    if answer is None or end is None:
        return False
    return all(
        _comes_before(
            due_example.due_at(end, hours, opened_at=opened_at),
            due_example.due_at(answer, hours, opened_at=opened_at),
        )
        for opened_at in _openings(at)
    )


def _openings(at: datetime) -> Iterator[datetime]:
    yield from (at + number * _APART for number in range(_WEEK // _APART))


def _comes_before(end: datetime | None, answer: datetime | None) -> bool:
    return end is not None and answer is not None and end < answer
