"""The clocks of an explained ticket: compared line by line, each with its ledger up to its due time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import explain
from monitor.models import METRIC_LABELS, OUTCOME_LABELS
from monitor.pages.clock_strip import LedgerLine, ledger_lines
from monitor.pages.explanation.difference_words import clock_title, column_label, flag_title
from monitor.pages.explanation.value_words import ValueWords, Word
from monitor.relay.clock_state import NOTHING, Label
from monitor.relay.explanation import ComparedClock, ComparedFlag, ComparedTicket, ComparedValue

ENDED_AT_A_TIME: Final = 10


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A column in words: what the events say, and what is stored."""

    label: Word
    replayed: str
    stored: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ExplainedClockFace:
    """A clock in words; `metric`, `policy` and `calendar` are named as in the ledger of the ticket's own page."""

    name: str
    title: str
    metric: Word
    clock: ReplayedClock | None
    lines: list[ComparedLine]
    steps: list[LedgerLine]
    counted: timedelta | None
    policy: Label
    calendar: Label
    hours: BusinessCalendar | None
    outcome: Word
    superseded: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class ClockPage:
    """The clocks that are shown, and from which ended one on the next page begins, if one does."""

    faces: list[ExplainedClockFace]
    next_ended: int | None


def page_of_clocks(
    compared: ComparedTicket, words: ValueWords, *, ended_from: int, only_differing: bool
) -> ClockPage:
    """Show the clocks that differ or run, and some of those that have ended and do not, the last first."""
    foremost = [one for one in compared.clocks if _differs(one) or _runs(one, compared)]
    ended = [one for one in reversed(compared.clocks) if not (_differs(one) or _runs(one, compared))]
    if only_differing:
        return ClockPage(_faces([one for one in foremost if _differs(one)], compared, words), None)
    shown = ended[ended_from : ended_from + ENDED_AT_A_TIME]
    reached = ended_from + ENDED_AT_A_TIME
    next_ended = reached if reached < len(ended) else None
    return ClockPage(_faces([*([] if ended_from else foremost), *shown], compared, words), next_ended)


def compared_lines(values: Iterable[ComparedValue], words: ValueWords) -> list[ComparedLine]:
    """Say what at least one side says, but for the number of the ticket itself."""
    return [_line(value, words) for value in values if _is_said(value) and value.name != "ticket_id"]


def flag_lines(
    flags: Sequence[ComparedFlag], words: ValueWords
) -> list[tuple[str, ComparedFlag, ComparedLine]]:
    """Name each flag, with the instant that it speaks of by its events, and as it is stored."""
    return [(flag_title(flag), flag, _line(flag.raised_at, words)) for flag in flags]


def _faces(
    clocks: Iterable[ComparedClock], compared: ComparedTicket, words: ValueWords
) -> list[ExplainedClockFace]:
    return [_face(clock, compared, words) for clock in clocks]


def _face(one: ComparedClock, compared: ComparedTicket, words: ValueWords) -> ExplainedClockFace:
    clock, called = compared.replayed.get((one.metric, one.start_seq)), words.called
    return ExplainedClockFace(
        name=f"{one.metric}-{one.start_seq}",
        title=clock_title(one),
        metric=METRIC_LABELS[one.metric],
        clock=clock,
        lines=compared_lines(one.values, words),
        steps=_steps(clock, compared, words),
        counted=_counted(clock, compared),
        policy=called.of_policy(clock.policy_version) if clock else NOTHING,
        calendar=called.of_calendar(clock.calendar_version) if clock else NOTHING,
        hours=_hours(clock, compared),
        outcome=OUTCOME_LABELS[clock.outcome] if clock and clock.outcome else "",
        superseded=one.superseded,
        differs=_differs(one),
    )


def _steps(clock: ReplayedClock | None, compared: ComparedTicket, words: ValueWords) -> list[LedgerLine]:
    """Return the ledger up to the end of a clock, else up to now or its due time, whichever is later."""
    if clock is None:
        return []
    until = clock.ended_at or max(compared.now, clock.due_at or compared.now)
    return ledger_lines(explain(clock, compared.edition, until), words.called)


def _hours(clock: ReplayedClock | None, compared: ComparedTicket) -> BusinessCalendar | None:
    version = compared.edition.calendar_version(clock.calendar_version) if clock else None
    return version.hours if version else None


def _counted(clock: ReplayedClock | None, compared: ComparedTicket) -> timedelta | None:
    """Return what has counted by the due time in the target's basis, or will have; None where it ended before."""
    if clock is None or clock.due_at is None or (clock.ended_at and clock.ended_at < clock.due_at):
        return None
    business, wall = clock.elapsed_at(clock.due_at)
    return wall if clock.basis == "wall" else business


def _line(value: ComparedValue, words: ValueWords) -> ComparedLine:
    if value.differs:
        replayed, stored = words.tell_apart(value.name, value.replayed, value.stored)
    else:
        replayed, stored = (words.say(value.name, one) for one in (value.replayed, value.stored))
    return ComparedLine(column_label(value.name), replayed, stored, value.differs)


def _is_said(value: ComparedValue) -> bool:
    return any(one not in (None, "") for one in (value.replayed, value.stored))


def _differs(clock: ComparedClock) -> bool:
    return any(value.differs for value in clock.values)


def _runs(clock: ComparedClock, compared: ComparedTicket) -> bool:
    replayed = compared.replayed.get((clock.metric, clock.start_seq))
    return replayed is not None and replayed.ended_at is None
