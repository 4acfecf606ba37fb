"""Working days: those of a queue's promises where somebody knows them, else Monday to Friday where its store is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.input import zone_name
from helpdesk.models import Queue, Store

_SATURDAY: Final = 5
_A_DAY: Final = timedelta(days=1)
_MOST_DAYS_OFF: Final = 366
"""After so many days in a row on which nobody works, nobody ever will."""


class WorkingDays(NamedTuple):
    """In which zone a day begins, and whether somebody works on one."""

    zone: tzinfo
    is_one: Callable[[date], bool]

    def before(self, now: datetime, days: int) -> datetime | None:
        """Return since when so many working days have passed by now; null where nobody ever works.

        At a time of a working day it is that time of another; on a day off it is when the first of them began.
        """
        here = now.astimezone(self.zone)
        day, off = here.date(), 0
        at = here.timetz() if self.is_one(day) else time(0, tzinfo=self.zone)
        while days and off < _MOST_DAYS_OFF:
            day -= _A_DAY
            days, off = (days - 1, 0) if self.is_one(day) else (days, off + 1)
        return None if days else datetime.combine(day, at).astimezone(UTC)


def working_days(queue: Queue, store: Store, *, now: datetime) -> WorkingDays:
    """Return the working days by which the tickets of a store in a queue are looked after."""
    path = settings.WORKING_DAYS
    known = import_string(path)(queue_id=queue.pk, store_id=store.pk, now=now) if path else None
    if known is not None:
        return WorkingDays(*known)
    return WorkingDays(zone_name.read(store.timezone) or UTC, lambda day: day.weekday() < _SATURDAY)
