"""The watch: sleeps until the next alarm, rings Celery, and flags by itself what is still due a moment later.

It holds one direct connection. Alarms far off are found when it wakes, at the latest every 5 s; of one
that comes within half a minute, whoever writes it tells by NOTIFY. With the broker down or frozen it flags alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from helpdesk.database.statement import run
from monitor.watch import sweep, watchmen
from monitor.watch.doorbell import Doorbell
from monitor.watch.silence_log import SilenceLog

logger = structlog.get_logger(__name__)

GRACE = timedelta(milliseconds=50)
"""How long a worker has to flag what was rung for before the watch does it."""
LONGEST_GRACE = timedelta(seconds=1)
"""An alarm that cannot be flagged yet, because its ticket waits for a relay, is looked at no more often than this."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SIGN_EVERY = 5.0
"""Seconds, by a clock that nobody sets; as often we look whether the heartbeat is awake."""


class Watch:
    """One watchman. `is_over` is asked between two steps.

    Every alarm up to `_rung_until` has been rung for; what of it is not flagged `GRACE` after the ring is
    flagged here. What cannot be flagged then is looked at after ever longer. In between the watch goes on, and
    rings for later alarms in time.
    """

    def __init__(self, *, doorbell: Doorbell, is_over: Callable[[], bool]) -> None:
        self._doorbell = doorbell
        self._is_over = is_over
        self._rung_until = BEGINNING
        self._grace = GRACE
        self._signs_at = 0.0
        self._heartbeat = SilenceLog(watchmen.HEARTBEAT)

    def keep(self) -> None:
        """Watch until it is over, whatever happens to the database."""
        while not self._is_over():
            try:
                self.listen()
                while not self._is_over():
                    self.step()
            except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
                logger.warning("watch_waits_for_the_database", error=str(error).strip())
                connection.close()
                time.sleep(0.2)

    def step(self) -> None:
        """Do what is to be done now, or sleep until something is."""
        now, rung_for, alarm = self._look()
        self._sign(now)
        if now < self._rung_until:  # the clock was set back
            self._rung_until = BEGINNING
        elif rung_for is not None and now - self._rung_until >= self._grace:
            self._flag(now)
        elif alarm is not None and alarm <= now:
            self._ring(now)
        else:
            self._sleep(self._next_look(now, rung_for, alarm) - now)

    def _next_look(self, now: datetime, rung_for: datetime | None, alarm: datetime | None) -> datetime:
        wakes = [now + timedelta(seconds=SIGN_EVERY), alarm, rung_for and self._rung_until + self._grace]
        return min(at for at in wakes if at)

    def _look(self) -> tuple[datetime, datetime | None, datetime | None]:
        """Return the time, the earliest alarm that was rung for and is not flagged yet, and the earliest other."""
        [seen] = run(_ALARMS, (self._rung_until, self._rung_until))
        return seen

    def _ring(self, now: datetime) -> None:
        self._rung_until, self._grace = now, GRACE
        if not self._doorbell.ring():
            self._flag(now)

    def _flag(self, now: datetime) -> None:
        """Flag what the workers have left; what cannot be flagged yet waits for its ticket's relay."""
        self._rung_until = now
        raised = sweep.sweep(now=now, limit=settings.HEARTBEAT_BATCH, noticed_by="watch")
        self._grace = GRACE if raised else min(2 * self._grace, LONGEST_GRACE)

    def listen(self) -> None:
        """Ask to be told of alarms that are written from now on."""
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {settings.ALARM_CHANNEL}")

    def _sleep(self, span: timedelta) -> None:
        """Sleep for so long, or until somebody tells of an alarm; in short steps, so as to stop at once."""
        until = time.monotonic() + span.total_seconds()
        while (left := until - time.monotonic()) > 0 and not self._is_over():
            for _notice in connection.connection.notifies(timeout=min(left, 1.0), stop_after=1):
                return

    def _sign(self, now: datetime) -> None:
        if time.monotonic() >= self._signs_at:
            watchmen.sign(watchmen.WATCH, now)
            self._heartbeat.look(now)
            self._signs_at = time.monotonic() + SIGN_EVERY


_ALARMS = """
    SELECT clock_timestamp(),
           (SELECT min(rings_at) FROM monitor_clock WHERE rings_at <= %s),
           (SELECT min(rings_at) FROM monitor_clock WHERE rings_at > %s)
"""
