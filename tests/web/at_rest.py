"""When nothing that a browser asked for is at work any more, so that the tables may be emptied.

A page that is left cancels what it asked for, and the browser says so at once; the server goes on with it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

BUSY = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()
                     AND backend_type = 'client backend' AND state <> 'idle')
"""


class InHand:
    """The threads of the live server that have begun an answer and not ended it."""

    def __init__(self) -> None:
        self._threads: set[int] = set()

    def is_at_rest(self) -> bool:
        """Say whether no thread is at an answer and no other connection at a statement or in a transaction."""
        return not self._threads and not _database_is_busy()

    def begin(self, **_sent: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            self._threads.add(threading.get_ident())

    def end(self, **_sent: Any) -> None:
        self._threads.discard(threading.get_ident())


@contextmanager
def followed() -> Iterator[InHand]:
    """Follow what the live server has in hand."""
    in_hand = InHand()
    request_started.connect(in_hand.begin)
    request_finished.connect(in_hand.end)
    try:
        yield in_hand
    finally:
        request_started.disconnect(in_hand.begin)
        request_finished.disconnect(in_hand.end)


def _database_is_busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        return bool(cursor.fetchone()[0])
