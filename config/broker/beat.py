"""Beat by a clock that nobody sets."""

from __future__ import annotations

import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from monitor.watch.doorbell import Doorbell

LONGEST_REST = 2.0
"""Seconds for which a broker that was silent is not asked again."""
SELDOM = 30.0
"""A task that is rung for no more often than this cannot pile up, and is rung for however many others wait."""


class SteadyScheduler(Scheduler):
    """Rings for each task at its pace, whatever the machine's clock says, and whether the broker is there or not.

    Celery's own goes by the wall: set back by a minute, it would be silent for a minute.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        self._next: dict[str, float] = {}
        super().__init__(*args, **named)
        self._doorbell = Doorbell(self.app, longest_rest=LONGEST_REST)

    def tick(self, *_: object, **__: object) -> float:
        """Ring for all that is due; return the seconds until something else is."""
        for name, entry in self.schedule.items():
            now = time.monotonic()
            if self._next.setdefault(name, now) <= now:
                pace = _pace(entry)
                self._next[name] = max(self._next[name] + pace, now)
                self._doorbell.ring(str(entry.task), **({"most": None} if pace >= SELDOM else {}))
        return max(min(self._next.values()) - time.monotonic(), 0.0)


def _pace(entry: ScheduleEntry) -> float:
    every: Any = entry.schedule  # of a number of seconds
    return float(every.run_every.total_seconds())
