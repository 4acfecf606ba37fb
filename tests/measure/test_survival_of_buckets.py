"""Percentiles of waits in buckets: how far they may be from those of the waits themselves."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from monitor.measure.log_histogram import bucket_of, least_of, seconds_of, seen_of
from monitor.measure.survival import HALF, NINE_IN_TEN, MoreThan, Observation, Percentile, percentiles

SHARES = (HALF, NINE_IN_TEN)
People = list[tuple[int, bool]]
people = st.lists(
    st.tuples(st.one_of(st.integers(2, 80), st.integers(900, 1000), st.integers(2, 10**6)), st.booleans()),
    min_size=1,
    max_size=80,
)
"""Who waited for how many seconds, and whether they were answered then; many of them in the same few buckets."""


def told(
    asked: People, *, answered: Callable[[float], float], seen: Callable[[float], float]
) -> list[Percentile]:
    """Return the percentiles, each wait told by one of these."""
    return percentiles([Observation((answered if done else seen)(s), done) for s, done in asked], SHARES)


def in_buckets(asked: People) -> list[Percentile]:
    """Return them as cells tell them."""
    return told(asked, answered=lambda seconds: seconds_of(bucket_of(seconds)), seen=seen_of)


def place(value: Percentile) -> float:
    """Return the bucket of a percentile, beyond all of them where it is not reached."""
    return inf if isinstance(value, MoreThan) else bucket_of(value)  # type: ignore[arg-type]  # nobody is lost for ever


@given(people)
def test_they_lie_between_those_of_all_answered_first_and_of_all_answered_last_in_each_bucket(
    asked: People,
) -> None:
    last = told(asked, answered=lambda s: seconds_of(bucket_of(s)), seen=lambda s: least_of(bucket_of(s)))
    first = told(asked, answered=lambda s: seconds_of(bucket_of(s)), seen=lambda s: seconds_of(bucket_of(s)))
    exact = told(asked, answered=float, seen=float)

    for low, ours, real, high in zip(last, in_buckets(asked), exact, first, strict=True):
        assert place(low) <= place(ours) <= place(high)
        assert place(low) <= place(real) <= place(high)
        if place(low) == place(high) < inf:
            assert abs(ours / real - 1) <= 0.0101  # type: ignore[operator]  # both are reached


@given(people)
def test_where_no_bucket_has_both_they_are_within_one_percent(asked: People) -> None:
    answered = {bucket_of(seconds) for seconds, done in asked if done}
    apart = [(seconds, done) for seconds, done in asked if done or bucket_of(seconds) not in answered]

    for ours, real in zip(in_buckets(apart), told(apart, answered=float, seen=float), strict=True):
        if isinstance(real, float) and isinstance(ours, float):
            assert abs(ours / real - 1) <= 0.0101
        else:
            assert isinstance(real, MoreThan)
            assert isinstance(ours, MoreThan)
            assert real.seconds / 1.0203 <= ours.seconds <= real.seconds


def test_whoever_waits_longer_than_the_answers_of_their_bucket_was_at_risk_when_these_came() -> None:
    """A thousand seconds and a thousand and nine are of one bucket: nine in ten are not answered yet."""
    assert bucket_of(1000) == bucket_of(1009)

    half, nine_in_ten = in_buckets([(1000, True), (1009, False)])

    assert abs(half / 1000 - 1) <= 0.01  # type: ignore[operator]
    assert isinstance(nine_in_ten, MoreThan)


@given(st.floats(0, 10**8))
def test_nobody_is_told_to_have_waited_longer_than_they_have(seconds: float) -> None:
    assert seen_of(seconds) <= seconds
    assert bucket_of(seen_of(seconds)) in (bucket_of(seconds), max(bucket_of(seconds) - 1, 0))
