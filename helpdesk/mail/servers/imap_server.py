"""A server from which mail is read: where it is, how the line is private, who we are to it."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from socket import socket

from imap_tools.errors import MailboxLoginError
from imap_tools.mailbox import BaseMailBox

from helpdesk.mail.consent import access_tokens
from helpdesk.mail.consent.mail_providers import login_of
from helpdesk.models import LineSecurity, Mailbox
from helpdesk.outbox.deadline import Deadline
from helpdesk.outbox.sign_in import xoauth2
from helpdesk.outbox.sign_in.xoauth2 import BearerToken
from helpdesk.secrets import key_ring


@dataclass(frozen=True, slots=True)
class ImapServer:
    """What a conversation about a mailbox takes; where there is a token, no password is said."""

    host: str
    port: int
    security: str
    login: str
    password: str = field(repr=False)
    token: BearerToken | None = None


def imap_server_of(mailbox: Mailbox, *, now: datetime) -> ImapServer:
    """Return the server of a mailbox, and what it takes to be let in; raises `NoKeyOpens`, `ConsentFailed`."""
    place = (mailbox.imap_host, mailbox.imap_port, mailbox.imap_security)
    if token := access_tokens.bearer_token(mailbox, now=now):
        return ImapServer(*place, login_of(mailbox, "imap"), "", token)
    password = key_ring.unseal(mailbox.imap_password) if mailbox.imap_password else ""
    return ImapServer(*place, mailbox.imap_login, password)


@contextmanager
def reading(server: ImapServer, *, seconds: float) -> Iterator[BaseMailBox]:
    """Keep a conversation with the server, which knows us and has no folder open; it ends within so many seconds.

    Raises `OSError`, `imaplib.IMAP4.error`, `imap_tools.ImapToolsError` and `TokenNotTaken`.
    """
    with Deadline(seconds) as deadline:
        line = _ImapConversation(server, deadline)
        try:
            _log_in(line, server)
            yield line
            with suppress(OSError, imaplib.IMAP4.error):
                line.client.logout()
        finally:
            with suppress(OSError):  # logging out has closed it
                line.client.shutdown()


def _log_in(line: BaseMailBox, server: ImapServer) -> None:
    if server.security == LineSecurity.STARTTLS:
        line.client.starttls(ssl.create_default_context())
    if server.token:
        _log_in_by_token(line, server.login, server.token)
    elif (server.login + server.password).isascii():
        line.login(server.login, server.password, initial_folder=None)
    else:
        _log_in_by_plain(line, server)


def _log_in_by_plain(line: BaseMailBox, server: ImapServer) -> None:
    """Log in as `login` does, which knows ASCII alone, and say a refusal as it does."""
    try:
        line.login_utf8(server.login, server.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refused:
        raise MailboxLoginError(("NO", [str(refused).encode()]), "OK") from refused


def _log_in_by_token(line: BaseMailBox, login: str, token: BearerToken) -> None:
    """Say the token where the server asks for words; what it asks after that is why it refuses, and needs none."""
    challenges: list[bytes] = []

    def words(asked: bytes) -> bytes:
        challenges.append(asked)
        return xoauth2.first_words(login, token) if len(challenges) == 1 else b""

    try:
        line.client.authenticate(xoauth2.MECHANISM, words)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refused:
        why = b"".join(challenges[1:2])
        raise xoauth2.refusal(token.account, str(refused).encode(), why) from refused


class _ImapConversation(BaseMailBox):
    """imap-tools over a line of ours."""

    def __init__(self, server: ImapServer, deadline: Deadline) -> None:
        self._server, self._deadline = server, deadline
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        over_tls = self._server.security == LineSecurity.TLS
        return (_TlsImapLine if over_tls else _PlainImapLine)(self._server, self._deadline)


class _PlainImapLine(imaplib.IMAP4):
    """A connection under a deadline."""

    def __init__(self, server: ImapServer, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(server.host, server.port, deadline.left())

    def _create_socket(self, timeout: float | None) -> socket:
        return self._deadline.connect(self._deadline.resolve(self.host, self.port), self.port)


class _TlsImapLine(imaplib.IMAP4_SSL):
    """The same, in TLS from the first byte."""

    def __init__(self, server: ImapServer, deadline: Deadline) -> None:
        self._deadline = deadline
        context = ssl.create_default_context()
        super().__init__(server.host, server.port, ssl_context=context, timeout=deadline.left())

    def _create_socket(self, timeout: float | None) -> socket:
        line = self._deadline.connect(self._deadline.resolve(self.host, self.port), self.port)
        wrapped: socket = self.ssl_context.wrap_socket(line, server_hostname=self.host)
        return wrapped
