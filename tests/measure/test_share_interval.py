"""Intervals of shares: wide where few were counted, never beyond nothing and all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.measure import share_interval


def test_of_nothing_nothing_is_said() -> None:
    assert share_interval.of_count(0, 0) is None


@pytest.mark.parametrize(
    ("count", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (7, 10, 0.3968, 0.8922),
        (700, 1000, 0.6709, 0.7276),
    ],
)
def test_it_is_what_tables_of_wilsons_interval_say(count: int, whole: int, low: float, high: float) -> None:
    assert share_interval.of_count(count, whole) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_it_holds_what_was_seen(counted: tuple[int, int]) -> None:
    interval = share_interval.of_count(*counted)

    assert interval is not None
    assert 0 <= interval.low <= counted[0] / counted[1] + 1e-12
    assert counted[0] / counted[1] - 1e-12 <= interval.high <= 1
