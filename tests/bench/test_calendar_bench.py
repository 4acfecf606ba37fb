"""The benchmark of business time, small: every side gives the same answers before it is timed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.clock.book.calendar import BusinessCalendar
from tests.bench import calendar as bench


def test_a_side_that_answers_otherwise_is_not_timed() -> None:
    walk = bench.Walk(bench.SPEC)
    ours = bench.Side("ours", walk.due, walk.elapsed)
    late = bench.Side("late", lambda start, target: walk.due(start, target) + timedelta(1), walk.elapsed)

    with pytest.raises(bench.Disagreed, match="late"):
        bench._agree(ours, late, bench._questions()[:10])


def test_the_naive_walk_gives_our_answers() -> None:
    walk, ours = bench.Walk(bench.SPEC), BusinessCalendar.parse(bench.SPEC)
    for start, target in bench._questions()[:200]:
        due = walk.due(start, target)
        assert due == ours.due(start, target)
        assert walk.elapsed(start, due) == ours.elapsed(start, due)


def test_a_control_that_cannot_be_had_is_said_and_meets_no_floor() -> None:
    figure = bench._missing("due", {("due", "ours"): 0.8}, "no network")

    assert (figure.control, figure.ratio, figure.met, figure.note) == (None, None, False, "no network")
