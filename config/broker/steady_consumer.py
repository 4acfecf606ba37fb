"""A worker that is back soon after its broker, however long that was gone, and that ends soon after it is asked to."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from celery.worker.consumer import Consumer

SOONEST, LATER, LATEST = 1.0, 1.0, 3.0
"""Seconds from one try to the next: the first, how many more each time, and the longest."""

ALL_HEARD: Final = 2**30
"""More results than a process ever has."""


class SteadyConsumer(Consumer):
    """Asks for the broker every few seconds, and begins anew whenever it could not be told what was done.

    Celery's own asks ever later, after a minute and a half every twenty seconds. And it only logs that a message
    could not be acknowledged: that message then counts as being worked at for ever, and no other is fetched.
    Asked to end, it forgets a task that a process was given and has not said yet that it began: the process waits in
    vain to be heard, and the task is done once more.
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

    def stop(self) -> None:
        """End for good once the pool's processes have done what they were given, and have none of them wait for us.

        Before it ends, a process waits for half a minute until its last result was heard. Who ends listens only while
        there is something to hear; what is still awaited of a process that is gone is read from its pipe.
        """
        processes: Any = getattr(self.pool, "_pool", None)  # of the prefork pool alone
        if processes is None:
            super().stop()
            return
        tasks = processes._cache  # noqa: SLF001  # nothing public knows
        given = {number: task for number, task in tasks.items() if task._write_to is not None}  # noqa: SLF001  # as above
        super().stop()
        tasks.update(given)
        for heard in processes._on_ready_counters.values():  # noqa: SLF001  # as above
            heard.value = ALL_HEARD
