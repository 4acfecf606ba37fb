"""The ledger: why a clock stands where it stands, step by step. Worked out on demand, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.segments import Segment, clipped

_KINDS: Final = {"open": "running", "out_of_hours": "out_of_hours", "holiday": "holiday"}


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a clock's life. `kind` is `running`, `out_of_hours`, `holiday` or `paused`.

    `reason` is the pausing status (or `resolved`), else the kind of the event that began the stretch,
    `version` for a new policy or calendar version; `seq` is the event behind it.
    """

    start: datetime
    end: datetime
    kind: str
    reason: str
    seconds: float
    policy_version: int | None
    calendar_version: int | None
    seq: int | None


def explain(clock: ReplayedClock, book: Book, until: datetime) -> list[Step]:
    """Return the steps of a clock up to `until`, or up to its end.

    The running steps add up to what it has counted in its own basis. A clock in wall time has no
    hours to be out of. The book must be the one that the clock was replayed with.
    """
    return [step for part in clipped(clock.segments, until) for step in _steps(clock, book, *part)]


def _steps(
    clock: ReplayedClock, book: Book, segment: Segment, start: datetime, end: datetime
) -> Iterator[Step]:
    version = book.calendar_version(segment.calendar_version)
    if segment.paused:
        yield _step(segment, start, end, "paused")
    elif version is None or clock.basis == "wall":
        yield _step(segment, start, end, "running")
    else:
        for a, b, kind in version.hours.segments(start, end):
            yield _step(segment, a, b, _KINDS[kind])


def _step(segment: Segment, start: datetime, end: datetime, kind: str) -> Step:
    return Step(
        start=start,
        end=end,
        kind=kind,
        reason=segment.reason,
        seconds=(end - start).total_seconds(),
        policy_version=segment.policy_version,
        calendar_version=segment.calendar_version,
        seq=segment.seq,
    )
