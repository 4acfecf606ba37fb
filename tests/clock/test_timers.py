"""A timer that has forgotten its segments: it has counted as much, and was due when it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from monitor.clock.book.policy import Target
from monitor.clock.metrics import Metric
from monitor.clock.replay import Event
from monitor.clock.terms import Terms
from monitor.clock.timer import Beginning, Timer
from tests.clock.story import HOUR, book, calendar, office, promise, tuesday

RULES: Final = book()
HOURS: Final = calendar(office())
TARGETS: Final = tuple(
    Target(hours * HOUR, basis) for hours in (0, 1, 3, 4.5, 5, 5.5, 40) for basis in ("business", "wall")
)


def at(hour: int, minute: int = 0) -> datetime:
    return tuesday(hour, minute).astimezone(UTC)


def turned(when: datetime, status: str) -> Event:
    return Event(2, "status_changed", when, when, imported=False, payload={"status": status})


@pytest.fixture
def timer() -> Timer:
    """Return one that ran from 8 to 10, from 12 to 15, and is paused since 15:30, on hold from 16."""
    policy = promise(resolution=8)
    terms = Terms(policy, policy.target(Metric.RESOLUTION, "normal"), HOURS)
    timer = Timer.begin(
        Beginning(Metric.RESOLUTION, 1, at(8), 1, silent=False), terms, "open", turned(at(8), "open")
    )
    for when, status in (
        (at(10), "pending"),
        (at(12), "open"),
        (at(15), "open"),
        (at(15, 30), "pending"),
        (at(16), "on_hold"),
    ):
        timer = timer.follow(status, at=when, event=turned(when, status), book=RULES)
    return timer


def test_it_has_counted_as_much_and_knows_since_when_it_is_paused(timer: Timer) -> None:
    meter = timer.forget(TARGETS, RULES).meter

    assert meter.measure(at(17)) == timer.meter.measure(at(17)) == (4.5 * HOUR, 5.5 * HOUR)
    assert (meter.started_at, meter.paused_at, meter.remaining) == (at(8), at(15, 30), 3.5 * HOUR)
    assert [one.paused for one in meter.segments()] == [True]


def test_it_knows_when_each_target_that_there_is_was_spent(timer: Timer) -> None:
    meter = timer.forget(TARGETS, RULES).meter

    for target in TARGETS:
        assert meter.spent_when(target) == timer.meter.spent_when(target)
    counted = {"business": 4.5 * HOUR, "wall": 5.5 * HOUR}
    spent = {(one.duration, one.basis) for one in TARGETS if one.duration <= counted[one.basis]}
    assert {(mark.budget, mark.basis) for mark in meter.past.marks} == spent
    assert meter.spent_when(TARGETS[4]) == at(14)
    assert meter.spent_when(TARGETS[5]) == at(13)
    with pytest.raises(LookupError, match="2:00:00 of business time"):
        meter.spent_when(Target(2 * HOUR))


def test_it_can_forget_again(timer: Timer) -> None:
    once = timer.forget(TARGETS, RULES)
    resumed = once.follow("open", at=at(16, 30), event=turned(at(16, 30), "open"), book=RULES)
    later = resumed.follow("pending", at=at(17, 30), event=turned(at(17, 30), "pending"), book=RULES)
    whole = timer.follow("open", at=at(16, 30), event=turned(at(16, 30), "open"), book=RULES)
    whole = whole.follow("pending", at=at(17, 30), event=turned(at(17, 30), "pending"), book=RULES)

    assert once.forget(TARGETS, RULES) == once
    assert later.forget(TARGETS, RULES) == whole.forget(TARGETS, RULES)
    assert later.meter.measure(at(18))[1] == timedelta(hours=6.5)
    assert later.floor == at(17, 30)
