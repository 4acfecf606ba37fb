"""Percentiles that count those who still wait."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from monitor.measure.survival import NEVER, MoreThan, Never, Observation, naive_percentile, percentile

HALF, NINE_IN_TEN = Fraction(1, 2), Fraction(9, 10)
waits = st.lists(st.integers(0, 50), min_size=1, max_size=60)
shares = st.fractions(Fraction(1, 100), 1)


def answered(*seconds: float) -> list[Observation]:
    return [Observation(each, answered=True) for each in seconds]


def waiting(*seconds: float) -> list[Observation]:
    return [Observation(each, answered=False) for each in seconds]


def test_nobody_has_no_percentile() -> None:
    assert percentile([], HALF) is None
    assert naive_percentile([], HALF) is None


def test_half_of_two_is_the_first() -> None:
    assert percentile(answered(10, 20), HALF) == 10


@given(st.integers(1, 200), st.sampled_from([HALF, NINE_IN_TEN]))
def test_where_all_are_answered_the_rank_is_exact(n: int, q: Fraction) -> None:
    assert percentile(answered(*range(1, n + 1)), q) == ceil(q * n)


@given(waits, shares)
def test_where_all_are_answered_it_is_the_naive_one(seconds: list[int], q: Fraction) -> None:
    assert percentile(answered(*seconds), q) == naive_percentile(seconds, q)


def test_those_who_still_wait_make_the_median_longer() -> None:
    assert percentile(answered(1, 2, 3), HALF) == 2
    assert percentile(answered(1, 2, 3) + waiting(2, 2, 2), HALF) == 3


def test_a_share_that_is_reached_to_the_very_person_is_reached_whoever_was_lost_before() -> None:
    """Of fourteen one answers and two are lost, of eleven one more: 13/14 · 10/11 is one less 12/77."""
    people = answered(1, 2, 3, 3, 4, 5) + waiting(1, 1, 2, 2, 4, 5, 5, 6)

    assert percentile(people, Fraction(12, 77)) == 2


def by_the_book(observations: list[Observation], q: Fraction) -> float | MoreThan | Never:
    """Say what the curve reaches, or why it does not: for lack of time, or for good."""
    reached = curve(observations, q)
    if reached is not None:
        return reached
    never = sum(one.seconds == NEVER for one in observations)
    at_best = [
        one if one.left or one.seconds == NEVER else one._replace(answered=True) for one in observations
    ]
    if never and curve(at_best, q) is None:
        return Never(never)
    return MoreThan(max((one.seconds for one in observations if one.seconds != NEVER), default=0.0))


def curve(observations: list[Observation], q: Fraction) -> float | None:
    """Multiply the factors of Kaplan and Meier one by one, as exact fractions."""
    surviving = Fraction(1)
    for seconds in sorted({one.seconds for one in observations if one.answered}):
        at_risk = sum(one.seconds >= seconds for one in observations)
        answers = sum(one.seconds == seconds and one.answered for one in observations)
        surviving *= 1 - Fraction(answers, at_risk)
        if 1 - surviving >= q:
            return seconds
    return None


people = st.builds(Observation, st.integers(0, 30), st.booleans())
gone = st.builds(Observation, st.integers(0, 30), st.just(False), st.just(True))
silence = st.just(Observation(NEVER, answered=False))


@given(st.lists(people | gone | silence), shares)
def test_it_is_what_the_book_says(seen: list[Observation], q: Fraction) -> None:
    assert percentile(seen, q) == (by_the_book(seen, q) if seen else None)


def test_a_hundred_thousand_people_of_whom_every_other_still_waits() -> None:
    """As many factors as answers: their exact product would have a million digits and take minutes."""
    seen = [Observation(wait, answered=wait % 2 == 1) for wait in range(100_000)]

    assert percentile(seen, HALF) == 74_999


def test_somebody_who_gave_up_early_says_nothing_about_later_waits() -> None:
    assert percentile(answered(10, 20, 30) + waiting(1), HALF) == 20


def test_a_percentile_that_is_not_reached_is_more_than_the_longest_wait_so_far() -> None:
    assert percentile(answered(5) + waiting(60, 70, 80), HALF) == MoreThan(80)


def test_whoever_will_never_be_answered_stays_at_risk_for_ever() -> None:
    never = [Observation(NEVER, answered=False)] * 2
    assert percentile(answered(5) + never, HALF) == Never(2)
    assert percentile(never, HALF) == Never(2)
    assert percentile(answered(5, 6) + never, HALF) == 6
    assert percentile(answered(5, 6) + never, NINE_IN_TEN) == Never(2)


def test_it_is_not_never_while_enough_of_those_who_wait_may_still_be_answered() -> None:
    never = [Observation(NEVER, answered=False)]
    assert percentile(never + waiting(3, 4), HALF) == MoreThan(4)
    assert percentile(never * 2 + waiting(3), HALF) == Never(2)


def test_who_has_left_will_not_be_answered_and_makes_nobody_wait_for_ever() -> None:
    gone = [Observation(9, answered=False, left=True)] * 10
    never = [Observation(NEVER, answered=False)]
    assert percentile(gone + answered(5, 6, 7, 8) + never * 6, HALF) == Never(6)
    assert percentile(gone, HALF) == MoreThan(9)


def test_an_answer_and_a_last_sighting_at_the_same_second_count_the_answer_first() -> None:
    assert percentile(answered(5) + waiting(5), HALF) == 5


@given(waits, waits, shares)
def test_more_people_waiting_never_shorten_a_percentile(
    done: list[int], still: list[int], q: Fraction
) -> None:
    longest = max(done)
    alone = percentile(answered(*done), q)
    together = percentile(answered(*done) + waiting(*(longest + each for each in still)), q)
    assert alone is not None
    assert together is not None
    assert not isinstance(alone, MoreThan | Never)
    assert not isinstance(together, Never)
    assert isinstance(together, MoreThan) or together >= alone
