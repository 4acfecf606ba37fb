"""The difference between what replay says and what is stored. The relay writes it, recount reports it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.replay import replay
from monitor.models import Level
from monitor.relay.kept_columns import ClockColumns, clock_columns
from monitor.relay.kept_folds import TicketStory
from monitor.relay.stored_clocks import Identity, StoredClock

AT_RISK, BREACHED = Level.AT_RISK.value, Level.BREACHED.value
LEVELS = (AT_RISK, BREACHED)


class WantedClock(NamedTuple):
    """What a row should say, and when it should ring next."""

    line: ClockColumns
    rings_at: datetime | None
    row_id: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A flag that no longer holds, and why."""

    flag_id: int
    ticket_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Restatement:
    """A flag that holds, but speaks of another instant than it did, or whose clock ended or goes on."""

    flag_id: int
    ticket_id: int
    raised_at: datetime
    settled_at: datetime | None
    is_news: bool


@dataclass(slots=True)
class ClockDifference:
    """All that must be written for the stored clocks of some tickets to be what replay says."""

    new: list[WantedClock] = field(default_factory=list)
    changed: list[WantedClock] = field(default_factory=list)
    superseded: list[StoredClock] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    restated: list[Restatement] = field(default_factory=list)

    def ticket_ids(self) -> set[int]:
        """Return the tickets whose rows are not what they should be."""
        lines = [each.line for each in (*self.new, *self.changed)] + [row.line for row in self.superseded]
        return {
            *(line.ticket_id for line in lines),
            *(flag.ticket_id for flag in self.withdrawn),
            *(flag.ticket_id for flag in self.restated),
        }


NO_STORIES: Mapping[int, TicketStory] = {}


def clocks_of(
    stories: Mapping[int, TicketStory], book: Book, *, now: datetime
) -> dict[int, tuple[ReplayedClock, ...]]:
    """Replay each ticket as it stands now; reports are left to those who read them.

    Of one that goes on from a checkpoint, clocks that had ended by then are left out.
    """
    return {
        ticket_id: replay(story.events, book, reports=False, since=story.since, shown_at=now)
        for ticket_id, story in stories.items()
    }


def compare(
    clocks: Mapping[int, Iterable[ReplayedClock]],
    rows: Mapping[Identity, StoredClock],
    *,
    now: datetime,
    stories: Mapping[int, TicketStory] = NO_STORIES,
) -> ClockDifference:
    """Hold the clocks of some tickets against all stored rows of these tickets.

    Of those `stories` that go on from a checkpoint there are only some rows: what started before it, and is
    not among the clocks, stands as it is.
    """
    difference = ClockDifference()
    left_over = dict(rows)
    for ticket_id, ones in clocks.items():
        for clock in ones:
            line = clock_columns(ticket_id, clock)
            _compare_one(clock, line, left_over.pop(line.identity, None), difference, now=now)
    for row in left_over.values():
        story = stories.get(row.line.ticket_id)
        if story is None or row.line.start_seq > story.last_folded:
            _supersede(row, difference)
    return difference


def _compare_one(
    clock: ReplayedClock,
    line: ClockColumns,
    row: StoredClock | None,
    difference: ClockDifference,
    *,
    now: datetime,
) -> None:
    if row is None:
        difference.new.append(WantedClock(line, _rings_at(clock, ())))
        return
    standing = _check_flags(clock, row, difference, now=now)
    rings_at = _rings_at(clock, standing)
    if row.line != line or row.rings_at != rings_at or row.superseded:
        difference.changed.append(WantedClock(line, rings_at, row.id))


def _check_flags(
    clock: ReplayedClock, row: StoredClock, difference: ClockDifference, *, now: datetime
) -> set[str]:
    """Return the levels whose flags stand; those that no longer hold are to be withdrawn.

    A flag may speak of an instant after `now`: while we waited for the ticket, a sweep came and was later.
    """
    standing: set[str] = set()
    for level, (flag_id, raised_at, settled_at) in row.flags.items():
        instant = clock.breach_at if level == BREACHED else clock.risk_at
        if clock.silent or instant is None or instant > max(now, raised_at):
            reason = "corrected" if instant is None or level == BREACHED else "moved"
            difference.withdrawn.append(Withdrawal(flag_id, row.line.ticket_id, reason))
            continue
        standing.add(level)
        if (instant, clock.ended_at) != (raised_at, settled_at):
            moved = instant != raised_at
            difference.restated.append(
                Restatement(flag_id, row.line.ticket_id, instant, clock.ended_at, is_news=moved)
            )
    return standing


def _supersede(row: StoredClock, difference: ClockDifference) -> None:
    """A correction has taken away what started this clock."""
    if not row.superseded:
        difference.superseded.append(row)
    for flag_id, *_instants in row.flags.values():
        difference.withdrawn.append(Withdrawal(flag_id, row.line.ticket_id, "corrected"))


def _rings_at(clock: ReplayedClock, standing: Iterable[str]) -> datetime | None:
    """Return the earliest alarm that has no flag yet, never before anybody could know of it.

    A risk of which nobody could know before it had come true is none.
    """
    if clock.silent:
        return None
    risk_at, breach_at, floor = clock.risk_at, clock.breach_at, clock.alarm_floor
    instants = zip(LEVELS, (None if breach_at and breach_at <= floor else risk_at, breach_at), strict=True)
    missing = [at for level, at in instants if at is not None and level not in standing]
    return max(min(missing), clock.alarm_floor) if missing else None
