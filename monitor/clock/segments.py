"""Segments: the stretches that a clock is made of, each under one policy and one calendar version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from monitor.clock.book.policy import Book, Target
from monitor.clock.terms import NO_TERMS, NO_TIME, Elapsed, Terms

NOTHING: Final = (NO_TIME, NO_TIME)


class Segment(NamedTuple):
    """A stretch of a clock under one policy and one calendar version; `end` is None while it lasts.

    `pause` is the status that pauses it (or `resolved`), or nothing; `begun_by` the kind of event that
    began the stretch, or `version`; `seq` is that event, None for a version.
    """

    start: datetime
    end: datetime | None
    terms: Terms
    pause: str
    begun_by: str
    seq: int | None

    @property
    def paused(self) -> bool:
        return bool(self.pause)

    @property
    def reason(self) -> str:
        """Say why the clock is paused, else what began the stretch."""
        return self.pause or self.begun_by

    @property
    def policy_version(self) -> int | None:
        """Return the id of the policy version."""
        return None if self.terms.policy is None else self.terms.policy.id

    @property
    def calendar_version(self) -> int | None:
        """Return the id of the calendar version."""
        return None if self.terms.calendar is None else self.terms.calendar.id

    def elapsed(self, start: datetime, end: datetime) -> Elapsed:
        """Return the (business, wall) time that counts between two instants inside it."""
        return NOTHING if self.pause else self.terms.elapsed(start, end)


Trail = tuple[Segment, "Trail | None"]
"""The last of some segments, and those before it: a list that is added to and still never changes."""


def newest_first(trail: Trail | None) -> Iterator[Segment]:
    """Yield the segments of a trail, from the last to the first."""
    while trail is not None:
        segment, trail = trail
        yield segment


def stretch(
    start: datetime, end: datetime, *, terms: Terms, book: Book, begun_by: str, seq: int
) -> Iterator[Segment]:
    """Yield running segments between two instants, each under the hours of its day."""
    policy = terms.policy
    if policy is None:
        yield Segment(start, end, NO_TERMS, "", begun_by, seq)
        return
    cuts = [start, *book.calendar_changes(policy.calendar, start, end), end]
    for a, b in pairwise(cuts):
        under = terms._replace(calendar=book.calendar_at(policy.calendar, a))
        yield Segment(a, b, under, "", begun_by, seq)


def walk_back(
    segments: Iterable[Segment], spent: timedelta, target: Target, *, runs_on_at: datetime | None
) -> tuple[timedelta, datetime | None, datetime | None]:
    """Return the earliest instant at which segments, the newest first, add up to a target, if they do.

    `spent` is what had counted by their end in the target's basis, each under its own hours, and
    `runs_on_at` when the clock runs after them. What is spent at the very instant of a pause is due when it
    runs on: nobody knows when before that. What had counted by the beginning of the last segment that was
    looked at is returned first, and last when the clock began to run in it or after it.
    """
    found: datetime | None = None
    for segment in segments:
        if spent < target.duration:
            break
        if not segment.pause:
            under, end = segment.terms._replace(target=target), segment.end or segment.start
            spent -= under.spend(segment.start, end)
            reached = under.reach(segment.start, target.duration - spent)
            found = reached if reached is None or reached < end else runs_on_at
            runs_on_at = segment.start
    return spent, found, runs_on_at


def clipped(segments: Sequence[Segment], until: datetime) -> Iterator[tuple[Segment, datetime, datetime]]:
    """Yield each segment that began before `until`, with the part of it that lies before."""
    for segment in segments:
        end = until if segment.end is None else min(segment.end, until)
        if segment.start < end:
            yield segment, segment.start, end
