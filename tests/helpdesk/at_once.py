"""What several people do at the same moment, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, transaction

from helpdesk.refusal import Refused

Result = TypeVar("Result")


def at_once(*acts: Callable[[], Result]) -> list[Result | Refused]:
    """Do each in a transaction and on a connection of its own, all starting together."""
    start = Barrier(len(acts))

    def do(act: Callable[[], Result]) -> Result | Refused:
        try:
            with transaction.atomic():
                start.wait(timeout=10)
                return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))
