"""Answers that are sent piece by piece: the next is made once its reader has taken the last, and holds no thread then.

Whoever reads slowly has one piece in memory, however long the answer is, and however much of it there is still to come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from config.front.django_answer import DjangoAnswer
from helpdesk.live.stream_route import cut

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]

AT_ONCE: Final = 64 * 1024
"""Bytes that are written at once: as many as the connection keeps for a reader who is behind."""

READS_WITHIN: Final = 60.0
"""Seconds that a reader gets to take that much; after that nobody is expected to read on."""

ENDED_AFTER: Final = 3.0
"""Seconds that answers have left once this process is told to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class LongAnswer:
    """An answer that is being sent: what it is made of, to whom, and in whose threads."""

    answer: DjangoAnswer
    scope: Message
    receive: Receive
    send: Send
    in_thread: InThread

    async def send_all(self) -> None:
        """Send what is made and all that is to come, until the end or until nobody reads.

        What fails in the middle, or is not read, ends without an end: whoever reads is not to take it for whole.
        """
        gone = asyncio.create_task(self._gone())
        try:
            await self._write_all(gone)
        except TimeoutError:
            self.cut()
        except Exception as fault:
            fault.add_note(f"The answer to {self.scope['path']} broke off.")
            self.cut()
            raise
        finally:
            gone.cancel()
            if not self.answer.over:
                await self.in_thread(self.answer.close)

    def cut(self) -> None:
        """Hang up on whoever reads."""
        cut(self.scope)

    async def _write_all(self, gone: asyncio.Task[None]) -> None:
        await self._write(self.answer.take())
        while not self.answer.over and not gone.done():
            await self.in_thread(self.answer.go_on)
            await self._write(self.answer.take())
        if self.answer.over:
            await self.send({"type": "http.response.body", "body": b""})

    async def _write(self, piece: bytes) -> None:
        """Write a piece bit by bit, each once there is room for it; raises TimeoutError where nobody reads."""
        for start in range(0, len(piece), AT_ONCE):
            bit = piece[start : start + AT_ONCE]
            async with asyncio.timeout(READS_WITHIN):
                await self.send({"type": "http.response.body", "body": bit, "more_body": True})

    async def _gone(self) -> None:
        """Return once whoever reads has gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


class LongAnswers:
    """All that are being sent by this process; used in the loop that serves."""

    def __init__(self) -> None:
        self._sent: set[LongAnswer] = set()

    def stop(self) -> None:
        """Cut off, in a moment, whatever is still being sent: this process is about to end."""
        for one in self._sent:
            asyncio.get_running_loop().call_later(ENDED_AFTER, one.cut)

    async def send(self, one: LongAnswer) -> None:
        """Send one to its end."""
        self._sent.add(one)
        try:
            await one.send_all()
        finally:
            self._sent.remove(one)
