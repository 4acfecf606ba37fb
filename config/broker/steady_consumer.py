"""A worker that is back soon after its broker, however long that was gone and whatever it was asked meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer

SOONEST, LATER, LATEST = 1.0, 1.0, 3.0
"""Seconds from one try to the next: the first, how many more each time, and the longest."""


class SteadyConsumer(Consumer):
    """Asks for the broker every few seconds, and begins anew whenever it could not be told what was done.

    Celery's own asks ever later, after a minute and a half every twenty seconds. And it only logs that a message
    could not be acknowledged: that message then counts as being worked at for ever, and no other is fetched.
    """

    def ensure_connected(self, conn: Any) -> Any:
        pace = {"interval_start": SOONEST, "interval_step": LATER, "interval_max": LATEST}
        conn.ensure_connection = partial(conn.ensure_connection, **pace)
        return super().ensure_connected(conn)

    def update_strategies(self) -> None:
        """Give tasks no errors to swallow: what goes wrong with an acknowledgement is the connection's."""
        known: Any = self.connection_errors  # type: ignore[has-type]  # celery has no types here
        self.connection_errors = ()
        try:
            super().update_strategies()
        finally:
            self.connection_errors = known
