"""The clocks of some tickets as they are stored: held against sweeps, and read with their flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from helpdesk.database.statement import Statement, given, of, rows, run, run_together
from monitor.clock.metrics import PROMISED
from monitor.relay.kept_columns import ClockColumns, named
from monitor.relay.kept_folds import TicketStory

Identity = tuple[int, str, int]
"""Ticket, metric and the number of the event that started it."""


class StoredClock(NamedTuple):
    """A clock as it is stored, with the levels and instants of its standing flags."""

    id: int
    line: ClockColumns
    rings_at: datetime | None
    superseded: bool
    flags: dict[str, tuple[int, datetime, datetime | None]]
    """Level → the flag's id, the instant it speaks of, and when it was settled."""


class HeldClock(NamedTuple):
    """A clock that has been locked: one that `runs`, or that has ended and is still to ring."""

    ticket_id: int
    metric: str
    start_seq: int
    runs: bool


def hold(ticket_ids: Sequence[int]) -> Statement:
    """Return what keeps sweeps away from clocks that may still ring: nobody else touches those that have rung."""
    return of(ticket_ids, _HOLD_OF_ONE if len(ticket_ids) == 1 else _HOLD_OF_MANY)


def read_rows(ticket_ids: Sequence[int]) -> dict[Identity, StoredClock]:
    """Return the stored clocks of the tickets by identity, superseded ones too."""
    return _by_identity(run(*of(ticket_ids, _ROWS)))


def read_rows_of(stories: dict[int, TicketStory]) -> dict[Identity, StoredClock]:
    """Return all stored clocks of tickets that are folded from the start; of the others those that may differ.

    These are the clocks of the checkpoint, and those that started after it.
    """
    from_the_start = [pk for pk, story in stories.items() if story.since is None]
    ranges = [one for pk, story in stories.items() for one in _ranges(pk, story)]
    asked = [of(from_the_start, _ROWS)] if from_the_start else []
    if ranges:
        asked.append((_ROWS_IN_RANGES, [rows(ranges)]))
    return _by_identity(row for found in run_together(*asked) for row in found)


def read_last_lines(ticket_ids: Sequence[int]) -> dict[int, list[ClockColumns]]:
    """Return, of each ticket and metric, the last clock that started, where it has ended."""
    asked = [(pk, metric.value) for pk in ticket_ids for metric in PROMISED]
    lines: dict[int, list[ClockColumns]] = {}
    for row in run(_LAST_LINES, [rows(asked)]):
        lines.setdefault(row[0], []).append(ClockColumns._make(row))
    return lines


def _ranges(ticket_id: int, story: TicketStory) -> Iterable[tuple[int, str, int, int]]:
    if story.since is None:
        return
    for metric in PROMISED:
        yield ticket_id, metric.value, story.last_folded + 1, _LAST
    for clock in story.since.clocks:
        if clock.beginning.metric in PROMISED:
            yield ticket_id, clock.beginning.metric.value, clock.beginning.seq, clock.beginning.seq


def _by_identity(found: Iterable[tuple[Any, ...]]) -> dict[Identity, StoredClock]:
    return {row.line.identity: row for row in map(_row, found)}


def _row(columns: tuple[Any, ...]) -> StoredClock:
    number, *line, rings_at, superseded, levels, flag_ids, instants, settled = columns
    said = zip(flag_ids or (), instants or (), settled or (), strict=True)
    flags = dict(zip(levels or (), said, strict=True))
    return StoredClock(number, ClockColumns(*line), rings_at, superseded, flags)


_LAST = 2**31 - 1

_HOLD_OF_MANY = """
    SELECT ticket_id, metric, start_seq, ended_at IS NULL
      FROM monitor_clock
     WHERE ticket_id = ANY(%s::bigint[]) AND superseded_at IS NULL
       AND (ended_at IS NULL OR rings_at IS NOT NULL)
  ORDER BY id FOR NO KEY UPDATE
"""

_HOLD_OF_ONE = """
    SELECT ticket_id, metric, start_seq, ended_at IS NULL
      FROM monitor_clock clock
     WHERE id IN (
               SELECT alive.id FROM helpdesk_ticket ticket
                CROSS JOIN LATERAL (
                          SELECT id FROM monitor_clock
                           WHERE ticket_id = ticket.id AND ended_at IS NULL AND superseded_at IS NULL
                       UNION ALL
                          SELECT id FROM monitor_clock
                           WHERE ticket_id = ticket.id AND ended_at IS NOT NULL AND rings_at IS NOT NULL) alive
                WHERE ticket.id = ANY(%s::bigint[]))
  ORDER BY id FOR NO KEY UPDATE OF clock
"""

_SELECTED = f"""
    SELECT clock.id, {named(ClockColumns, of="clock")}, rings_at, superseded_at IS NOT NULL,
           flags.levels, flags.ids, flags.instants, flags.settled
"""  # the columns are our own

_WITH_FLAGS = """
      LEFT JOIN LATERAL (
               SELECT array_agg(level::text) AS levels, array_agg(id) AS ids, array_agg(raised_at) AS instants,
                      array_agg(settled_at) AS settled
                 FROM monitor_flag WHERE clock_id = clock.id AND withdrawn_at IS NULL
           ) flags ON true
"""

_ROWS = f"{_SELECTED} FROM monitor_clock clock {_WITH_FLAGS} WHERE clock.ticket_id = ANY(%s::bigint[])"

_LAST_LINES = f"""
    SELECT {named(ClockColumns, of="last")}
      FROM {given("ticket_id bigint", "metric varchar")}
     CROSS JOIN LATERAL (
               SELECT * FROM monitor_clock
                WHERE ticket_id = given.ticket_id AND metric = given.metric AND superseded_at IS NULL
             ORDER BY start_seq DESC LIMIT 1) last
     WHERE last.ended_at IS NOT NULL
"""  # noqa: S608  # the columns are our own

_ROWS_IN_RANGES = f"""
    {_SELECTED}
      FROM {given("ticket_id bigint", "metric varchar", "first bigint", "last bigint")}
      JOIN monitor_clock clock
        ON clock.ticket_id = given.ticket_id AND clock.metric = given.metric
       AND clock.start_seq BETWEEN given.first AND given.last
      {_WITH_FLAGS}
"""
