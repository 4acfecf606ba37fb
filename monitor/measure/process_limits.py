"""Whether a day is as days here are, or something has changed: a chart of single values and their moving ranges.

Shewhart's limits as Wheeler has them (1993): the mean, and 2.66 mean moving ranges to both sides of it. One value
beyond a limit is a signal, and so are eight in a row on one side of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple

RANGES: Final = 2.66
FEWEST: Final = 8
"""Of fewer values nothing is said: limits of five days are noise."""
IN_A_ROW: Final = 8


class ProcessLimits(NamedTuple):
    """What single values are usually between, and about what; in their unit."""

    low: float
    mean: float
    high: float

    def signals(self, values: Sequence[float | None]) -> list[bool]:
        """Tell of each value whether it says that something has changed; one that is missing ends a row."""
        sides = [0 if value is None else (value > self.mean) - (value < self.mean) for value in values]
        lengths = _lengths(sides)
        return [
            value is not None and (not self.low <= value <= self.high or length >= IN_A_ROW)
            for value, length in zip(values, lengths, strict=True)
        ]


def of_values(values: Sequence[float]) -> ProcessLimits | None:
    """Return the limits of values in the order of their days, none below nothing; None of fewer than `FEWEST`."""
    if len(values) < FEWEST:
        return None
    mean = fmean(values)
    range_ = fmean(abs(later - earlier) for earlier, later in pairwise(values))
    return ProcessLimits(max(0.0, mean - RANGES * range_), mean, mean + RANGES * range_)


def _lengths(sides: Sequence[int]) -> list[int]:
    """Return how many in a row up to each stand on its side; one on the mean stands on none."""
    lengths: list[int] = []
    for at, side in enumerate(sides):
        goes_on = at > 0 and side == sides[at - 1]
        lengths.append(0 if side == 0 else lengths[-1] + 1 if goes_on else 1)
    return lengths
