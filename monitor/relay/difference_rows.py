"""The statements that write a difference down: set-based, ends before starts, in the order of locks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from helpdesk.database.statement import Statement, given, ids, rows
from monitor.relay.difference import ClockDifference, Restatement, WantedClock, Withdrawal
from monitor.relay.kept_columns import ClockColumns, assigned, named, typed


def statements(difference: ClockDifference, *, now: datetime) -> Iterator[Statement]:
    """Yield what makes the stored clocks and flags what they should be; a constant number of statements."""
    if difference.superseded:
        yield _SUPERSEDE, (now, ids(row.id for row in difference.superseded))
    ending = [each for each in difference.changed if each.line.ended_at is not None]
    running = [each for each in difference.changed if each.line.ended_at is None]
    for some in (ending, running):  # a metric's running clock must end before another one runs
        if some:
            yield _update(some)
    if difference.new:
        yield _insert(difference.new)
    if difference.withdrawn:
        yield _withdraw(difference.withdrawn, now=now)
    if difference.restated:
        yield _restate(difference.restated, now=now)


def _insert(new: Sequence[WantedClock]) -> Statement:
    return _INSERT, [rows(_row(each) for each in sorted(new, key=lambda each: each.line.identity))]


def _update(changed: Sequence[WantedClock]) -> Statement:
    in_order = sorted(changed, key=lambda each: each.row_id)
    return _UPDATE, [rows((*_row(each), each.row_id) for each in in_order)]


def _row(alarmed: WantedClock) -> tuple[object, ...]:
    line = alarmed.line
    return (*line[:_REMAINING], _interval(line.remaining), *line[_REMAINING + 1 :], alarmed.rings_at)


def _interval(duration: timedelta | None) -> str | None:
    """Say a duration that may be below zero: PostgreSQL does not read that in ISO 8601."""
    return None if duration is None else f"{duration.total_seconds():f} s"


def _withdraw(withdrawn: Sequence[Withdrawal], *, now: datetime) -> Statement:
    in_order = sorted(withdrawn, key=lambda each: each.flag_id)
    return _WITHDRAW, (now, rows((each.flag_id, each.reason) for each in in_order), now)


def _restate(restated: Sequence[Restatement], *, now: datetime) -> Statement:
    in_order = sorted(restated, key=lambda each: each.flag_id)
    said = rows((each.flag_id, each.raised_at, each.settled_at, each.is_news) for each in in_order)
    return _RESTATE, (said, now)


_REMAINING = ClockColumns._fields.index("remaining")

_GIVEN = given(*typed(ClockColumns), "rings_at timestamptz")
_GIVEN_BY_ID = given(*typed(ClockColumns), "rings_at timestamptz", "id bigint")

_INSERT = f"""
    INSERT INTO monitor_clock ({named(ClockColumns)}, rings_at)
    SELECT {named(ClockColumns)}, rings_at FROM {_GIVEN} RETURNING id
"""  # noqa: S608  # the columns are our own

_UPDATE = f"""
    UPDATE monitor_clock clock
       SET {assigned(ClockColumns, "given", key=3)}, rings_at = given.rings_at, superseded_at = NULL
      FROM {_GIVEN_BY_ID} WHERE clock.id = given.id RETURNING clock.id
"""  # noqa: S608  # the columns are our own

_SUPERSEDE = """
    UPDATE monitor_clock SET superseded_at = %s, rings_at = NULL WHERE id = ANY(%s::bigint[]) RETURNING id
"""

_WITHDRAW = f"""
    WITH withdrawn AS (
        UPDATE monitor_flag flag SET withdrawn_at = %s, withdrawn_reason = reason, withdrawn_by = (
                   SELECT min(seq) FROM helpdesk_ticketevent event
                    WHERE event.ticket_id = flag.ticket_id AND relayed_at IS NULL AND set_aside_at IS NULL)
          FROM {given("id bigint", "reason varchar")}
         WHERE flag.id = given.id RETURNING flag.id
    )
    INSERT INTO monitor_news (flag_id, change, at)
    SELECT id, 'withdrawn', %s FROM withdrawn ORDER BY id RETURNING id
"""  # noqa: S608  # the columns are those here

_RESTATE = f"""
    WITH restated AS (
        UPDATE monitor_flag flag SET raised_at = given.raised_at, settled_at = given.settled_at
          FROM {given("id bigint", "raised_at timestamptz", "settled_at timestamptz", "is_news boolean")}
         WHERE flag.id = given.id RETURNING flag.id, is_news
    )
    INSERT INTO monitor_news (flag_id, change, at)
    SELECT id, 'restated', %s FROM restated WHERE is_news ORDER BY id RETURNING id
"""  # noqa: S608  # the columns are those here
