"""Mail handed to a server: one conversation, one deadline, and who was refused.

Attend's own goes to the server that the settings name; where they name files, a console or memory, it goes there.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from helpdesk.models import LineSecurity, Mailbox
from helpdesk.outbox import limits
from helpdesk.outbox.channel import MessageRefused, WayOutDown, legible
from helpdesk.outbox.deadline import Deadline
from helpdesk.outbox.sign_in import smtp_login
from helpdesk.outbox.sign_in.xoauth2 import BearerToken, TokenNotTaken

_SCHEME = "smtp://"

CLOSING = 421
"""What a server says that will take nothing more from us now, at whatever step."""

TOO_LARGE = 552
"""What it says as soon as it is told a mail's size (RFC 1870), where others say whose mail they do not take."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`login` is empty where it asks for none; where there is a `token`, no password is said.

    `mailbox` is the address for which it takes mail, if it is one's.
    """

    host: str
    port: int
    security: str
    login: str = ""
    password: str = field(default="", repr=False)
    mailbox: str = ""
    token: BearerToken | None = None

    @property
    def way_out(self) -> str:
        return _way_out(self.host, self.port, self.mailbox)


def _way_out(host: str, port: int, mailbox: str = "") -> str:
    """Name what is down when a sending fails: of several mailboxes on a server one may be refused alone."""
    return f"{_SCHEME}{host}:{port}" + (f"/{mailbox}" if mailbox else "")


def is_way_of_mail(name: str) -> bool:
    """Tell whether a way out of this name leads to a mail server."""
    return name.startswith(_SCHEME)


@dataclass(frozen=True, slots=True)
class Refusals:
    """The addresses that the server refused, with its codes, and in its own words; the others have it."""

    codes: dict[str, int]
    said: dict[str, str] = field(default_factory=dict)

    def named(self) -> tuple[str, ...]:
        return tuple(f"{address}: SMTP {code}" for address, code in sorted(self.codes.items()))

    def words(self) -> str:
        """Return what it said of each, which may name people: the outbox keeps none of it."""
        return "; ".join(f"{address}: {words}" for address, words in sorted(self.said.items()))

    def __str__(self) -> str:
        told = ", ".join(str(code) for code in sorted(set(self.codes.values())))
        return f"SMTP {told} for {len(self.codes)} of the recipients" if self.codes else ""


class AllRefused(MessageRefused):
    """The server refused it for everybody; `refusals` says of each how: for some it may be for good, for others not."""

    def __init__(self, refusals: Refusals) -> None:
        for_good = all(map(is_for_good, refusals.codes.values()))
        words = next(iter(refusals.said.values()))
        super().__init__(str(refusals), for_good=for_good, missed=refusals.named(), words=words)
        self.refusals = refusals


def server_of_settings() -> SmtpServer:
    """Return the one by which Attend's own mail leaves, where the settings name a server at all."""
    return SmtpServer(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        _security_of_settings(),
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
    )


def _security_of_settings() -> LineSecurity:
    if settings.EMAIL_USE_SSL:
        return LineSecurity.TLS
    return LineSecurity.STARTTLS if settings.EMAIL_USE_TLS else LineSecurity.NONE


def way_out_of_mailbox(mailbox: Mailbox) -> str:
    """Return what the server of a mailbox calls its way out, without opening its password."""
    return _way_out(mailbox.smtp_host, mailbox.smtp_port, mailbox.address)


def is_remote() -> bool:
    """Say whether Attend's own mail leaves this machine's files and memory."""
    return bool(settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"))


def way_out() -> str:
    return server_of_settings().way_out if is_remote() else "mail on this machine"


def automatic(subject: str, body: str, *, to: Sequence[str], name: str, html: str = "") -> EmailMessage:
    """Return a mail that says of itself that a machine wrote it, so that no machine answers (RFC 3834).

    Its `Message-ID` is made of `name`, the same over all attempts, and of the host that people use.
    """
    headers = {
        "Message-ID": f"<{name}@{_host()}>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "X-Auto-Response-Suppress": "All",
    }
    mail = EmailMultiAlternatives(subject, body, to=list(to), headers=headers)
    if html:
        mail.attach_alternative(html, "text/html")
    return mail


def _host() -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"[IPv6:{host}]" if ":" in host else host


def send(message: EmailMessage, *, server: SmtpServer | None = None) -> Refusals:
    """Send a mail by a server, else as Attend's own leave; return whose address was refused while others have it.

    Raises `MessageRefused` where nobody has it because of this message, `WayOutDown` where the server takes none.
    """
    if server is None and not is_remote():
        return _kept_here(message)
    server = server or server_of_settings()
    with _let_in(server) as line:
        return _handed_over(line, message)


def greet(server: SmtpServer) -> None:
    """Come to where a mail could be handed over, and hand over none; raises `WayOutDown`, of what it came from."""
    with Deadline(limits.DEADLINE) as deadline, _connected(server, deadline) as line:
        _introduce(line, server)


def hand_over(raw: bytes, *, sender: str, recipients: Sequence[str], server: SmtpServer) -> Refusals:
    """Send a mail that is composed already, its addresses in ASCII; returns and raises as `send` does."""
    with _let_in(server) as line:
        return _taken(line, sender, recipients, raw)


@contextmanager
def _let_in(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """Come to where a mail can be handed over, and give the server time to take one."""
    with Deadline(limits.DEADLINE) as deadline, _connected(server, deadline) as line:
        _introduce(line, server)
        assert line.sock is not None  # noqa: S101  # it has just let us in
        line.sock.settimeout(deadline.prolong(limits.HANDING_OVER))
        yield line


def _kept_here(message: EmailMessage) -> Refusals:
    try:
        message.send()
    except OSError as error:
        raise WayOutDown(f"{type(error).__name__}: {error}", unsent=True) from error
    return Refusals({})


@contextmanager
def _connected(server: SmtpServer, deadline: Deadline) -> Iterator[smtplib.SMTP]:
    """Keep a conversation with the server, which has greeted us; end it politely if there is time."""
    try:
        line = (_TlsLine if server.security == LineSecurity.TLS else _PlainLine)(server, deadline)
    except (OSError, UnicodeError) as error:  # those of smtplib are OSErrors
        raise WayOutDown(_said(error), unsent=True, words=_own_words(error)) from error
    try:
        yield line
        with suppress(OSError):
            line.quit()
    finally:
        line.close()


def _introduce(line: smtplib.SMTP, server: SmtpServer) -> None:
    """Come to where a mail can be handed over."""
    try:
        if server.security == LineSecurity.STARTTLS:
            line.starttls(context=ssl.create_default_context())
        if server.token:
            smtp_login.log_in_by_token(line, server.login, server.token)
        elif server.login:
            smtp_login.log_in(line, server.login, server.password)
        line.ehlo_or_helo_if_needed()
    except (OSError, UnicodeError, TokenNotTaken) as error:  # some take ASCII alone
        raise WayOutDown(_said(error), unsent=True, words=_own_words(error)) from error


def _handed_over(line: smtplib.SMTP, message: EmailMessage) -> Refusals:
    encoding = message.encoding or settings.DEFAULT_CHARSET
    sender = sanitize_address(message.from_email, encoding)
    recipients = {sanitize_address(each, encoding): each for each in message.recipients()}
    body = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's messages take it
    refused = _taken(line, sender, list(recipients), body)
    return Refusals({recipients[address]: code for address, code in refused.codes.items()})


def _taken(line: smtplib.SMTP, sender: str, recipients: Sequence[str], body: bytes) -> Refusals:
    try:
        refused = line.sendmail(sender, recipients, body)
    except OSError as error:  # those of smtplib are OSErrors
        raise _failure(error) from error
    return _refusals(refused)


def _refusals(replies: Mapping[str, tuple[int, bytes]]) -> Refusals:
    codes = {address: code for address, (code, _text) in replies.items()}
    return Refusals(codes, {address: _words(*reply) for address, reply in replies.items()})


def _failure(error: OSError) -> MessageRefused | WayOutDown:
    """Return what it means that the server did not take the mail from us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused = AllRefused(_refusals(error.recipients))
        closing = CLOSING in refused.refusals.codes.values()
        return WayOutDown(str(refused), unsent=True, words=refused.words) if closing else refused
    if isinstance(error, smtplib.SMTPResponseException):
        of_us = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE
        return _refusal(error.smtp_code, _said(error), words=_own_words(error), of_us=of_us)
    words = _("%s. It may have arrived all the same.") % _own_words(error)
    return WayOutDown(_said(error), may_have_arrived=True, words=words)


def _refusal(code: int, said: str, *, words: str, of_us: bool) -> MessageRefused | WayOutDown:
    """Return what a code means; what is said of us, not of the mail (`of_us`), can be mended and is tried again."""
    if code == CLOSING:
        return WayOutDown(said, unsent=True, words=words)
    return MessageRefused(said, words=words, for_good=not of_us and is_for_good(code))


def is_for_good(code: int) -> bool:
    """Tell whether a server says by this code that it will never take the message (RFC 5321, 4.2.1)."""
    return code >= 500


def _own_words(error: Exception) -> str:
    """Return what the server said, else what went wrong on the way to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    if isinstance(error, TokenNotTaken):
        return error.said
    return f"{type(error).__name__}: {error}"


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(legible(text).split())}"


def _said(error: Exception) -> str:
    """Return what went wrong without what the server says: it repeats addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: SMTP {error.smtp_code}"
    if isinstance(error, TokenNotTaken):
        return "the token is not taken"
    return f"{type(error).__name__}: {error}"


class _PlainLine(smtplib.SMTP):
    """A conversation with a mail server under a deadline."""

    def __init__(self, server: SmtpServer, deadline: Deadline) -> None:
        self._deadline = deadline
        # A name is given for ourselves, because smtplib would ask the resolver for one, and wait.
        super().__init__(server.host, server.port, socket.gethostname(), deadline.left())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._deadline.connect(self._deadline.resolve(host, port), port)


class _TlsLine(smtplib.SMTP_SSL, _PlainLine):
    """The same, in TLS from the first byte."""

    def __init__(self, server: SmtpServer, deadline: Deadline) -> None:
        self._deadline = deadline
        ourselves, context = socket.gethostname(), ssl.create_default_context()
        smtplib.SMTP_SSL.__init__(
            self, server.host, server.port, ourselves, timeout=deadline.left(), context=context
        )
