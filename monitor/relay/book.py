"""The book: every version of every policy and calendar, as the pure core wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeVar

from helpdesk.database.statement import Statement, run
from monitor.clock.book.calendar import BadCalendar, BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, UnknownCalendar
from monitor.clock.book.rules import BadRules, Rules, parse_rules
from monitor.models import CalendarVersion, PolicyVersion

logger = logging.getLogger(__name__)

Version = TypeVar("Version", PolicyVersion, CalendarVersion)
InForce = TypeVar("InForce", PolicyInForce, CalendarInForce)


@dataclass(frozen=True, slots=True)
class UnreadableVersion:
    """A version that is left out of the book, and why: the one before it counts."""

    version: PolicyVersion | CalendarVersion
    why: str


@dataclass(frozen=True, slots=True)
class _Edition:
    stamp: tuple[object, ...]
    policies: Sequence[PolicyInForce]
    calendars: Sequence[CalendarInForce]
    book: Book
    unreadable: tuple[UnreadableVersion, ...]


KEPT: Final = 2
"""The book of now, and one that was known at a moment that somebody looks back at."""

_lock = Lock()
_latest: list[_Edition] = []


def current() -> Book:
    """Return the book as this transaction sees it; read anew only when a version was added."""
    [stamp] = run(*STAMP)
    return stamped(stamp)


def current_with(*, policies: Iterable[PolicyInForce], calendars: Iterable[CalendarInForce]) -> Book:
    """Return the book as it would be with versions that nobody has published; raises `UnknownCalendar`."""
    [stamp] = run(*STAMP)
    known = _edition(stamp)
    return Book([*known.policies, *policies], [*known.calendars, *calendars])


def current_versions() -> tuple[Sequence[PolicyInForce], Sequence[CalendarInForce]]:
    """Return the versions of the current book."""
    [stamp] = run(*STAMP)
    known = _edition(stamp)
    return known.policies, known.calendars


def newest_versions() -> tuple[int, int]:
    """Return the numbers of the newest versions of a policy and of a calendar: they tell one book from another."""
    [(_database, _policies, policy, _calendars, calendar)] = run(*STAMP)
    return policy or 0, calendar or 0


def stamped(stamp: tuple[object, ...]) -> Book:
    """Return the book that `STAMP` gave this stamp."""
    return _edition(stamp).book


def unreadable() -> tuple[UnreadableVersion, ...]:
    """Return the versions that are left out of the current book."""
    [stamp] = run(*STAMP)
    return _edition(stamp).unreadable


def _edition(stamp: tuple[object, ...]) -> _Edition:
    with _lock:
        found = next((one for one in _latest if one.stamp == stamp), None) or _read(stamp)
        _latest[:] = [found, *(one for one in _latest if one is not found)][:KEPT]
        return found


def _read(stamp: tuple[object, ...]) -> _Edition:
    """Read every version; one that cannot be read is left out, so that no ticket waits because of it."""
    rows = CalendarVersion.objects.select_related("calendar").order_by("pk")
    calendars, aside = readable(rows, calendar_in_force)
    known = {one.calendar for one in calendars}
    versions = PolicyVersion.objects.select_related("policy").order_by("pk")
    policies, aside_too = readable(versions, lambda row: _policy(row, known=known))
    for left_out in (*aside, *aside_too):
        logger.error("version_unreadable %s: %s", left_out.version, left_out.why)
    return _Edition(stamp, policies, calendars, Book(policies, calendars), (*aside, *aside_too))


def readable(
    rows: Iterable[Version], read: Callable[[Version], InForce]
) -> tuple[list[InForce], list[UnreadableVersion]]:
    """Return the versions that can be read, and those that are left out."""
    found: list[InForce] = []
    aside: list[UnreadableVersion] = []
    for row in rows:
        try:
            found.append(read(row))
        except Exception as fault:  # noqa: BLE001  # whatever is wrong with it, the others count
            aside.append(UnreadableVersion(row, _why(fault)))
    return found, aside


def _why(fault: Exception) -> str:
    """Say what is wrong with a version: as its reader says it, else as Python does."""
    said = isinstance(fault, (BadCalendar, BadRules, UnknownCalendar))
    return str(fault) if said else f"{type(fault).__name__}: {fault}"


def _policy(row: PolicyVersion, *, known: Collection[Hashable]) -> PolicyInForce:
    """Read a version; what is retired promises nothing, whatever its rules say."""
    if not row.retired and row.calendar_id not in known:
        raise UnknownCalendar(f"no version of calendar {row.calendar_id} can be read")
    return PolicyInForce(
        id=row.pk,
        policy=row.policy_id,
        version=row.version,
        position=row.position,
        effective_at=row.effective_at,
        scope=row.scope,
        calendar=row.calendar_id,
        rules=_rules_of(row),
        retired=row.retired,
    )


def _rules_of(row: PolicyVersion) -> Rules:
    try:
        return parse_rules(row.rules)
    except BadRules:
        if row.retired:
            return parse_rules({})
        raise


def calendar_in_force(row: CalendarVersion) -> CalendarInForce:
    """Read a version of a calendar; raises `BadCalendar`."""
    return CalendarInForce(
        id=row.pk,
        calendar=row.calendar_id,
        version=row.version,
        effective_at=row.effective_at,
        hours=BusinessCalendar.parse(row.spec),
        number=row.number,
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
