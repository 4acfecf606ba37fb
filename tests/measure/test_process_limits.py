"""Limits of single values: an ordinary bad day is ordinary, a changed process is seen."""

from __future__ import annotations

import pytest

from monitor.measure import process_limits
from monitor.measure.process_limits import ProcessLimits

ORDINARY = [10.0, 12.0, 9.0, 11.0, 13.0, 10.0, 12.0, 11.0]


def test_of_few_values_nothing_is_said() -> None:
    assert process_limits.of_values(ORDINARY[:7]) is None


def test_limits_are_two_and_two_thirds_mean_ranges_about_the_mean() -> None:
    limits = process_limits.of_values(ORDINARY)

    mean, range_ = 11.0, (2 + 3 + 2 + 2 + 3 + 2 + 1) / 7
    assert limits == pytest.approx((mean - 2.66 * range_, mean, mean + 2.66 * range_))


def test_no_wait_is_below_nothing() -> None:
    limits = process_limits.of_values([0.0, 100.0] * 4)

    assert limits is not None
    assert limits.low == 0


def test_a_bad_day_is_ordinary_and_one_beyond_the_limits_is_not() -> None:
    limits = ProcessLimits(5, 11, 17)

    assert limits.signals([16.0, 10.0, 17.5, 4.0]) == [False, False, True, True]


def test_eight_in_a_row_on_one_side_say_that_something_has_changed() -> None:
    limits = ProcessLimits(5, 11, 17)

    assert limits.signals([12.0] * 9) == [False] * 7 + [True, True]
    assert not any(limits.signals([12.0] * 7 + [None] + [12.0] * 7))
    assert not any(limits.signals([12.0] * 7 + [11.0] + [12.0] * 7))
