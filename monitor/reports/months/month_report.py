"""Closing a month: it is asked for, its clocks are copied day by day, and then it stands under its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, LiteralString
from zoneinfo import ZoneInfo

from django.db.models import Max

from helpdesk.access import security_log
from helpdesk.database.statement import ids, run
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Job, SecurityEventKind, TicketEvent
from monitor.clock import checkpoint
from monitor.models import CalendarVersion, PolicyVersion, ReportedMonth
from monitor.models.months.reported_month import ReportedMonthQuerySet
from monitor.relay.zone_data import zone_data
from monitor.reports.clock_selection import bounds
from monitor.reports.months import reported_clocks
from monitor.reports.objectives import calendar_month
from monitor.reports.objectives.calendar_month import month_of, months_after

EARLIEST: Final = 24
"""So many months before the running one can be closed."""
FORGOTTEN_TOGETHER: Final = 10_000


class MonthToCome(ValueError):
    """A month that has not begun, or that lies too far back."""


class ClosedMeanwhile(Exception):
    """The month was reported since whoever closes it has looked: `reported`."""

    def __init__(self, reported: ReportedMonth) -> None:
        super().__init__(reported.number)
        self.reported = reported


@dataclass(frozen=True, slots=True)
class MonthDoubts:
    """What is to be said before a month is closed. `earlier`: the numbers under which it was reported already."""

    month: date
    is_over: bool
    undecided: int
    events_wait: bool
    earlier: list[int]

    @property
    def seen(self) -> int | None:
        """Return the newest number that is said, None for none."""
        return self.earlier[-1] if self.earlier else None

    @property
    def are_any(self) -> bool:
        """Tell whether closing it now is to be asked for twice."""
        return not self.is_over or self.undecided > 0 or self.events_wait


def doubts(month: date, *, environment: str, zone: ZoneInfo, now: datetime) -> MonthDoubts:
    """Return what is to be said before this month is closed; raises `MonthToCome`."""
    _check(month, zone=zone, now=now)
    begins_at, ends_at = bounds(month, zone)[0], calendar_month.ended_at(month, zone)
    waiting = TicketEvent.objects.filter(store__environment=environment, occurred_at__lt=ends_at).waiting()
    return MonthDoubts(
        month=month,
        is_over=ends_at <= now,
        undecided=reported_clocks.undecided(environment, begins_at, ends_at, now=now),
        events_wait=waiting.exists(),
        earlier=[one.number for one in _earlier(month, environment) if one.number],
    )


def _earlier(month: date, environment: str) -> ReportedMonthQuerySet:
    """Return the reports of a month, in their order."""
    return ReportedMonth.objects.in_environment(environment).reported().filter(month=month).order_by("number")


def begin(
    month: date, *, environment: str, zone: ZoneInfo, note: str, seen: int | None, by: Agent, now: datetime
) -> ReportedMonth:
    """Return a month to be reported; raises `MonthToCome`, and `ClosedMeanwhile` unless `seen` is its newest."""
    require_transaction()
    _check(month, zone=zone, now=now)
    newest = _earlier(month, environment).select_related("asked_by").last()
    if newest is not None and newest.number != seen:
        raise ClosedMeanwhile(newest)
    return ReportedMonth.objects.create(
        environment=environment,
        month=month,
        zone=zone.key,
        begins_at=bounds(month, zone)[0],
        ends_at=calendar_month.ended_at(month, zone),
        asked_at=now,
        asked_by=by,
        note=note,
    )


def settle(reported: ReportedMonth, *, now: datetime) -> None:
    """Make what was copied of a month what stands now, and note by what it is counted."""
    reported_clocks.settle(reported, now=now)
    reported.rules, reported.zone_data, reported.versions = checkpoint.RULES, zone_data(), _versions(reported)
    reported.save(update_fields=["rules", "zone_data", "versions"])


def finish(reported: ReportedMonth, *, at: datetime) -> int:
    """Let a month whose figures are written stand, as it was when it was settled, under the next number; return it."""
    require_transaction()
    run(_ONE_AT_A_TIME, ())
    of_all = ReportedMonth.objects.in_environment(reported.environment)
    reported.number = (of_all.aggregate(last=Max("number"))["last"] or 0) + 1
    reported.reported_at = at
    reported.save(update_fields=["number", "reported_at"])
    security_log.record(
        SecurityEventKind.VERSION_PUBLISHED,
        actor=reported.asked_by,
        what="month",
        number=reported.number,
        month=reported.month.isoformat(),
        environment=reported.environment,
    )
    return reported.number


def forget_some(*, but: ReportedMonth, kind: str) -> bool:
    """Delete some of what was written by jobs that are over and was never finished; return whether any was left."""
    told = Job.objects.of_kind(kind).unfinished().values_list("arguments__reported", flat=True)
    left = ReportedMonth.objects.filter(reported_at=None).exclude(pk__in=[but.pk, *told])
    if run(_FORGET, [ids(left.values_list("pk", flat=True)), FORGOTTEN_TOGETHER]):
        return True
    left.delete()
    return False


def _check(month: date, *, zone: ZoneInfo, now: datetime) -> None:
    running = month_of(now.astimezone(zone).date())
    if not months_after(running, -EARLIEST) <= month <= running:
        raise MonthToCome


def _versions(reported: ReportedMonth) -> dict[str, list[int] | int]:
    """Return the versions of policies and calendars that were in force at any time of the month, and the last ones."""
    policies = list(PolicyVersion.objects.values_list("policy_id", "pk", "effective_at", "retired"))
    calendars = list(CalendarVersion.objects.values_list("calendar_id", "pk", "effective_at"))
    return {
        "policies": _in_force(policies, reported),
        "calendars": _in_force(calendars, reported),
        "last_policy": max((one[1] for one in policies), default=0),
        "last_calendar": max((one[1] for one in calendars), default=0),
    }


def _in_force(versions: list[Any], reported: ReportedMonth) -> list[int]:
    """Keep those that took effect in the month, and of each thing the last one before, unless it was retired."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for of, pk, effective_at, *retired in sorted(versions, key=lambda one: (one[2], one[1])):
        is_before = effective_at <= reported.begins_at
        if is_before:
            found[of] = []
        if effective_at < reported.ends_at:
            found.setdefault(of, []).append((pk, is_before and any(retired)))
    return sorted(pk for those in found.values() for pk, was_over in those if not was_over)


_FORGET: Final[LiteralString] = """
    DELETE FROM monitor_reportedclock WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM monitor_reportedclock WHERE reported_id = ANY(%s::bigint[]) LIMIT %s))
 RETURNING 1
"""
_ONE_AT_A_TIME: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtext('monitor_reportedmonth'))"
