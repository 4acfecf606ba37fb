"""On which days the tickets of a queue are worked on, by the hours in which their promises count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo

from monitor.clock.book.policy import Attributes
from monitor.relay import book

Known = tuple[tzinfo, Callable[[date], bool]]
"""The zone in which a day begins, and what tells a working day."""


def working_days(*, queue_id: int, store_id: int, now: datetime) -> Known | None:
    """Return the zone of the hours in force for an ordinary mail, and what tells a day with any from one without.

    Null where no policy is for it.
    """
    known = book.current()
    mail = Attributes(store_id, queue_id, "email", "normal", "", "", frozenset())
    policy = known.match(mail, now)
    if policy is None:
        return None
    parts = known.calendar_at(policy.calendar, now).hours.parts
    return parts[0].zone, lambda day: any(part.windows_on(day) for part in parts)
