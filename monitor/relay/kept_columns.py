"""The columns of the rows that the relay keeps; statements, rows and comparisons are made from these lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final, LiteralString, NamedTuple, get_args, get_type_hints

from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.terms import NO_TIME
from monitor.models.stretches import Stretches

SQL_TYPES: dict[type, LiteralString] = {
    int: "bigint",
    str: "varchar",
    bool: "boolean",
    datetime: "timestamptz",
    timedelta: "interval",
    Stretches: "tstzmultirange",
}
"""A column may be narrower; PostgreSQL narrows what it is given."""


class ClockColumns(NamedTuple):
    """What a clock's row says, apart from its alarm."""

    ticket_id: int
    metric: str
    start_seq: int
    cycle: int
    started_at: datetime
    policy_version_id: int | None
    calendar_version_id: int | None
    basis: str
    target: timedelta | None
    due_at: datetime | None
    paused_at: datetime | None
    remaining: timedelta | None
    risk_at: datetime | None
    breach_at: datetime | None
    breach_kind: str
    ended_at: datetime | None
    end_seq: int | None
    business: timedelta | None
    wall: timedelta | None
    silent: bool
    outcome: str
    any_at: datetime | None
    any_business: timedelta | None
    substantive_at: datetime | None
    substantive_business: timedelta | None
    substantive_outcome: str | None

    @property
    def identity(self) -> tuple[int, str, int]:
        return self[:3]


class QueuePlace(NamedTuple):
    """What a standing's row says: where a live ticket stands in the queue."""

    ticket_id: int
    store_id: int
    queue_id: int
    assignee_id: int | None
    environment: str
    status: str
    rank: int
    turn_at: datetime | None
    waiting_due_at: datetime | None
    due_at: datetime | None
    late_at: datetime | None
    waiting_since: datetime | None
    unacknowledged_since: datetime | None
    opened_at: datetime
    risky: Stretches | None
    nearly_due: Stretches | None


KeptRow = type[ClockColumns] | type[QueuePlace]


def clock_columns(ticket_id: int, clock: ReplayedClock) -> ClockColumns:
    """Return what the row of a ticket's clock should say."""
    return ClockColumns._make((ticket_id, *_of_the_clock(clock), clock.outcome or "", *_other_ends(clock)))


def _other_ends(clock: ReplayedClock) -> tuple[datetime | timedelta | str | None, ...]:
    """Return how a first response ended with bots, and in substance, where that is not how it ended itself."""
    if (any_end := clock.any_end) is None and clock.substantive_end is None:
        return _NO_OTHER_ENDS
    with_bots = (any_end.at, any_end.business) if any_end else (None, None)
    if (substantive := clock.substantive_end) is None:
        return *with_bots, None, None, None
    return *with_bots, substantive.at, substantive.business, substantive.outcome or ""


def clock_of(line: ClockColumns) -> ReplayedClock:
    """Return a clock that has ended as its row says it; what it counted when is not known any more."""
    own = zip(ClockColumns._fields[1:_OTHER_ENDS], line[1:_OTHER_ENDS], strict=True)
    said: dict[str, Any] = {name.removesuffix("_id"): value for name, value in own}
    said |= {"metric": Metric(line.metric), "outcome": Outcome(line.outcome)}
    carried = line.business or NO_TIME, line.wall or NO_TIME
    return ReplayedClock(**said, alarm_floor=line.started_at, segments=(), carried=carried)


_OTHER_ENDS: Final = ClockColumns._fields.index("any_at")
_NO_OTHER_ENDS: Final = (None,) * (len(ClockColumns._fields) - _OTHER_ENDS)
_of_the_clock = attrgetter(*(name.removesuffix("_id") for name in ClockColumns._fields[1 : _OTHER_ENDS - 1]))
"""Between the ticket and the outcome, all is called as the clock calls it; `_id` is the database's word."""


def named(row: KeptRow, *, of: LiteralString = "") -> LiteralString:
    """Return the columns as a SELECT or an INSERT lists them, or those `of` a table that is joined."""
    return ", ".join(f"{of}.{name}" if of else name for name in row._fields)


def typed(row: KeptRow) -> tuple[LiteralString, ...]:
    """Return each column with its type, as `given` asks for them."""
    hints = get_type_hints(row)
    return tuple(f"{name} {_sql_type(hints[name])}" for name in row._fields)


def assigned(row: KeptRow, source: LiteralString, *, key: int) -> LiteralString:
    """Return what an UPDATE sets the columns after the key to: each to its value in the source."""
    return ", ".join(f"{name} = {source}.{name}" for name in row._fields[key:])


def _sql_type(hint: type) -> LiteralString:
    """Return the type in SQL; of an optional one, that of what it is when it is there."""
    kind, *_none = get_args(hint) or (hint,)
    return SQL_TYPES[kind]
