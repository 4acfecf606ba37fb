"""When a promise would have been due without the time of freezes: the arithmetic, beside one minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.excusals.frozen_time import Stretch, would_be_due_at
from tests.make import NOW

MINUTES = st.integers(0, 60)


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def stretches(cuts: list[int]) -> list[Stretch]:
    inside = sorted(set(cuts))
    return [(at(a), at(b)) for a, b in zip(inside[::2], inside[1::2], strict=False)]


def test_what_counted_in_a_freeze_counts_once_more_after_it() -> None:
    counted = [(at(0), at(120))]

    assert would_be_due_at(counted, [(at(20), at(50))], used_up_at=at(60)) == at(90)
    assert would_be_due_at(counted, [(at(50), at(100))], used_up_at=at(60)) == at(110)


def test_a_freeze_after_the_due_time_excuses_nothing() -> None:
    assert would_be_due_at([(at(0), at(120))], [(at(60), at(110))], used_up_at=at(60)) == at(60)


def test_a_night_in_a_freeze_excuses_nothing() -> None:
    counted = [(at(0), at(30)), (at(60), at(120))]

    assert would_be_due_at(counted, [(at(30), at(60))], used_up_at=at(80)) == at(80)


def test_whoever_was_answered_before_it_was_used_up_again_was_in_time() -> None:
    assert would_be_due_at([(at(0), at(70))], [(at(20), at(50))], used_up_at=at(60)) is None


def test_two_freezes_that_overlap_are_not_counted_twice() -> None:
    counted = [(at(0), at(200))]

    assert would_be_due_at(counted, [(at(20), at(40)), (at(30), at(50))], used_up_at=at(60)) == at(90)


@given(st.lists(MINUTES, max_size=8), st.lists(MINUTES, max_size=6), MINUTES)
def test_it_is_what_counting_minute_by_minute_says(
    counted_cuts: list[int], frozen_cuts: list[int], used_up: int
) -> None:
    counted, frozen = stretches(counted_cuts), stretches(frozen_cuts)

    said = would_be_due_at(counted, frozen, used_up_at=at(used_up))

    assert said == _minute_by_minute(counted, frozen, used_up)


def _minute_by_minute(counted: list[Stretch], frozen: list[Stretch], used_up: int) -> datetime | None:
    def lies_in(minute: int, some: list[Stretch]) -> bool:
        return any(begin <= at(minute) < end for begin, end in some)

    owed = sum(lies_in(one, counted) and lies_in(one, frozen) for one in range(used_up))
    if not owed:
        return at(used_up)
    for minute in range(used_up, 60):
        owed -= lies_in(minute, counted) and not lies_in(minute, frozen)
        if not owed:
            return at(minute + 1)
    return None
