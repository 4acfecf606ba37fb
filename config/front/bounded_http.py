"""HTTP as uvicorn speaks it, within bounds: how long the head of a request may take, and how large it may be.

A head has as long as a body (`ATTEND_BODY_SECONDS`), from its first byte or from when the connection was made.
uvicorn itself waits for ever for a head that is half sent, reads headers of any length, and takes the trailers of a
body for headers.
"""

from __future__ import annotations

from asyncio import Transport
from asyncio.events import TimerHandle
from typing import Any

import msgspec
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config.front import stopping
from helpdesk.api import problems

LARGEST_HEAD = 32 * 1024
"""Bytes of an address and all headers together."""

MOST_HEADERS = 100


class HeadTooLarge(Exception):
    """An address or headers beyond the bounds."""


class BoundedHttp(HttpToolsProtocol):
    """One connection. What comes after a body is no header, and neither is a name with an underscore.

    WSGI cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head, self._begun = True, False
        self._head_size = 0
        self._led_nowhere = 0
        self._got_on = False
        self._head_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._await_head()

    def shutdown(self) -> None:
        stopping.say()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; bytes that lead neither to the end of a head nor to a body are counted."""
        self._got_on = False
        if self._in_head:
            self._await_head()
        super().data_received(data)
        self._led_nowhere = 0 if self._got_on else self._led_nowhere + len(data)
        if self._led_nowhere > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"attend.hang_up": {"now": self.transport.abort}}
        self._in_head = self._begun = True
        self._head_size = 0
        self._await_head()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return
        self._count(len(name) + len(value))
        if len(self.headers) >= MOST_HEADERS:
            raise HeadTooLarge
        if b"_" not in name:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head, self._got_on = False, True
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._got_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head, self._begun, self._got_on = True, False, True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer with a problem, and close: 431 where uvicorn or the parser was stopped by our bounds."""
        too_large = self._head_size > LARGEST_HEAD or self._led_nowhere > LARGEST_HEAD
        too_large = too_large or len(self.headers or ()) >= MOST_HEADERS
        trouble = (
            problems.problem(431, "head-too-large")
            if too_large
            else problems.problem(400, "malformed-request")
        )
        self._refuse(trouble)

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > LARGEST_HEAD:
            raise HeadTooLarge

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(settings.BODY_SECONDS, self._head_is_late)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        """Give up; where an earlier request is still being answered, that answer comes first, and is the last."""
        self._head_timer = None
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        elif self._begun:
            self._refuse(problems.problem(408, "head-too-slow"))
        else:
            self.transport.close()

    def _refuse(self, trouble: problems.Problem) -> None:
        content = msgspec.json.encode(trouble)
        head = [
            f"HTTP/1.1 {trouble.status} {trouble.code}",
            f"content-type: {problems.MEDIA_TYPE}",
            f"content-length: {len(content)}",
            "cache-control: no-store",
            "connection: close",
        ]
        self.transport.write("\r\n".join([*head, "", ""]).encode() + content)
        self.transport.close()
