"""Keeping the read model of the queue: one row per live ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from helpdesk.database.statement import Statement, given, ids, rows, run
from helpdesk.models import LIVE_STATUSES, Priority
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import RESPONSES, Metric
from monitor.models.standing import SOON
from monitor.models.stretches import Stretches
from monitor.relay.fold_input import TicketFacts
from monitor.relay.kept_columns import QueuePlace, assigned, named, typed

RANKS = {priority: rank for rank, priority in enumerate(Priority.values)}

WAITED_FOR = (Metric.ACKNOWLEDGEMENT, *RESPONSES)
"""What only a person's word ends: while one of these runs, somebody waits for it."""


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
    stored = run(_READ, (ids(ticket_ids),))
    return {row[0]: QueuePlace(*row[:-2], *map(Stretches.read, row[-2:])) for row in stored}


def _place(fact: TicketFacts, clocks: Sequence[ReplayedClock]) -> QueuePlace:
    running = [clock for clock in clocks if clock.ended_at is None]
    waiting_due_at = _first_due(clock for clock in running if clock.metric in WAITED_FOR)
    due_at = _first_due(clock for clock in running if clock.metric not in WAITED_FOR)
    return QueuePlace(
        fact.ticket_id,
        fact.store_id,
        fact.queue_id,
        fact.assignee_id,
        fact.environment,
        fact.status,
        RANKS[fact.priority],
        waiting_due_at or due_at,
        waiting_due_at,
        due_at,
        min((clock.breach_at for clock in running if clock.breach_at), default=None),
        _since(running, *RESPONSES),
        _since(running, Metric.ACKNOWLEDGEMENT),
        fact.opened_at,
        Stretches.of(_risk(clock, clock.breach_at) for clock in running if clock.breach_at),
        Stretches.of(_nearly_due(clock, clock.breach_at) for clock in running if clock.breach_at),
    )


def _first_due(clocks: Iterable[ReplayedClock]) -> datetime | None:
    """Return when the first is due, or broke while it was not: one that is paused, or has been put off since."""
    return min((at for clock in clocks for at in (clock.due_at, clock.breach_at) if at), default=None)


def _since(running: Sequence[ReplayedClock], *metrics: Metric) -> datetime | None:
    return min((clock.started_at for clock in running if clock.metric in metrics), default=None)


def _risk(clock: ReplayedClock, breach_at: datetime) -> tuple[datetime, datetime]:
    return clock.risk_at or breach_at, breach_at


def _nearly_due(clock: ReplayedClock, breach_at: datetime) -> tuple[datetime, datetime]:
    return breach_at - SOON, breach_at


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
