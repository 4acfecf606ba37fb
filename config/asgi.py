"""One port: a request's body is read here, as ASGI, and the whole request then goes to Django in a thread.

A client that dribbles its upload holds no thread, and neither does one that reads its answer slowly, however long that
is. Streams hold none at all, and never come to Django.
"""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import Context, copy_context
from functools import partial
from importlib import import_module
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

import msgspec
from a2wsgi.wsgi import build_environ
from django.conf import settings
from django.db import close_old_connections

from config.front import stopping
from config.front.django_answer import DjangoAnswer
from config.front.long_answers import LongAnswer, LongAnswers
from config.front.request_threads import RequestThreads
from helpdesk.api import problems
from helpdesk.live import stream_route
from helpdesk.live.stream_route import StreamRoute

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Found = TypeVar("Found")

KEPT_IN_MEMORY = 1024 * 1024
"""Bytes of a body beyond which it waits on disk."""

DRAINED = 16 * 1024 * 1024
"""Bytes of a body too large that are still read, so that the client hears why instead of a broken connection."""

NOT_ASCII = re.compile(rb"[\x80-\xff]")


class BodyRefused(Exception):
    """The body is not going to Django; the status and code say why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class ClientGone(Exception):
    """Nobody is left to answer."""


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise NotImplementedError(f"There is no {scope['type']} here.")
    if scope["path"] == stream_route.ADDRESS:
        await STREAMS.answer(scope, receive, send)
        return
    with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as body:
        try:
            length = await read_body(scope, receive, body)
        except ClientGone:
            return
        except BodyRefused as refused:
            await refuse(send, refused)
            return
        body.seek(0)
        environ = build_environ(whole(scope, length), body)  # type: ignore[arg-type]  # plain dictionaries, any file
        await pass_on(environ, scope, receive, send)


async def read_body(scope: Message, receive: Receive, body: SpooledTemporaryFile[bytes]) -> int:
    """Read the body within its time and size, and return its length; raise BodyRefused or ClientGone."""
    headers = dict(scope["headers"])
    announced = int(headers.get(b"content-length", b"0"))
    if not announced and b"transfer-encoding" not in headers:
        return 0
    most, seconds = bounds_of(scope["path"])
    if announced > most + DRAINED:
        raise BodyRefused(413, "too-large")
    length = await _receive_in_time(receive, body, most, seconds)
    if length > most:
        raise BodyRefused(413, "too-large")
    return length


def bounds_of(path: str) -> tuple[int, float]:
    """Return how large a body to this path may be, in bytes, and how long it may take, in seconds."""
    for pattern, most in settings.BODY_LIMITS.items():
        if re.fullmatch(pattern, path):
            return most, settings.LARGE_BODY_SECONDS
    return settings.API_MAX_BODY, settings.BODY_SECONDS


async def _receive_in_time(
    receive: Receive, body: SpooledTemporaryFile[bytes], most: int, seconds: float
) -> int:
    try:
        async with asyncio.timeout(seconds):
            return await _receive_all(receive, body, most)
    except TimeoutError:
        raise BodyRefused(408, "body-too-slow") from None


async def _receive_all(receive: Receive, body: SpooledTemporaryFile[bytes], most: int) -> int:
    length = 0
    while length <= most + DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        length += len(chunk)
        if length <= most:
            body.write(chunk)
        if not message.get("more_body"):
            break
    return length


async def refuse(send: Send, refused: BodyRefused) -> None:
    """Answer with a problem, and close the connection: the rest of the body may still be coming."""
    content = msgspec.json.encode(problems.problem(refused.status, refused.code))
    headers = [
        (b"content-type", problems.MEDIA_TYPE.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def whole(scope: Message, length: int) -> Message:
    """Return the request as if it had come in one piece: its length known, its query in ASCII.

    Whether people come over TLS is said by `ATTEND_URL`, not by a header.
    """
    dropped = {b"content-length", b"transfer-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    if length or b"content-length" in dict(scope["headers"]):
        headers.append((b"content-length", str(length).encode()))
    query = NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], scope["query_string"])
    scheme = "https" if settings.OVER_TLS else scope["scheme"]
    return {**scope, "headers": headers, "query_string": query, "scheme": scheme}


async def pass_on(environ: Any, scope: Message, receive: Receive, send: Send) -> None:
    """Have Django answer in a thread, and send the answer once it is whole: one hand-over each way.

    One that is streamed and long is sent piece by piece, and its thread given back before each.
    """
    answer, context = DjangoAnswer(environ, head_alone=scope["method"] == "HEAD"), copy_context()
    in_thread = partial(_in_a_thread, context)
    await in_thread(answer.begin)
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if answer.over:
        await send({"type": "http.response.body", "body": answer.take()})
    else:
        await LONG_ANSWERS.send(LongAnswer(answer, scope, receive, send, in_thread))


async def _in_a_thread(context: Context, deed: Callable[[], Found]) -> Found:
    async with THREADS.one() as one:
        return await asyncio.get_running_loop().run_in_executor(one, context.run, deed)


async def borrow(question: Callable[[], Found]) -> Found:
    """Have something that asks the database answered in one of the threads."""
    async with THREADS.one() as one:
        return await asyncio.get_running_loop().run_in_executor(one, _on_a_live_connection, question)


def _on_a_live_connection(question: Callable[[], Found]) -> Found:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()


THREADS = RequestThreads(settings.WEB_THREADS)
STREAMS, LONG_ANSWERS = StreamRoute(borrow), LongAnswers()
stopping.tell(STREAMS.stop)
stopping.tell(LONG_ANSWERS.stop)

import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()  # what is loaded by now stays for ever: no collection needs to look at it again
