"""All streams of a process: one subscription and one statement a second tell them, however many they are."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DatabaseError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.live.bell_stream import BellStream
from helpdesk.live.doorbell import LOOK, channel
from helpdesk.live.ticket_changes import Changes, ChangeWindow

logger = logging.getLogger(__name__)

LOOKS_EVERY: Final = 1.0
"""Seconds, where nobody rings."""

RESTS: Final = 0.1
"""Seconds between two looks, however often it rings."""

BLIND_AFTER: Final = 5.0
"""Seconds without an answer of the database after which no page may think that it is told."""

LISTENS_AGAIN: Final = 1.0

RESTS_AFTER: Final = 60.0
"""Seconds without a stream after which nobody looks any more: whoever goes from page to page is back at once."""

REMEMBERS: Final = 200
"""Looks that have found something, which a stream that begins again is told of."""

Found = TypeVar("Found")
Borrow = Callable[[Callable[[], Found]], Awaitable[Found]]
"""Runs something that blocks on a thread that has a connection to the database."""


class Switchboard:
    """Looks while there is a stream, and not at all while there is none."""

    def __init__(self, borrow: Borrow[Any]) -> None:
        self.streams: set[BellStream] = set()
        self._borrow = borrow
        self._rung = asyncio.Event()
        self._has_looked = asyncio.Event()
        self._at_work: list[asyncio.Task[None]] = []
        self._resting: asyncio.TimerHandle | None = None
        self._told: deque[tuple[int, Changes]] = deque(maxlen=REMEMBERS)
        self._told_since = 0

    async def join(self, stream: BellStream, *, since: int) -> None:
        """Let the stream hear of all that is committed from now on, and of what was told after this version.

        Where nobody knows what that was, its reader has to look at everything.
        """
        self.streams.add(stream)
        self._work()
        await self._has_looked.wait()
        missed = [(version, changes) for version, changes in self._told if version > since]
        if since < self._told_since:
            missed = [(self.version, Changes(uncounted=True))]
        for version, changes in missed:
            stream.hear(changes, version=version)

    def leave(self, stream: BellStream) -> None:
        self.streams.discard(stream)
        if not self.streams:
            self._resting = asyncio.get_running_loop().call_later(RESTS_AFTER, self._rest)

    def _work(self) -> None:
        if self._resting:
            self._resting.cancel()
        if not self._at_work:
            self._told_since = self.version
            self._at_work = [asyncio.create_task(work()) for work in (self._watch, self._listen)]

    def hang_up(self) -> None:
        """End all streams at once."""
        for stream in self.streams:
            stream.end()
        self._has_looked.set()

    @property
    def version(self) -> int:
        """A number that grows: milliseconds, by this machine's clock."""
        return time.time_ns() // 1_000_000

    def _rest(self) -> None:
        for task in self._at_work:
            task.cancel()
        self._at_work = []
        self._told.clear()
        self._has_looked.clear()

    async def _watch(self) -> None:
        window = await self._open_window()
        while True:
            try:
                self._tell(await self._borrow(window.look))
            except DatabaseError:
                window = await self._open_window()
                self._tell(Changes(uncounted=True))  # nobody saw what has changed meanwhile
            await self._wait()

    async def _open_window(self) -> ChangeWindow:
        """Return a window as soon as the database answers; end all streams where that takes long."""
        began = time.monotonic()
        while True:
            try:
                window: ChangeWindow = await self._borrow(ChangeWindow)
            except DatabaseError as error:
                if time.monotonic() - began > BLIND_AFTER:
                    logger.warning("nobody can be told of changes: %s", error)
                    self.hang_up()
            else:
                return window
            await asyncio.sleep(LOOKS_EVERY)

    def _tell(self, changes: Changes) -> None:
        version = self.version
        if changes.tickets or changes.uncounted:
            self._remember(changes, version)
            for stream in self.streams:
                stream.hear(changes, version=version)
        self._has_looked.set()

    def _remember(self, changes: Changes, version: int) -> None:
        if len(self._told) == REMEMBERS:
            self._told_since, _ = self._told[0]
        self._told.append((version, changes))

    async def _wait(self) -> None:
        await asyncio.sleep(RESTS)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOKS_EVERY - RESTS):
                await self._rung.wait()
        self._rung.clear()

    async def _listen(self) -> None:
        while True:
            with suppress(RedisError, OSError):
                await self._hear_rings()
            await asyncio.sleep(LISTENS_AGAIN)

    async def _hear_rings(self) -> None:
        async with (
            Redis.from_url(settings.REDIS_URL, decode_responses=True, health_check_interval=10) as redis,
            redis.pubsub(ignore_subscribe_messages=True) as line,
        ):
            await line.subscribe(channel())
            while True:
                said = await line.get_message(timeout=LISTENS_AGAIN)
                if said:
                    self._heed(said["data"])

    def _heed(self, words: str) -> None:
        if words == LOOK:
            self._rung.set()
            return
        _presence, queue, reference = words.split(" ")
        for stream in self.streams:
            stream.hear_of_presence(int(queue), reference, version=self.version)
