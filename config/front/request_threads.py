"""The threads in which requests are answered: a few, and more only while one of those stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final

USUAL: Final = 2
"""Threads that answer as long as none of them stands still."""

PATIENCE: Final = 0.05
"""Seconds of one request after which its thread counts as standing still."""


class RequestThreads:
    """A few threads, whose connections to the database stay warm, get more done than many.

    But whoever waits for a lock must not hold the others up: a place that one request has had for long is given to
    the next, in another thread. Only that counts, and never how many wait: on a machine that is busy all requests
    do, and more threads would make each of them slower still. Used in the loop that serves.
    """

    def __init__(self, most: int, *, usual: int = USUAL, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._places = asyncio.Semaphore(usual)
        self._all = asyncio.Semaphore(max(most, usual))
        self._idle = usual
        self._usual = ThreadPoolExecutor(usual, thread_name_prefix="web")
        self._more = ThreadPoolExecutor(max(most - usual, 1), thread_name_prefix="web-more")

    @asynccontextmanager
    async def one(self) -> AsyncIterator[ThreadPoolExecutor]:
        """Wait for a thread, first come, first served, and have it to oneself."""
        async with self._all:
            await self._places.acquire()
            place = _Place(self._places, self._patience)
            try:
                async with self._thread() as pool:
                    yield pool
            finally:
                place.give()

    @asynccontextmanager
    async def _thread(self) -> AsyncIterator[ThreadPoolExecutor]:
        """Take an idle one of the usual threads, or another."""
        if not self._idle:
            yield self._more
            return
        self._idle -= 1
        try:
            yield self._usual
        finally:
            self._idle += 1


class _Place:
    """A place among the few, from its taking until it is given to the next: at the end, or after so long."""

    def __init__(self, places: asyncio.Semaphore, patience: float) -> None:
        self._places: asyncio.Semaphore | None = places
        self._too_long = asyncio.get_running_loop().call_later(patience, self.give)

    def give(self) -> None:
        self._too_long.cancel()
        if self._places is not None:
            self._places.release()
            self._places = None
