"""Writing what a trial counts: a number for all that are alike, and a row for each that something becomes of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from helpdesk.database.statement import given, rows, run
from monitor.models import Trial, TrialPart
from monitor.promises.trial.told_tickets import ToldTicket, TrialClock
from monitor.promises.trial.tried_clocks import Change

Counted = tuple[ToldTicket, Change]


def write(trial: Trial, part: TrialPart, changes: Iterable[Counted]) -> None:
    """Add what some tickets come to; they are of no other step."""
    numbers: Counter[tuple[str, int, str, str, str, str, str]] = Counter()
    kept: list[tuple[object, ...]] = []
    for ticket, change in changes:
        place = ticket.environment, ticket.queue_id, ticket.priority
        numbers[*place, change.either.metric, change.move, change.came_out, change.would] += 1
        if change.is_kept:
            kept.append(_row(ticket, change))
    run(_COUNT, [trial.pk, part.value, rows((*key, number) for key, number in sorted(numbers.items()))])
    if kept:
        run(_KEEP, [trial.pk, part.value, rows(kept)])


def _row(ticket: ToldTicket, change: Change) -> tuple[object, ...]:
    either = change.either
    place = ticket.id, ticket.queue_id, ticket.priority, ticket.environment, ticket.last_seq
    named = either.metric, either.start_seq, change.move, change.came_out, change.would
    before, after = (_said(one) for one in (change.before, change.after))
    return *place, *named, *(one for pair in zip(before, after, strict=True) for one in pair)


def _said(clock: TrialClock | None) -> tuple[object, ...]:
    return (None,) * 5 if clock is None else clock[5:]


_PLACE: Final = "environment varchar", "queue_id bigint", "priority varchar"
_NAMED: Final = "metric varchar", "move varchar", "before varchar", "after varchar"

_COUNT: Final = f"""
    INSERT INTO monitor_trialcell AS cell (
        trial_id, part, environment, queue_id, priority, metric, move, before, after, number)
    SELECT %s, %s, given.* FROM {given(*_PLACE, *_NAMED, "number bigint")}
        ON CONFLICT ON CONSTRAINT trial_cell_once DO UPDATE SET number = cell.number + excluded.number
 RETURNING id
"""  # noqa: S608  # the columns are those here

_PAIRS: Final = (
    "target_before interval", "target_after interval", "due_before timestamptz", "due_after timestamptz",
    "left_before interval", "left_after interval", "risk_before timestamptz", "risk_after timestamptz",
    "late_before timestamptz", "late_after timestamptz",
)  # fmt: skip
_KEPT: Final = (
    "ticket_id bigint", "queue_id bigint", "priority varchar", "environment varchar", "last_seq integer",
    "metric varchar", "start_seq integer", "move varchar", "before varchar", "after varchar", *_PAIRS,
)  # fmt: skip

_KEEP: Final = f"""
    INSERT INTO monitor_trialrow (trial_id, part, {", ".join(column.split()[0] for column in _KEPT)})
    SELECT %s, %s, given.* FROM {given(*_KEPT)}
 RETURNING id
"""  # noqa: S608  # the columns are those here
