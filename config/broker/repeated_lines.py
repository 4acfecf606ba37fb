"""What would be said every second is said once a minute: an outage is one piece of news, and buries no other."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Final

from billiard.exceptions import RestartFreqExceeded
from kombu.exceptions import OperationalError as BrokerSilent
from redis.exceptions import RedisError

from helpdesk.database.failures import is_outage

EVERY: Final = 60.0
"""Seconds from one line of a kind to the next, by a clock that nobody sets."""

OF_OTHERS: Final = ("celery", "kombu", "redis")
"""Loggers that say the same again and again as long as something is away."""

OURS: Final = {"doorbell_silent", "watch_waits_for_the_database"}
"""Events of ours that do."""

OUTAGES: Final = (BrokerSilent, RedisError, OSError, RestartFreqExceeded)
"""What needs no traceback: its line says what is away."""

UNAVAILABLE: Final = 503
"""What every request is answered while the database is away."""

Kind = tuple[object, ...]


class OncePerMinute(logging.Filter):
    """Lets one line of each kind through in a minute, with the number of those that it left out before."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._said: dict[Kind, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = _kind(record)
        if kind is None:
            return True
        _without_traceback_of_outages(record)
        left_out = self._left_out(kind)
        if left_out:
            _add(record, left_out)
        return left_out is not None

    def _left_out(self, kind: Kind) -> int | None:
        """Return how many lines of this kind were left out before this one; None where this one is too."""
        now = time.monotonic()
        with self._lock:
            at, left_out = self._said.get(kind, (now - EVERY, 0))
            if now - at < EVERY:
                self._said[kind] = (at, left_out + 1)
                return None
            self._said[kind] = (now, 0)
            return left_out


def _kind(record: logging.LogRecord) -> Kind | None:
    """Return what tells a line that may come again and again from another such; None for all other lines."""
    if isinstance(record.msg, dict):
        event = record.msg.get("event")
        return (event,) if event in OURS else None
    if getattr(record, "status_code", None) == UNAVAILABLE or _is_of_an_outage(record):
        return record.name, record.msg
    if record.levelno < logging.WARNING or record.name.partition(".")[0] not in OF_OTHERS:
        return None
    task = record.args.get("name") if isinstance(record.args, dict) else None
    return record.name, record.msg, task


def _without_traceback_of_outages(record: logging.LogRecord) -> None:
    if _is_of_an_outage(record):
        record.exc_info = None


def _is_of_an_outage(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, OUTAGES) or (error is not None and is_outage(error))


def _add(record: logging.LogRecord, left_out: int) -> None:
    if isinstance(record.msg, dict):
        record.msg["left_out"] = left_out
    else:
        record.left_out = left_out
