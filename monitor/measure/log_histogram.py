"""Histograms of waits in buckets that grow by 2.02 %: whatever a bucket holds lies within 1 % of what it stands for.

Counts in such buckets can be added and taken away in any order, and a percentile of the sum errs by no more than that.
"""

from __future__ import annotations

from math import ceil, log
from typing import Final

GROWTH: Final = 1.0202
BUCKETS: Final = 2048
_OF_GROWTH: Final = log(GROWTH)


def bucket_of(seconds: float) -> int:
    """Return the bucket of a wait; all that lasts a second or less is in the first."""
    if seconds <= 1:
        return 0
    return min(ceil(log(seconds) / _OF_GROWTH), BUCKETS - 1)


def seconds_of(bucket: int) -> float:
    """Return the wait that a bucket stands for, from which no wait in it differs by more than 1 %."""
    return 1.0 if bucket == 0 else 2 * GROWTH**bucket / (GROWTH + 1)


def least_of(bucket: int) -> float:
    """Return the shortest wait that a bucket may hold: whoever waits has waited so long at least."""
    return 0.0 if bucket == 0 else GROWTH ** (bucket - 1)


def seen_of(seconds: float) -> float:
    """Return for how long somebody who waits is told to have waited: no longer, and on their side of their bucket.

    The answers of a bucket are all told at its middle. Whoever has waited past that was still at risk there, and who
    has not was not: told by the bucket's beginning, everybody would be gone before the first of its answers.
    """
    bucket = bucket_of(seconds)
    return middle if seconds >= (middle := seconds_of(bucket)) else least_of(bucket)
