"""The address of the streams, as ASGI: a stream holds no thread while nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie

from helpdesk.live.bell_stream import BellStream, Ring, event
from helpdesk.live.stream_viewer import StreamViewer, viewer_of
from helpdesk.live.switchboard import Borrow, Switchboard

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ADDRESS: Final = "/live/"

PING_EVERY: Final = 20.0
"""Seconds of silence after which a stream shows that it is there; proxies give up after 30 or 60."""

LOGIN_ASKED_EVERY: Final = 60.0
READS_WITHIN: Final = 30.0
"""Seconds that a reader gets to take what is written, before the line is cut."""

LONGEST_VERSION: Final = 16

MOST_OF_ONE: Final = 20
"""Streams of one agent in a process: a browser has one."""

HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class NoStream(Exception):
    """No stream for this request; the status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class StreamRoute:
    """Answers at `ADDRESS`. One for a process; all of its methods run in the loop that serves."""

    def __init__(self, borrow: Borrow[Any]) -> None:
        self._borrow = borrow
        self._board = Switchboard(borrow)
        self._stops = False

    def stop(self) -> None:
        """End all streams, and begin no more: this process is about to end."""
        self._stops = True
        self._board.hang_up()

    async def answer(self, scope: Message, receive: Receive, send: Send) -> None:
        """Write to the one who asks until they go, may hear nothing any more, or this process stops."""
        try:
            session_key = self._session_of(scope)
            stream = BellStream(await self._viewer(session_key))
            self._refuse_too_many(stream)
        except NoStream as refused:
            await _refuse(send, refused.status)
            return
        gone = asyncio.create_task(_hung_up(receive, stream))
        try:
            await self._serve(stream, session_key, send, since=_since(scope))
        except TimeoutError:
            cut(scope)
        finally:
            gone.cancel()
            self._board.leave(stream)

    def _session_of(self, scope: Message) -> str:
        if scope["method"] != "GET":
            raise NoStream(405)
        if self._stops or not settings.LIVE_STREAMS:
            raise NoStream(503)
        sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
        found: str | None = parse_cookie(sent.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
        if not found:
            raise NoStream(401)
        return found

    async def _viewer(self, session_key: str) -> StreamViewer:
        try:
            viewer: StreamViewer | None = await self._borrow(partial(viewer_of, session_key))
        except DatabaseError:
            raise NoStream(503) from None
        if viewer is None:
            raise NoStream(401)
        return viewer

    def _refuse_too_many(self, stream: BellStream) -> None:
        of_one = sum(one.viewer.agent_id == stream.viewer.agent_id for one in self._board.streams)
        if len(self._board.streams) >= settings.LIVE_STREAMS or of_one >= MOST_OF_ONE:
            raise NoStream(503)

    async def _serve(self, stream: BellStream, session_key: str, send: Send, *, since: int) -> None:
        await self._board.join(stream, since=since)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, event("hello", Ring(self._board.version)))
        asked = asyncio.get_running_loop().time()
        while not stream.over:
            told = await stream.next(within=PING_EVERY)
            if asyncio.get_running_loop().time() - asked >= LOGIN_ASKED_EVERY:
                asked = asyncio.get_running_loop().time()
                await self._ask_again(stream, session_key)
            if not stream.over:
                await _write(send, event("ring", told) if told else event("ping", Ring(self._board.version)))
        await _write(send, event("over", Ring(self._board.version)), last=True)

    async def _ask_again(self, stream: BellStream, session_key: str) -> None:
        """End the stream of whoever is not logged in any more, and follow what they may see."""
        try:
            viewer = await self._viewer(session_key)
        except NoStream:
            stream.end()
            return
        if viewer != stream.viewer:
            stream.viewer = viewer
            stream.look_everywhere(version=self._board.version)


def _since(scope: Message) -> int:
    """Return the version of what the page shows; 0 where it does not say."""
    said = parse_qs(scope["query_string"].decode("latin1")).get("since", [""])[0]
    return int(said) if said.isdecimal() and len(said) < LONGEST_VERSION else 0


async def _write(send: Send, body: bytes, *, last: bool = False) -> None:
    """Write, and wait until it can be read; raises TimeoutError where nobody reads."""
    async with asyncio.timeout(READS_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": not last})


async def _hung_up(receive: Receive, stream: BellStream) -> None:
    """End the stream once its reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def cut(scope: Message) -> None:
    """Drop what nobody reads; only closing the line would wait for them."""
    hang_up = scope.get("extensions", {}).get("attend.hang_up")
    if hang_up:
        hang_up["now"]()


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), (b"retry-after", b"15")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
