"""Where mail lies until it is fetched: two boxes of an IMAP server (pymap), the newest mails alone, in memory."""

from __future__ import annotations

import asyncio
import ssl
from argparse import Namespace
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from socket import socket
from typing import Final

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from helpdesk.demo.post.demo_addresses import CUSTOMERS, DOMAIN, MAILBOX, PASSWORD, domain_of

MOST_MAILS: Final = 200
MOST_BYTES: Final = 32_000_000
"""What a box holds; beyond either its oldest mails go."""


class LetterBox:
    """The inbox of one login."""

    def __init__(self, inbox: MailboxData) -> None:
        self._inbox = inbox
        self._sizes: deque[tuple[int, int]] = deque()

    async def put(self, raw: bytes) -> None:
        """Lay a mail in, and tell whoever waits for one (IDLE); the oldest go where there are too many."""
        arrived_at = datetime.now(UTC)  # noqa: TID251  # a server of its own, which knows no database
        message = await self._inbox.append(AppendMessage(raw, arrived_at, frozenset()), recent=True)
        self._sizes.append((message.uid, len(raw)))
        await self._inbox.delete(self._beyond_what_it_holds())

    def _beyond_what_it_holds(self) -> list[int]:
        uids = []
        while len(self._sizes) > MOST_MAILS or sum(size for _, size in self._sizes) > MOST_BYTES:
            uids.append(self._sizes.popleft()[0])
        return uids


class LetterBoxes:
    """The shop's box and its customers', and the IMAP server that shows them."""

    def __init__(self, backend: DictBackend, config: Config, boxes: Mapping[str, LetterBox]) -> None:
        self._backend, self._config, self._boxes = backend, config, boxes

    def box_of(self, address: str) -> LetterBox:
        """Return the box of an address: everybody outside the shop shares one."""
        return self._boxes[MAILBOX if domain_of(address) == DOMAIN else CUSTOMERS]

    async def serve(self, door: socket) -> asyncio.Server:
        server = IMAPServer(self._backend.login, self._config)
        callback = ProxyProtocolReader(self._config.proxy_protocol).get_callback(server)
        return await asyncio.start_server(callback, sock=door)


async def put_up() -> LetterBoxes:
    """Put up empty boxes, to be served by the task that asks."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # which pymap asks for, and nobody uses
    backend, config = await DictBackend.init(_arguments(), ssl_context=tls, hash_context=Cleartext())
    config.apply_context()
    boxes = {}
    for login in (MAILBOX, CUSTOMERS):
        backend.login.users_dict[login] = UserMetadata(config, login, password=PASSWORD)
        mailboxes = MailboxSet()
        config.set_cache[login] = mailboxes, FilterSet()
        boxes[login] = LetterBox(await mailboxes.get_mailbox("INBOX"))
    return LetterBoxes(backend, config, boxes)


def _arguments() -> Namespace:
    """Return what pymap's own command would have read."""
    return Namespace(
        host=None, port=0, debug=False, cert=None, key=None, tls=False, proxy_protocol="noop", passlib_cfg=None,
        inherited_sockets=None, demo_data=False, demo_user=MAILBOX, demo_password=PASSWORD,
    )  # fmt: skip
