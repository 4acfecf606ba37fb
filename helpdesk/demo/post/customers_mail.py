"""What the demo's customers have received, read by IMAP as their own programs would read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from imap_tools.mailbox import BaseMailBox

from helpdesk.demo.post import demo_mailbox
from helpdesk.demo.post.demo_addresses import CUSTOMERS, HOST, MAILBOX, PASSWORD
from helpdesk.mail.reading.headers import header_block
from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.mail_addresses import MailAddress, address_in
from helpdesk.mail.reading.letter import Letter, UnreadableMail, read
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_server import ImapServer, reading
from helpdesk.mail.servers.server_fault import MailServerFailed, in_words
from helpdesk.models import LineSecurity

INBOX = "INBOX"
SECONDS = 10.0
"""How long a conversation with the server may take."""
HIGHEST_UID = 2**32 - 1
GLANCE = 20_000
"""Bytes of a mail that are read to list it."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail by its number in the box, as it was understood and as it came."""

    uid: int
    arrived_at: datetime | None
    letter: Letter
    raw: bytes = field(repr=False)

    @property
    def head(self) -> str:
        """Its headers as they travelled."""
        return self.raw[: self._parsed[1]].decode(errors="replace").replace("\r\n", "\n").strip()

    @property
    def receiver(self) -> MailAddress:
        """Who received it, by the name that the mail has for them."""
        address = address_in(self._parsed[0].raw("delivered-to")).address
        named = (each for each in (*self.letter.to, *self.letter.cc) if each.address == address)
        return next(named, MailAddress(address))

    @property
    def _parsed(self) -> tuple[HeaderBlock, int]:
        return header_block.split(self.raw, 0, len(self.raw))


def newest(limit: int) -> list[ReceivedMail]:
    """Return the last mails, the newest first, each by its beginning; raises `MailServerFailed`."""
    with _box(CUSTOMERS) as line:
        imap_folder.look_into(line, INBOX)
        uids = imap_folder.uids_after(line, 0, since=None)[-limit:]
        mails = [_received(line, uid, at_most=GLANCE) for uid in reversed(uids)]
    return [mail for mail in mails if mail]


def one(uid: int) -> ReceivedMail | None:
    """Return a whole mail, unless it has gone; raises `MailServerFailed`."""
    if not 0 < uid <= HIGHEST_UID:
        return None
    with _box(CUSTOMERS) as line:
        imap_folder.look_into(line, INBOX)
        return _received(line, uid, at_most=settings.MAIL_MAX_SIZE)


def empty_if_served() -> None:
    """Remove what customers and shop have received from the server; one that is away has forgotten it anyhow."""
    with suppress(MailServerFailed):
        for login in (CUSTOMERS, MAILBOX) if demo_mailbox.is_served() else ():
            _empty(login)


def _empty(login: str) -> None:
    with _box(login) as line:
        line.folder.set(INBOX)
        line.delete([str(uid) for uid in imap_folder.uids_after(line, 0, since=None)])


@contextmanager
def _box(login: str) -> Iterator[BaseMailBox]:
    _, port = settings.DEMO_MAIL_PORTS
    server = ImapServer(HOST, port, LineSecurity.NONE, login, PASSWORD)
    with in_words(server.host, server.port, server.security, login), reading(server, seconds=SECONDS) as line:
        yield line


def _received(line: BaseMailBox, uid: int, *, at_most: int) -> ReceivedMail | None:
    fetched = imap_folder.fetch(line, uid, at_most=at_most)
    if fetched is None:
        return None
    try:
        return ReceivedMail(uid, fetched.arrived_at, read(fetched.raw), fetched.raw)
    except UnreadableMail:
        return None
