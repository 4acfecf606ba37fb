"""Watchmen look after one another: one that falls silent is said in the log, once a minute until it is back."""

from __future__ import annotations

import time
from datetime import datetime

import structlog

from monitor.watch import watchmen

logger = structlog.get_logger(__name__)

AGAIN_AFTER = 60.0
"""Seconds from one line to the next. Counted by a clock that nobody sets, as is how long we are here ourselves."""


class SilenceLog:
    """Looks after one watchman. Whoever has just begun to look gives it the time to come, too."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._began_at = time.monotonic()
        self._told_at: float | None = None

    def look(self, now: datetime) -> None:
        """Say that it is silent, or back; `now` is the database's, by which it signs."""
        here_for = time.monotonic() - self._began_at
        silent = watchmen.silent(now)
        if self._name not in silent:
            self._say_back()
        elif here_for > watchmen.SILENT_AFTER[self._name].total_seconds():
            self._say_silent(silent[self._name])

    def _say_silent(self, seen_at: datetime | None) -> None:
        if self._told_at is None or time.monotonic() - self._told_at >= AGAIN_AFTER:
            self._told_at = time.monotonic()
            logger.warning("watchman_silent", who=self._name, seen_at=seen_at and seen_at.isoformat())

    def _say_back(self) -> None:
        if self._told_at is not None:
            self._told_at = None
            logger.info("watchman_back", who=self._name)
