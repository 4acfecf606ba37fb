"""When a target would be due, as an example: a made-up ticket, and the same arithmetic that real ones have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce
from monitor.clock.book.rules import ANY_PRIORITY, Rules, Target
from monitor.clock.metrics import Metric
from monitor.clock.replay import Event, replay

_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRIDAY: Final = 4
_LATE: Final = time(16, 30)
_OPENING: Final[Mapping[str, Any]] = {
    "store": 1, "queue": 1, "priority": "normal", "channel": "example", "tier": "", "language": "", "tags": [],
    "initiated_by": "customer", "automatic": False,
}  # fmt: skip


def late_on_friday(hours: BusinessCalendar, *, now: datetime) -> datetime:
    """Return half past four on the Friday after `now`, where the hours are: it tells days of work from others."""
    zone = hours.parts[0].zone
    today = now.astimezone(zone).date()
    friday = today + timedelta(days=(_FRIDAY - today.weekday() - 1) % 7 + 1)
    return datetime.combine(friday, _LATE, tzinfo=zone)


def due_at(target: Target, hours: BusinessCalendar, *, opened_at: datetime) -> datetime | None:
    """Return when a ticket that is opened then is due by this target; None where that never comes."""
    event = Event(1, "opened", opened_at, opened_at, imported=False, payload=dict(_OPENING))
    [clock] = [one for one in replay([event], _book(target, hours)) if one.metric is Metric.RESOLUTION]
    return clock.due_at


def _book(target: Target, hours: BusinessCalendar) -> Book:
    targets = {Metric.RESOLUTION: {ANY_PRIORITY: replace(target, warn=None)}}
    rules = Rules(match={}, targets=targets, pauses={})
    policy = PolicyInForce(
        id=1, policy=1, version=1, position=1, effective_at=_ALWAYS, scope="new", calendar=1, rules=rules
    )
    return Book([policy], [CalendarInForce(id=1, calendar=1, version=1, effective_at=_ALWAYS, hours=hours)])
