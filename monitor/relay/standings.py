"""Keeping the read model of the queue: one row per live ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from helpdesk.database.statement import Statement, given, ids, rows, run
from helpdesk.models import LIVE_STATUSES, Priority
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import RESPONSES, Metric
from monitor.relay.fold_input import TicketFacts
from monitor.relay.kept_columns import QueuePlace, assigned, named, typed

RANKS = {priority: rank for rank, priority in enumerate(Priority.values)}


def places_of(
    facts: Sequence[TicketFacts], clocks: Mapping[int, Sequence[ReplayedClock]]
) -> list[QueuePlace]:
    """Return where each live ticket stands, by ascending id."""
    return [_place(fact, clocks[fact.ticket_id]) for fact in facts if fact.status in LIVE_STATUSES]


def statements(ticket_ids: Sequence[int], places: Sequence[QueuePlace]) -> Iterator[Statement]:
    """Yield what keeps the rows of these tickets: those that are not live any more lose theirs."""
    live = {place.ticket_id for place in places}
    gone = sorted(ticket_id for ticket_id in ticket_ids if ticket_id not in live)
    if gone:
        yield (
            "DELETE FROM monitor_standing WHERE ticket_id = ANY(%s::bigint[]) RETURNING ticket_id",
            (ids(gone),),
        )
    if places:
        yield _UPSERT, [rows(places)]


def read_places(ticket_ids: Sequence[int]) -> dict[int, QueuePlace]:
    """Return the stored rows of these tickets."""
    return {row[0]: QueuePlace._make(row) for row in run(_READ, (ids(ticket_ids),))}


def _place(fact: TicketFacts, clocks: Sequence[ReplayedClock]) -> QueuePlace:
    running = [clock for clock in clocks if clock.ended_at is None]
    due = [(clock.due_at, clock.metric.value) for clock in running if clock.due_at]
    next_due_at, next_metric = min(due, default=(None, ""))
    risks = [clock.risk_at for clock in running if clock.risk_at and clock.due_at]
    return QueuePlace(
        fact.ticket_id,
        fact.store_id,
        fact.queue_id,
        fact.assignee_id,
        fact.environment,
        fact.status,
        RANKS[fact.priority],
        next_due_at,
        next_metric,
        min(risks, default=None),
        _since(running, *RESPONSES),
        _since(running, Metric.ACKNOWLEDGEMENT),
        fact.opened_at,
    )


def _since(running: Sequence[ReplayedClock], *metrics: Metric) -> datetime | None:
    return min((clock.started_at for clock in running if clock.metric in metrics), default=None)


_READ = f"""
    SELECT {named(QueuePlace)} FROM monitor_standing WHERE ticket_id = ANY(%s::bigint[])
"""  # noqa: S608  # the columns are our own

_UPSERT = f"""
    INSERT INTO monitor_standing AS standing ({named(QueuePlace)})
    SELECT {named(QueuePlace)} FROM {given(*typed(QueuePlace))}
    ON CONFLICT (ticket_id) DO UPDATE SET {assigned(QueuePlace, "excluded", key=1)}
     WHERE (standing.*) IS DISTINCT FROM (excluded.*)
    RETURNING ticket_id
"""  # noqa: S608  # the columns are our own
