"""What is counted in a cell: numbers that say how a clock came out and how long it lasted, or since when it runs.

A count is found under a number, so that cells can be added and taken away without being understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Final, NamedTuple

import msgspec

from monitor.clock.metrics import Outcome
from monitor.measure.log_histogram import BUCKETS, bucket_of

RULES: Final = 1
"""The number of these rules and of what a ticket's share is made of; whoever changes either raises it."""

MISDATED: Final = "misdated"
FATES: Final = (*(outcome.value for outcome in Outcome), MISDATED)
"""How a clock can have ended, in an order that numbers rely on."""

_RUNS: Final = 1 << 62
_MINUTE_BITS: Final = 30


class EndedClocks(NamedTuple):
    """Clocks that ended alike, after as long: in whole time, or in open time (`business`)."""

    fate: str
    promised: bool
    business: bool
    bucket: int


class RunningClocks(NamedTuple):
    """Clocks that run, started and to be breached in the same minutes since 1970; None where no breach is in sight."""

    promised: bool
    asked_minute: int
    breach_minute: int | None


def ended(fate: str, *, promised: bool, wall: float, business: float) -> tuple[int, int]:
    """Return the numbers under which a clock that has ended is counted: once by each of its lengths, in seconds."""
    told = FATES.index(fate) * 2 + promised
    return told * 2 * BUCKETS + bucket_of(wall), (told * 2 + 1) * BUCKETS + bucket_of(business)


def running(asked_at: datetime, breach_at: datetime | None, *, promised: bool) -> int:
    """Return the number under which a clock that runs is counted."""
    asked = int(asked_at.timestamp() // 60)
    breach = 0 if breach_at is None else ceil(breach_at.timestamp() / 60)  # nobody is late too early
    return _RUNS | promised << 2 * _MINUTE_BITS | asked << _MINUTE_BITS | breach


def told(number: int) -> EndedClocks | RunningClocks:
    """Return what is counted under a number."""
    if number >= _RUNS:
        of_minutes = (1 << _MINUTE_BITS) - 1
        asked, breach = number >> _MINUTE_BITS & of_minutes, number & of_minutes
        return RunningClocks(bool(number >> 2 * _MINUTE_BITS & 1), asked, breach or None)
    above, bucket = divmod(number, BUCKETS)
    fate, flags = divmod(above, 4)
    return EndedClocks(FATES[fate], bool(flags & 2), bool(flags & 1), bucket)


def pack(counts: Mapping[int, int]) -> bytes:
    """Return counts as a cell keeps them."""
    return msgspec.msgpack.encode(dict(sorted(counts.items())))


def unpack(packed: bytes | memoryview) -> Counter[int]:
    """Return the counts that a cell keeps."""
    return Counter(msgspec.msgpack.decode(packed, type=dict[int, int]))
