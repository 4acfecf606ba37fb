"""When a promise would have been due had its clock stood still within freezes: arithmetic over stretches of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]
"""From the one up to, and without, the other."""

NOTHING = timedelta()


def would_be_due_at(
    counted: Sequence[Stretch], frozen: Iterable[Stretch], *, used_up_at: datetime
) -> datetime | None:
    """Return when the target would have been used up without what counted within freezes; None: not in this time.

    `counted` are the stretches in which the clock counted, in order, up to its end; at `used_up_at` it had used up
    its target. What it had counted of that in freezes it has again, after that and outside of them. Where nothing
    had, it was due when it was.
    """
    windows = _joined(frozen)
    spent_before = _clipped(counted, until=used_up_at)
    owed = sum((b - a for a, b in _within(spent_before, windows)), NOTHING)
    if not owed:
        return used_up_at
    for begin, end in _without(_clipped(counted, since=used_up_at), windows):
        if end - begin >= owed:
            return begin + owed
        owed -= end - begin
    return None


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return them in order, those that touch as one."""
    joined: list[Stretch] = []
    for begin, end in sorted(stretches):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined


def _clipped(
    stretches: Iterable[Stretch], *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Stretch]:
    for begin, end in stretches:
        first = begin if since is None else max(begin, since)
        last = end if until is None else min(end, until)
        if first < last:
            yield first, last


def _within(stretches: Iterable[Stretch], windows: Sequence[Stretch]) -> Iterator[Stretch]:
    for stretch in stretches:
        for begin, end in windows:
            yield from _clipped([stretch], since=begin, until=end)


def _without(stretches: Iterable[Stretch], windows: Sequence[Stretch]) -> Iterator[Stretch]:
    for first, end in stretches:
        begin = first
        for frozen_from, frozen_until in windows:
            if frozen_until <= begin or frozen_from >= end:
                continue
            if begin < frozen_from:
                yield begin, frozen_from
            begin = max(begin, frozen_until)
        if begin < end:
            yield begin, end
