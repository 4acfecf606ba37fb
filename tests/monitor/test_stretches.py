"""Stretches of time as one column: PostgreSQL reads what was meant, and answers for each instant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Standing
from monitor.models.stretches import Stretches
from tests.make import NOW, Make

pairs = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6)


def minute(number: int) -> timedelta:
    return timedelta(minutes=number)


def of(*numbers: tuple[int, int]) -> Stretches | None:
    return Stretches.of((NOW + minute(start), NOW + minute(end)) for start, end in numbers)


def test_stretches_that_touch_or_overlap_are_one() -> None:
    assert of((5, 9), (0, 5), (7, 8), (12, 15)) == of((0, 9), (12, 15))


def test_a_stretch_that_ends_where_it_begins_is_none() -> None:
    assert of() is None
    assert of((5, 5), (7, 6)) is None


@given(pairs)
def test_an_instant_lies_inside_where_it_lies_in_any_of_them(given_pairs: list[tuple[int, int]]) -> None:
    stretches = of(*given_pairs) or ()
    for at in range(21):
        inside = any(start <= NOW + minute(at) < end for start, end in stretches)
        assert inside == any(start <= at < end for start, end in given_pairs)


@pytest.mark.django_db
@pytest.mark.database
def test_postgresql_keeps_them_as_they_are_and_finds_what_they_cover(make: Make) -> None:
    make.ticket()
    meant = of((0, 5), (10, 15))
    Standing.objects.update(risky=meant, nearly_due=None)

    assert Standing.objects.get().risky == meant
    covered = [at for at in range(17) if Standing.objects.filter(risky__covers=NOW + minute(at)).exists()]
    assert covered == [*range(5), *range(10, 15)]
    assert not Standing.objects.filter(nearly_due__covers=NOW).exists()
