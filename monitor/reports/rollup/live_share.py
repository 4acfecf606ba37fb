"""A live ticket's share of where tickets stand now: in which place, and from when on it is what.

Nearly every stretch is told by its end alone. What is nearly due is so for `SOON`, and a risk ends where something has
been nearly due, so both share `due`; only where it is otherwise they say more, each by two columns whose counts up to
an instant are one more, or one less, while it is. `answers` are when answers fall due that are still to be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString, NamedTuple

from helpdesk.database.statement import ids, run
from monitor.clock.metrics import RESPONSES
from monitor.models.standing import SOON

NOBODY: Final = 0
KINDS: Final = ("late", "waiting", "due", "risk_from", "risk_until", "soon_from", "soon_until", "answers")
"""The instants of a share, by their names."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
QUARTER: Final = SOON // _MICROSECOND


class LivePlace(NamedTuple):
    """Whose live tickets are counted together."""

    environment: str
    queue_id: int
    store_id: int
    assignee_id: int


class LiveShare(NamedTuple):
    """What a live ticket adds to its place: instants in microseconds since 1970, none where there is no such one."""

    place: LivePlace
    unacknowledged: bool
    late: tuple[int, ...]
    waiting: tuple[int, ...]
    due: tuple[int, ...]
    risk_from: tuple[int, ...]
    risk_until: tuple[int, ...]
    soon_from: tuple[int, ...]
    soon_until: tuple[int, ...]
    answers: tuple[int, ...] = ()

    @property
    def instants(self) -> tuple[tuple[int, ...], ...]:
        """Return those of each of `KINDS`."""
        return (
            self.late, self.waiting, self.due, self.risk_from, self.risk_until, self.soon_from, self.soon_until,
            self.answers,
        )  # fmt: skip


def microseconds(at: datetime) -> int:
    """Return an instant as shares have it."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """Return the instant that a share has."""
    return _EPOCH + timedelta(microseconds=at)


def shares_of(ticket_ids: Sequence[int]) -> dict[int, LiveShare]:
    """Return what these tickets add as they stand; one that is not live adds nothing."""
    found: dict[int, LiveShare] = {}
    asked = {"tickets": ids(ticket_ids), "responses": list(RESPONSES)}
    for ticket_id, *place, unacknowledged, late, waiting, risky, nearly_due, answers in run(_READ, asked):
        soon = _stretches(nearly_due)
        due = tuple(end for _start, end in soon)
        longer = [(start, end - QUARTER) for start, end in soon if start != end - QUARTER]
        found[ticket_id] = LiveShare(
            LivePlace(*place),
            unacknowledged,
            () if late is None else (late,),
            () if waiting is None else (waiting,),
            due,
            *_risk(_stretches(risky), due),
            tuple(start for start, _end in longer),
            tuple(end for _start, end in longer),
            tuple(answers),
        )
    return found


def _stretches(told: str) -> list[tuple[int, int]]:
    """Return stretches whose beginnings and ends the database has told in turn."""
    instants = [int(at) for at in told.split()]
    return list(zip(instants[::2], instants[1::2], strict=True))


def _risk(
    stretches: Sequence[tuple[int, int]], due: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return when risks begin and end beside what is due; a due time at which none ends is made up for."""
    ends = [end for _start, end in stretches]
    starts = [start for start, _end in stretches] + [at for at in due if at not in ends]
    return tuple(sorted(starts)), tuple(at for at in ends if at not in due)


def _since_1970(instant: LiteralString) -> LiteralString:
    return f"(extract(epoch FROM {instant}) * 1000000)::bigint"


def _told(stretches: LiteralString) -> LiteralString:
    ends: LiteralString = f"{_since_1970('lower(one)')} || ' ' || {_since_1970('upper(one)')}"
    joined: LiteralString = f"string_agg({ends}, ' ') FROM unnest({stretches}) AS one"
    return f"coalesce((SELECT {joined}), '')"


_READ: Final[LiteralString] = f"""
    SELECT ticket_id, environment, queue_id, store_id, coalesce(assignee_id, {NOBODY}),
           unacknowledged_since IS NOT NULL, {_since_1970("late_at")}, {_since_1970("waiting_since")},
           {_told("risky")}, {_told("nearly_due")}, array_remove(ARRAY(
               SELECT {_since_1970("breach_at")} AS due FROM monitor_clock clock
                WHERE clock.ticket_id = standing.ticket_id AND metric = ANY(%(responses)s)
                  AND ended_at IS NULL AND superseded_at IS NULL
                ORDER BY due
           ), NULL)
      FROM monitor_standing standing WHERE ticket_id = ANY(%(tickets)s::bigint[])
"""  # noqa: S608  # the columns are our own
"""A clock without a due time is taken out at the end: were it asked for, an index of due times alone would be walked
for each ticket where the planner does not know yet how many there are.
"""
