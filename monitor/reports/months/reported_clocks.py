"""The clocks of a reported month: copied day by day, made those of one instant, and held against what stands now.

All of it is asked of the database in one statement each, however many clocks there are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract, Floor

from helpdesk.database.among import is_among
from helpdesk.database.statement import Row, ids, run
from monitor.clock.metrics import PROMISED
from monitor.models import Clock, Excusal, FrozenClock, ReportedMonth
from monitor.reports.promise_slices import BROKEN, PROMISES
from monitor.reports.rollup.ticket_share import WHOLE_WAITS
from monitor.reports.wait_parts import NOBODY_WAITED

COLUMNS: Final = (
    "ticket_id", "metric", "start_seq", "last_seq", "queue_id", "store_id", "started_at", "ended_at", "end_seq",
    "due_at", "breach_at", "outcome", "came_out", "policy_version_id", "calendar_version_id", "wall_seconds",
    "business_seconds", "excused", "excused_by_id", "freeze_ids",
)  # fmt: skip
"""What is kept of a clock."""

_TICKET: Final = {
    "last_seq": "ticket__last_seq",
    "queue_id": "ticket__queue_id",
    "store_id": "ticket__store_id",
}
_MADE: Final = {"wall_seconds": "whole", "business_seconds": "open_time"}


class StandingRow(NamedTuple):
    """A clock as it was reported, or as it stands."""

    last_seq: int
    queue_id: int
    store_id: int
    came_out: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    end_seq: int | None
    breach_at: datetime | None
    policy_version_id: int | None
    calendar_version_id: int | None
    excused: bool


class ChangedRow(NamedTuple):
    """A clock that came out otherwise than was reported, or stands elsewhere; None: it was not, or is not, there."""

    ticket_id: int
    metric: str
    start_seq: int
    then: StandingRow | None
    now: StandingRow | None


def copy(reported: ReportedMonth, first: datetime, until: datetime, *, now: datetime) -> None:
    """Take in the clocks that started from one instant until another, as they stand now."""
    sql, parameters = _standing(reported, first, until, now)
    run(f"{_COPY}{sql}{_IF_NEW}", [reported.pk, *parameters])


def settle(reported: ReportedMonth, *, now: datetime) -> None:
    """Make all that was copied what stands now: whatever changed meanwhile is taken in anew, of one instant."""
    sql, parameters = _standing(reported, reported.begins_at, reported.ends_at, now)
    run(_SETTLE.format(standing=sql), [*parameters, reported.pk, reported.pk, reported.pk])


def changed(
    reported: ReportedMonth, *, now: datetime, tickets: Collection[int] | None = None
) -> list[ChangedRow]:
    """Return the clocks that would be reported otherwise now, by ticket; of these tickets alone where any are told."""
    sql, parameters = _standing(reported, reported.begins_at, reported.ends_at, now, tickets=tickets)
    among, told = ("", []) if tickets is None else (_AMONG, [ids(tickets)])
    found = run(_CHANGED.format(standing=sql, among=among), [*parameters, reported.pk, *told])
    return [_changed(row) for row in found]


def undecided(environment: str, first: datetime, until: datetime, *, now: datetime) -> int:
    """Return how many promises to those who asked from one instant until another are not decided yet."""
    return _asked(environment, first, until).filter(PROMISES["undecided"](now)).count()


def _changed(row: Row) -> ChangedRow:
    ticket_id, metric, start_seq, *sides = row
    width = len(StandingRow._fields)
    then, now = sides[:width], sides[width:]
    return ChangedRow(
        ticket_id,
        metric,
        start_seq,
        StandingRow._make(then) if then[0] is not None else None,
        StandingRow._make(now) if now[0] is not None else None,
    )


def _asked(environment: str, first: datetime, until: datetime) -> QuerySet[Clock]:
    """Return the clocks for which somebody waited, that started from one instant until another."""
    return Clock.objects.filter(
        ~Q(outcome__in=NOBODY_WAITED),
        superseded_at=None,
        metric__in=PROMISED,
        started_at__gte=first,
        started_at__lt=until,
        ticket__store__environment=environment,
    )


def _standing(
    reported: ReportedMonth,
    first: datetime,
    until: datetime,
    now: datetime,
    *,
    tickets: Collection[int] | None = None,
) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that finds `COLUMNS` of each of these clocks, and its parameters."""
    slices = [When(rule(now), then=Value(name)) for name, rule in PROMISES.items()]
    whole = Case(When(metric__in=WHOLE_WAITS, then=F("ended_at") - F("started_at")), default=F("wall"))
    found = _asked(reported.environment, first, until).annotate(
        came_out=Case(*slices, output_field=CharField()),
        whole=_seconds(whole),
        open_time=_seconds(F("business")),
        **_excused(now),
    )
    told = [_TICKET.get(name, _MADE.get(name, name)) for name in COLUMNS]
    if tickets is not None:
        found = found.filter(is_among("ticket", tickets))
    return found.values_list(*told).query.sql_with_params()


def _excused(now: datetime) -> dict[str, Case]:
    """Return by whom, and by which freezes, what broke is excused; and whether it is at all."""
    same = {name: OuterRef(name) for name in ("ticket_id", "metric", "start_seq")}
    broke = reduce(or_, (PROMISES[name](now) for name in BROKEN))
    somebody, freezes = Excusal.objects.standing().filter(**same), FrozenClock.objects.filter(**same)
    return {
        "excused": Case(When(broke & (Exists(somebody) | Exists(freezes)), then=True), default=False),
        "excused_by_id": Case(When(broke, then=Subquery(somebody.values("excused_by_id"))), default=None),
        "freeze_ids": Case(When(broke, then=Subquery(freezes.values("freeze_ids"))), default=None),
    }


def _seconds(span: Any) -> Case:
    ended = Cast(Floor(Extract(span, "epoch")), BigIntegerField())
    return Case(When(ended_at__isnull=False, then=ended), default=None)


_NAMES: Final = ", ".join(COLUMNS)
_OTHERS: Final = [name for name in COLUMNS if name not in {"ticket_id", "metric", "start_seq"}]
_COPY: Final = f"""
    INSERT INTO monitor_reportedclock (reported_id, {_NAMES}) SELECT %s::bigint, found.* FROM (
"""  # noqa: S608  # the names are ours
_IF_NEW: Final = ") AS found ORDER BY 2, 3, 4 ON CONFLICT DO NOTHING RETURNING 1"
_SAME: Final = " AND ".join(f"was.{name} = standing.{name}" for name in ("ticket_id", "metric", "start_seq"))

_SETTLE: Final = f"""
    WITH standing ({_NAMES}) AS MATERIALIZED ({{standing}}),
         gone AS (
            DELETE FROM monitor_reportedclock was
             WHERE reported_id = %s AND NOT EXISTS (SELECT FROM standing WHERE {_SAME}))
    INSERT INTO monitor_reportedclock (reported_id, {_NAMES})
    SELECT %s::bigint, standing.*
      FROM standing
 LEFT JOIN monitor_reportedclock was ON was.reported_id = %s AND {_SAME}
     WHERE was.ticket_id IS NULL
        OR ({", ".join(f"was.{name}" for name in _OTHERS)})
           IS DISTINCT FROM ({", ".join(f"standing.{name}" for name in _OTHERS)})
  ORDER BY 2, 3, 4
        ON CONFLICT (reported_id, ticket_id, metric, start_seq)
        DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _OTHERS)}
 RETURNING 1
"""  # noqa: S608  # the names are ours

_TOLD: Final = StandingRow._fields
_AMONG: Final = " AND ticket_id = ANY(%s::bigint[])"
_CHANGED: Final = f"""
    WITH standing ({_NAMES}) AS ({{standing}})
    SELECT coalesce(was.ticket_id, standing.ticket_id), coalesce(was.metric, standing.metric),
           coalesce(was.start_seq, standing.start_seq),
           {", ".join(f"was.{name}" for name in _TOLD)}, {", ".join(f"standing.{name}" for name in _TOLD)}
      FROM (SELECT * FROM monitor_reportedclock WHERE reported_id = %s{{among}}) was
 FULL JOIN standing ON {_SAME}
     WHERE (was.came_out, was.queue_id, was.store_id, was.excused)
           IS DISTINCT FROM (standing.came_out, standing.queue_id, standing.store_id, standing.excused)
  ORDER BY 1, 2, 3
"""  # noqa: S608  # the names are ours
