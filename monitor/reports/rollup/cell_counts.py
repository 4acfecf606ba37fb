"""What is counted in a cell: numbers that say how clocks came out and how long they lasted, or since when they run.

A count is found under a number, so that cells can be added and taken away without being understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from math import ceil
from typing import Final, NamedTuple

import msgspec

from monitor.clock.metrics import Outcome
from monitor.measure.log_histogram import BUCKETS, bucket_of

RULES: Final = 8
"""The number of these rules and of what a ticket's share is made of; whoever changes either raises it."""

MISDATED: Final = "misdated"
FATES: Final = (*(outcome.value for outcome in Outcome), MISDATED)
"""How a clock can have ended, in an order that numbers rely on."""

_FATES_BIT: Final = 8
_IN_AN_HOUR: Final = 1 << 20
_ON_A_DAY: Final = 1 << 21
ENDLESS: Final = 1 << 62
"""From here on, numbers are of clocks that run: there is no end of them. They are in the order of their breaches."""
PROMISED: Final = ENDLESS | 1 << 63
"""From here on, numbers are of clocks that run and promise something."""
_BREACH_BIT: Final = 37
_ASKED_BIT: Final = 12
_MOST_CALENDARS: Final = 1 << _ASKED_BIT
_BEFORE_ANY: Final = 15_778_080
"""The minute since 1970 with which the year 2000 began."""
_NO_BREACH: Final = (1 << _BREACH_BIT - _ASKED_BIT) - 1
_LATEST: Final = _NO_BREACH - 1
"""The last minute that there is a number for, in the year 2063."""


class EndedClocks(NamedTuple):
    """Clocks that started on the day and ended alike, after as long: in whole time, or in open time (`business`)."""

    fate: str
    promised: bool
    business: bool
    bucket: int


class EndedOfHour(NamedTuple):
    """Clocks that started in an hour of the day and ended alike."""

    fate: str
    promised: bool
    hour: int


class EndedThatDay(NamedTuple):
    """Clocks that ended alike on the day, whenever they started."""

    fate: str


class RunningClocks(NamedTuple):
    """Clocks that started in a minute and run, to be breached in the same minute; both since 1970.

    No breach: none is in sight. `calendar` is the number of the version whose hours are open time; 0: none has one, all
    time is.
    """

    promised: bool
    asked: int
    breach: int | None
    calendar: int


Told = EndedClocks | EndedOfHour | EndedThatDay | RunningClocks


def ended(fate: str, *, promised: bool, hour: int, wall: float, business: float) -> tuple[int, int, int]:
    """Return the numbers under which a clock that has ended is counted where it started: by each length, in seconds."""
    said = FATES.index(fate) * 2 + promised
    return (
        said * 2 * BUCKETS + bucket_of(wall),
        (said * 2 + 1) * BUCKETS + bucket_of(business),
        _IN_AN_HOUR | hour << _FATES_BIT | said,
    )


def ended_that_day(fate: str) -> int:
    """Return the number under which a clock is counted on the day on which it ended."""
    return _ON_A_DAY | FATES.index(fate)


def running(asked_at: datetime, breach_at: datetime | None, *, promised: bool, calendar: int) -> int:
    """Return the number under which a clock that runs is counted; nobody is late too early in it, but up to a minute
    too late."""
    asked = _minute(asked_at.timestamp() // 60)
    breach = _NO_BREACH
    if breach_at is not None:
        breach = max(_minute(ceil(breach_at.timestamp() / 60)), min(asked + 1, _LATEST))
    known = calendar if calendar < _MOST_CALENDARS else 0
    first = PROMISED if promised else ENDLESS
    return first | breach << _BREACH_BIT | asked << _ASKED_BIT | known


def _minute(since_1970: float) -> int:
    return min(max(int(since_1970) - _BEFORE_ANY, 0), _LATEST)


def late_until(minute: int) -> int:
    """Return the number up to which those from `PROMISED` on are of clocks that are breached by a minute since 1970."""
    return PROMISED | _minute(minute) + 1 << _BREACH_BIT


def asked_minute(number: int) -> int:
    """Return the minute since 1970 in which clocks that run have started."""
    return (number >> _ASKED_BIT & _NO_BREACH) + _BEFORE_ANY


def asked_minutes(numbers: Iterable[int]) -> list[int]:
    """Return the same of several: figures ask it of every clock that runs."""
    return [(number >> _ASKED_BIT & _NO_BREACH) + _BEFORE_ANY for number in numbers]


def breach_minute(number: int) -> int | None:
    """Return the minute in which clocks that run are breached; None: none is in sight."""
    breach = number >> _BREACH_BIT & _NO_BREACH
    return None if breach == _NO_BREACH else breach + _BEFORE_ANY


def is_promised(number: int) -> bool:
    """Tell whether clocks that run promise something."""
    return number >= PROMISED


def calendar_of(number: int) -> int:
    """Return the number of the calendar version whose hours are open time to clocks that run; 0: all time is."""
    return number % _MOST_CALENDARS


def unpromised(counts: Mapping[int, int]) -> Counter[int]:
    """Return the same of clocks that promise nothing, so that none is late."""
    found: Counter[int] = Counter()
    for number, count in counts.items():
        found[_running_unpromised(number) if number >= ENDLESS else _ended_unpromised(number)] += count
    return found


def _running_unpromised(number: int) -> int:
    return ENDLESS | _NO_BREACH << _BREACH_BIT | number % (1 << _BREACH_BIT)


@cache
def _ended_unpromised(number: int) -> int:
    if number >= _ON_A_DAY:
        return ended_that_day(_unbroken(FATES[number ^ _ON_A_DAY]))
    if number >= _IN_AN_HOUR:
        hour, said = divmod(number ^ _IN_AN_HOUR, 1 << _FATES_BIT)
        return _IN_AN_HOUR | hour << _FATES_BIT | FATES.index(_unbroken(FATES[said >> 1])) * 2
    above, bucket = divmod(number, BUCKETS)
    fate, flags = divmod(above, 4)
    return (FATES.index(_unbroken(FATES[fate])) * 4 + (flags & 1)) * BUCKETS + bucket


def _unbroken(fate: str) -> str:
    return Outcome.MET.value if fate == Outcome.LATE else fate


def told(number: int) -> Told:
    """Return what is counted under a number."""
    if number >= ENDLESS:
        return RunningClocks(
            is_promised(number), asked_minute(number), breach_minute(number), calendar_of(number)
        )
    if number >= _ON_A_DAY:
        return EndedThatDay(FATES[number ^ _ON_A_DAY])
    if number >= _IN_AN_HOUR:
        hour, said = divmod(number ^ _IN_AN_HOUR, 1 << _FATES_BIT)
        return EndedOfHour(FATES[said >> 1], bool(said & 1), hour)
    above, bucket = divmod(number, BUCKETS)
    fate, flags = divmod(above, 4)
    return EndedClocks(FATES[fate], bool(flags & 2), bool(flags & 1), bucket)


def pack(counts: Mapping[int, int]) -> bytes:
    """Return counts as a cell keeps them."""
    return msgspec.msgpack.encode(dict(sorted(counts.items())))


def unpack(packed: bytes | memoryview) -> Counter[int]:
    """Return the counts that a cell keeps."""
    return Counter(msgspec.msgpack.decode(packed, type=dict[int, int]))
