"""Writing a difference down: set-based, ends before starts, in the order of locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpdesk.models.statement import run
from monitor.services.comparing import Alarmed, Difference, Restatement, Withdrawal
from monitor.services.reading import Row


def write(difference: Difference, *, now: datetime) -> None:
    """Make the stored clocks and flags what they should be; a constant number of statements."""
    if difference.superseded:
        _supersede(difference.superseded, now=now)
    ending = [each for each in difference.changed if each.line.ended_at is not None]
    running = [each for each in difference.changed if each.line.ended_at is None]
    for some in (ending, running):  # a metric's running clock must end before another one runs
        if some:
            _update(some)
    if difference.new:
        _insert(difference.new)
    if difference.withdrawn:
        _withdraw(difference.withdrawn, now=now)
    if difference.restated:
        _restate(difference.restated)


def _insert(new: Sequence[Alarmed]) -> None:
    run(_INSERT, _columns(sorted(new, key=lambda each: each.line.identity)))


def _update(changed: Sequence[Alarmed]) -> None:
    in_order = sorted(changed, key=lambda each: each.row_id)
    run(_UPDATE, [[each.row_id for each in in_order], *_columns(in_order)])


def _columns(rows: Sequence[Alarmed]) -> list[list[object]]:
    return [list(column) for column in zip(*((*each.line, each.rings_at) for each in rows), strict=True)]


def _supersede(rows: Sequence[Row], *, now: datetime) -> None:
    run(_SUPERSEDE, (now, sorted(row.id for row in rows)))


def _withdraw(withdrawn: Sequence[Withdrawal], *, now: datetime) -> None:
    in_order = sorted(withdrawn, key=lambda each: each.flag_id)
    run(
        _WITHDRAW,
        ([each.flag_id for each in in_order], [each.reason for each in in_order], now, now),
    )


def _restate(restated: Sequence[Restatement]) -> None:
    in_order = sorted(restated, key=lambda each: each.flag_id)
    run(_RESTATE, ([each.flag_id for each in in_order], [each.raised_at for each in in_order]))


_ARRAYS = """
    %b::bigint[], %b::varchar[], %b::integer[], %b::integer[], %b::timestamptz[], %b::bigint[],
    %b::bigint[], %b::varchar[], %b::interval[], %b::timestamptz[], %b::timestamptz[], %b::interval[],
    %b::timestamptz[], %b::timestamptz[], %b::varchar[], %b::timestamptz[], %b::integer[], %b::varchar[],
    %b::interval[], %b::interval[], %b::boolean[], %b::timestamptz[]
"""

_COLUMNS = """
    ticket_id, metric, start_seq, cycle, started_at, policy_version_id,
    calendar_version_id, basis, target, due_at, paused_at, remaining,
    risk_at, breach_at, breach_kind, ended_at, end_seq, outcome,
    business, wall, silent, rings_at
"""

_INSERT = f"""
    WITH given AS (SELECT * FROM unnest({_ARRAYS}) AS given ({_COLUMNS}))
    INSERT INTO monitor_clock ({_COLUMNS}) SELECT {_COLUMNS} FROM given RETURNING id
"""  # noqa: S608  # the columns are those above

_UPDATE = f"""
    WITH given AS (SELECT * FROM unnest(%b::bigint[], {_ARRAYS}) AS given (id, {_COLUMNS}))
    UPDATE monitor_clock clock
       SET cycle = given.cycle, started_at = given.started_at, policy_version_id = given.policy_version_id,
           calendar_version_id = given.calendar_version_id, basis = given.basis, target = given.target,
           due_at = given.due_at, paused_at = given.paused_at, remaining = given.remaining,
           risk_at = given.risk_at, breach_at = given.breach_at, breach_kind = given.breach_kind,
           ended_at = given.ended_at, end_seq = given.end_seq, outcome = given.outcome,
           business = given.business, wall = given.wall, silent = given.silent, rings_at = given.rings_at,
           superseded_at = NULL
      FROM given WHERE clock.id = given.id RETURNING clock.id
"""  # noqa: S608  # the columns are those above

_SUPERSEDE = """
    UPDATE monitor_clock SET superseded_at = %s, rings_at = NULL WHERE id = ANY(%b) RETURNING id
"""

_WITHDRAW = """
    WITH given AS (SELECT * FROM unnest(%b::bigint[], %b::varchar[]) AS given (id, reason)),
    withdrawn AS (
        UPDATE monitor_flag flag SET withdrawn_at = %s, withdrawn_reason = reason
          FROM given WHERE flag.id = given.id RETURNING flag.id, flag.ticket_id, flag.store_id
    )
    INSERT INTO monitor_news (flag_id, ticket_id, store_id, change, at)
    SELECT id, ticket_id, store_id, 'withdrawn', %s FROM withdrawn ORDER BY id RETURNING id
"""

_RESTATE = """
    WITH given AS (SELECT * FROM unnest(%b::bigint[], %b::timestamptz[]) AS given (id, raised_at))
    UPDATE monitor_flag flag SET raised_at = given.raised_at
      FROM given WHERE flag.id = given.id RETURNING flag.id
"""
