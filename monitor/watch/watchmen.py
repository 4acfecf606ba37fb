"""Who watches, and how late they notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.database.statement import run
from monitor.models import LifeSign

LATE_AFTER = timedelta(seconds=5)
"""An alarm that rings longer than this without a flag means that nobody watches."""

HEARTBEAT, WATCH = "heartbeat", "watch"
SILENT_AFTER = {HEARTBEAT: timedelta(seconds=10), WATCH: timedelta(seconds=20)}
"""Those who sign while they are at work, and for how long they may have not."""

AHEAD = timedelta(minutes=1)
"""A sign this far in the future was made by a clock that was fast, and says nothing about now."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How long after their alarms the newest flags were written down; None where there are none."""

    flags: int
    p50: timedelta | None
    p99: timedelta | None


def lag() -> Lag:
    """Return the detection lag of the last thousand flags; those of the relay were due when it came."""
    [(flags, p50, p99)] = run(_LAG, ())
    return Lag(flags, p50, p99)


class Neglect(NamedTuple):
    """Since when an alarm or an event has been left alone for too long, and since when no heartbeat came.

    None: all is well, or there never was a heartbeat.
    """

    overdue_since: datetime | None
    silent_since: datetime | None


def neglect(now: datetime) -> Neglect:
    """Return what is neglected, asked in one statement: every page wants to know."""
    patient_until = now - LATE_AFTER
    [(overdue_since, seen_at)] = run(_NEGLECT, (patient_until, patient_until))
    is_silent = seen_at is not None and not _is_fresh(HEARTBEAT, seen_at, now)
    return Neglect(overdue_since, seen_at if is_silent else None)


def overdue_since(now: datetime) -> datetime | None:
    """Return since when an alarm or an event has been left alone for too long, or None: all is well."""
    return neglect(now).overdue_since


def silent(now: datetime) -> dict[str, datetime | None]:
    """Return who of the watchmen has not signed for too long, and when they did last, if ever."""
    seen = {name: at for name, at in awake().items() if at <= now + AHEAD}
    return {
        name: seen.get(name)
        for name in SILENT_AFTER
        if name not in seen or not _is_fresh(name, seen[name], now)
    }


def _is_fresh(name: str, seen_at: datetime, now: datetime) -> bool:
    return now - SILENT_AFTER[name] <= seen_at <= now + AHEAD


def sign(name: str, now: datetime) -> None:
    """Note that a part of the machinery is at work."""
    run(_SIGN, (name, now, AHEAD))


def awake() -> dict[str, datetime]:
    """Return when each part of the machinery was last seen."""
    return dict(LifeSign.objects.values_list("name", "seen_at"))


_LAG = """
    SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY lag),
           percentile_disc(0.99) WITHIN GROUP (ORDER BY lag)
      FROM (SELECT noticed_at - rang_at AS lag FROM monitor_flag
             WHERE noticed_by <> 'relay' ORDER BY id DESC LIMIT 1000) newest
"""

_NEGLECT = """
    SELECT least(
               (SELECT min(rings_at) FROM monitor_clock WHERE rings_at <= %s),
               (SELECT min(recorded_at) FROM helpdesk_ticketevent
                 WHERE relayed_at IS NULL AND set_aside_at IS NULL AND recorded_at <= %s)),
           (SELECT seen_at FROM monitor_lifesign WHERE name = 'heartbeat')
"""

_SIGN = """
    INSERT INTO monitor_lifesign AS sign (name, seen_at) VALUES (%s, %s)
    ON CONFLICT (name) DO UPDATE
       SET seen_at = CASE WHEN sign.seen_at > excluded.seen_at + %s::interval THEN excluded.seen_at
                          ELSE greatest(sign.seen_at, excluded.seen_at) END
 RETURNING name
"""
