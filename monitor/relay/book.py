"""The book: every version of every policy and calendar, as the pure core wants it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from helpdesk.database.statement import Statement, run
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, parse_rules
from monitor.models import CalendarVersion, PolicyVersion


@dataclass(frozen=True, slots=True)
class _Edition:
    stamp: tuple[object, ...]
    book: Book


_lock = Lock()
_latest: list[_Edition] = []


def current() -> Book:
    """Return the book as this transaction sees it; read anew only when a version was added."""
    [stamp] = run(*STAMP)
    return stamped(stamp)


def stamped(stamp: tuple[object, ...]) -> Book:
    """Return the book that `STAMP` gave this stamp."""
    with _lock:
        if not _latest or _latest[0].stamp != stamp:
            _latest[:] = [_Edition(stamp, _read())]
        return _latest[0].book


def _read() -> Book:
    policies = PolicyVersion.objects.all()
    calendars = CalendarVersion.objects.all()
    return Book([_policy(row) for row in policies], [_calendar(row) for row in calendars])


def _policy(row: PolicyVersion) -> PolicyInForce:
    return PolicyInForce(
        id=row.pk,
        policy=row.policy_id,
        version=row.version,
        position=row.position,
        effective_at=row.effective_at,
        scope=row.scope,
        calendar=row.calendar_id,
        rules=parse_rules(row.rules),
        retired=row.retired,
    )


def _calendar(row: CalendarVersion) -> CalendarInForce:
    return CalendarInForce(
        id=row.pk,
        calendar=row.calendar_id,
        version=row.version,
        effective_at=row.effective_at,
        hours=BusinessCalendar.parse(row.spec),
    )


# Rows are only ever added, so that how many there are and the newest tell one state from another.
STAMP: Statement = (
    """
    SELECT current_database(),
           (SELECT count(*) FROM monitor_policyversion), (SELECT max(id) FROM monitor_policyversion),
           (SELECT count(*) FROM monitor_calendarversion), (SELECT max(id) FROM monitor_calendarversion)
    """,
    (),
)
