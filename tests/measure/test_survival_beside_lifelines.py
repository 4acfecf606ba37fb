"""Percentiles beside those of lifelines, whose estimator of Kaplan and Meier is another's work.

It is not installed for the tests, since it brings SciPy, pandas and Matplotlib along: its answers are written down.
They are those of lifelines 0.30.3, `KaplanMeierFitter().fit(seconds, answered).percentile(1 - share)`.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, log
from random import Random

import pytest

from monitor.measure.survival import MoreThan, Observation, percentiles

SHARES = [Fraction(part, 100) for part in (25, 50, 75, 90, 95)]
ANSWERS: dict[int, tuple[int | None, ...]] = {
    0: (1039, 2437, 6617, None, None),
    1: (1040, 2580, 5383, 7709, 9960),
    2: (949, 2425, 4886, 8487, 11248),
    3: (1157, 2700, 5056, 7661, 9422),
    4: (1014, 2539, 5599, 8624, 12757),
    5: (1122, 2538, 4736, None, None),
    6: (902, 2608, 4687, 9055, 13952),
    7: (785, 2177, 4651, 7719, 9954),
}
"""Of each draw, the seconds within which so many were answered; None where the curve does not reach so far."""


def people(draw: int) -> list[Observation]:
    """Return three hundred who waited an hour on average, as long as each was seen: in some draws half as long."""
    chance = Random(draw).random  # noqa: S311  # nobody is to be surprised
    found = []
    for _ in range(300):
        answer = ceil(-3600 * log(1 - chance()))
        seen = ceil(-(1800 + 5400 * (draw % 5)) * log(1 - chance()))
        found.append(Observation(float(min(answer, seen)), answered=answer <= seen))
    return found


@pytest.mark.parametrize("draw", ANSWERS)
def test_those_who_still_wait_count_as_lifelines_counts_them(draw: int) -> None:
    asked = people(draw)

    found = percentiles(asked, SHARES)

    longest = MoreThan(max(one.seconds for one in asked))
    assert found == [longest if seconds is None else seconds for seconds in ANSWERS[draw]]
