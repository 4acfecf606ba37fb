"""What becomes of clocks: those stored beside those that a trial's book makes of the same events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Outcome
from monitor.clock.replay import replay
from monitor.models import TrialMove, TrialOutcome
from monitor.promises.trial.told_tickets import ToldTicket, TrialClock

_ENDED: Final = {
    "": None,
    Outcome.MET.value: TrialOutcome.MET,
    Outcome.LATE.value: TrialOutcome.LATE,
    Outcome.UNANSWERED.value: TrialOutcome.UNANSWERED,
}
"""What an outcome means; of any other nobody waits for an answer any more."""


Pair = tuple[TrialClock, TrialClock | None, TrialClock | None]
"""Either of two, the one before, and the one after."""


class Change(NamedTuple):
    """A clock as it is and as it would be; one of them may be missing. `move` is empty in the past."""

    either: TrialClock
    before: TrialClock | None
    after: TrialClock | None
    move: str
    came_out: str
    would: str

    @property
    def is_kept(self) -> bool:
        """Whether it leads to its ticket; of what nothing becomes, it is only counted that it is there."""
        return self.move != TrialMove.SAME if self.move else self.came_out != self.would


def open_changes(ticket: ToldTicket, book: Book, *, now: datetime) -> Iterator[Change]:
    """Yield what becomes of each promise that runs, or would run, on a ticket."""
    for either, before, after in _pairs(ticket, book, now=now):
        change = Change(
            either, before, after, move(before, after, now=now), came_out(before, now), came_out(after, now)
        )
        if change.is_kept or not change.either.ended:
            yield change


def past_changes(ticket: ToldTicket, book: Book, *, since: datetime, now: datetime) -> Iterator[Change]:
    """Yield what came of each clock of a ticket that started between two instants, and what would have."""
    for either, before, after in _pairs(ticket, book, now=now):
        change = Change(either, before, after, "", came_out(before, now), came_out(after, now))
        if since <= change.either.started_at <= now:
            yield change


def _pairs(ticket: ToldTicket, book: Book, *, now: datetime) -> Iterator[Pair]:
    stored = {one.identity: one for one in ticket.clocks}
    for clock in replay(ticket.events, book, reports=False, shown_at=now):
        after = _tried(clock)
        yield after, stored.pop(after.identity, None), after
    for before in stored.values():
        yield before, before, None


def _tried(clock: ReplayedClock) -> TrialClock:
    return TrialClock(
        clock.metric.value,
        clock.start_seq,
        clock.started_at,
        clock.ended_at is not None,
        "" if clock.outcome is None else clock.outcome.value,
        clock.target,
        clock.due_at,
        clock.remaining,
        clock.risk_at,
        clock.breach_at,
    )


def came_out(clock: TrialClock | None, now: datetime) -> TrialOutcome:
    """Say what came of a promise by an instant."""
    if clock is None:
        return TrialOutcome.ABSENT
    if clock.outcome not in _ENDED:
        return TrialOutcome.REST
    if not clock.is_promised:
        return TrialOutcome.UNPROMISED
    if (ended := _ENDED[clock.outcome]) is not None:
        return ended
    is_late = clock.late_at is not None and clock.late_at <= now
    return TrialOutcome.LATE if is_late else TrialOutcome.UNDECIDED


def move(before: TrialClock | None, after: TrialClock | None, *, now: datetime) -> TrialMove:
    """Say what becomes of a promise that runs: the first that holds, the worst first."""
    had, has = (one is not None and one.is_promised for one in (before, after))
    if _is_late(after, now) and not _is_late(before, now):
        return TrialMove.LATE
    if had != has:
        return TrialMove.LOSES if had else TrialMove.GAINS
    if before is None or after is None or before[5:] == after[5:]:
        return TrialMove.SAME
    return _shifted(before, after)


def _is_late(clock: TrialClock | None, now: datetime) -> bool:
    return clock is not None and not clock.ended and clock.late_at is not None and clock.late_at <= now


def _shifted(before: TrialClock, after: TrialClock) -> TrialMove:
    """Say which way the due time moves, or what is left of a pause; what is never due is due after all else."""
    if before.due_at != after.due_at:
        if before.due_at is None or after.due_at is None:
            return TrialMove.SOONER if before.due_at is None else TrialMove.LATER
        return TrialMove.SOONER if after.due_at < before.due_at else TrialMove.LATER
    if before.left is not None and after.left is not None and before.left != after.left:
        return TrialMove.SOONER if after.left < before.left else TrialMove.LATER
    return TrialMove.OTHERWISE
