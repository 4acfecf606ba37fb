"""A bucket stands for what is in it within one percent."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from monitor.measure.log_histogram import BUCKETS, bucket_of, seconds_of
from monitor.measure.survival import naive_mean

TEN_YEARS = 315_360_000


@given(st.floats(1.01, TEN_YEARS))
def test_no_wait_differs_from_what_its_bucket_stands_for_by_more_than_one_percent(seconds: float) -> None:
    assert abs(seconds_of(bucket_of(seconds)) - seconds) <= 0.01 * seconds


@given(st.floats(0, TEN_YEARS), st.floats(0, TEN_YEARS))
def test_who_waits_longer_is_in_no_lower_bucket(one: float, other: float) -> None:
    assert bucket_of(min(one, other)) <= bucket_of(max(one, other)) < BUCKETS


@given(st.lists(st.floats(0, TEN_YEARS), min_size=1))
def test_the_mean_of_buckets_errs_by_no_more_than_one_percent_or_a_second(waits: list[float]) -> None:
    in_buckets = Counter(seconds_of(bucket_of(seconds)) for seconds in waits)
    told, exact = naive_mean(in_buckets), sum(waits) / len(waits)
    assert told is not None
    assert abs(told - exact) <= 0.01 * exact + 1
