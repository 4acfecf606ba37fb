"""pymap, an IMAP server in memory, in a thread: one login, and the folders that a test makes."""

from __future__ import annotations

import asyncio
import ssl
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from imap_tools.mailbox import BaseMailBox
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

LOGIN, PASSWORD = "shared@provider.example", 'pass"word\\ with blanks'


class RunningImap:
    """The server, over TLS from the first byte (`tls`), after a word (`starttls`), or over a plain line."""

    def __init__(self, *, tls: ssl.SSLContext | None, starttls: ssl.SSLContext | None) -> None:
        self._tls, self._starttls = tls, starttls
        self._ready, self._over = Event(), asyncio.Event()
        self.port = 0

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        arguments = Namespace(
            host=None, port=0, debug=False, cert=None, key=None, tls=self._starttls is not None,
            proxy_protocol="noop", passlib_cfg=None, inherited_sockets=None,
            demo_data=False, demo_user=LOGIN, demo_password=PASSWORD,
        )  # fmt: skip
        context = self._starttls or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        backend, config = await DictBackend.init(arguments, ssl_context=context, invalid_user_sleep=0.0)
        config.apply_context()
        callback = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        async with await asyncio.start_server(callback, "127.0.0.1", 0, ssl=self._tls) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._over.wait()

    def start(self) -> None:
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@contextmanager
def running_imap(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[RunningImap]:
    server = RunningImap(tls=tls, starttls=starttls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def put(line: BaseMailBox, folder: str, *mails: bytes) -> None:
    """Lay unseen mails into a folder, which is made where there is none."""
    if not line.folder.exists(folder):
        line.folder.create(folder)
    for mail in mails:
        line.append(mail, folder)
