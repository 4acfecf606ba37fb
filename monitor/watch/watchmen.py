"""Who watches, and how late they notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.database.statement import run
from monitor.models import LifeSign

LATE_AFTER = timedelta(seconds=5)
"""An alarm that rings longer than this without a flag means that nobody watches."""


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


def overdue_since(now: datetime) -> datetime | None:
    """Return since when an alarm or an event has been left alone for too long, or None: all is well."""
    [(since,)] = run(_OVERDUE, (now - LATE_AFTER, now - LATE_AFTER))
    return since  # type: ignore[no-any-return]  # a cursor's rows are untyped


def sign(name: str, now: datetime) -> None:
    """Note that a part of the machinery is at work."""
    run(_SIGN, (name, now))


def awake() -> dict[str, datetime]:
    """Return when each part of the machinery was last seen."""
    return dict(LifeSign.objects.values_list("name", "seen_at"))


_LAG = """
    SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY lag),
           percentile_disc(0.99) WITHIN GROUP (ORDER BY lag)
      FROM (SELECT noticed_at - rang_at AS lag FROM monitor_flag
             WHERE noticed_by <> 'relay' ORDER BY id DESC LIMIT 1000) newest
"""

_OVERDUE = """
    SELECT least(
        (SELECT min(rings_at) FROM monitor_clock WHERE rings_at <= %s),
        (SELECT min(recorded_at) FROM helpdesk_ticketevent
          WHERE relayed_at IS NULL AND set_aside_at IS NULL AND recorded_at <= %s))
"""

_SIGN = """
    INSERT INTO monitor_lifesign AS sign (name, seen_at) VALUES (%s, %s)
    ON CONFLICT (name) DO UPDATE SET seen_at = greatest(sign.seen_at, excluded.seen_at) RETURNING name
"""
