"""What is wrong with a mail server, in words that say what to do about it."""

from __future__ import annotations

import errno
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from helpdesk.input.visible_text import one_line
from helpdesk.models import LineSecurity
from helpdesk.outbox.channel import WayOutDown
from helpdesk.outbox.deadline import NobodyAnswered
from helpdesk.outbox.sign_in.xoauth2 import TokenNotTaken
from helpdesk.refusal import Refused

MOST_SAID: Final = 200
"""Characters of a server's own words."""


class ServerFault(TextChoices):
    """Each kind of trouble, and its sentence."""

    NAME_UNKNOWN = "name_unknown", _("No server is called %(host)s: the name leads nowhere.")
    NOBODY_ANSWERS = (
        "nobody_answers",
        _("Nobody answers at %(host)s, port %(port)s. Look at the port, and whether a firewall is between."),
    )
    SILENT = "silent", _("%(host)s takes the connection at port %(port)s, and then says nothing of use.")
    SILENT_WITHOUT_TLS = (
        "silent_without_tls",
        _(
            "%(host)s takes the connection at port %(port)s, and then says nothing of use. "
            "It may wait for TLS: choose TLS."
        ),
    )
    NO_TLS = (
        "no_tls",
        _("%(host)s does not begin with TLS at port %(port)s. Choose STARTTLS, or another port."),
    )
    NO_STARTTLS = (
        "no_starttls",
        _("%(host)s offers no STARTTLS at port %(port)s. Choose TLS, or another port."),
    )
    OTHER_NAME = (
        "other_name",
        _("The TLS certificate of %(host)s is for another name. Write the name that it is for."),
    )
    OUT_OF_DATE = "out_of_date", _("The TLS certificate of %(host)s has expired, or is not valid yet.")
    NOT_TRUSTED = (
        "not_trusted",
        _(
            "The TLS certificate of %(host)s is signed by itself, or by somebody whom this machine does not know. "
            "Make the signer known to the machine, if it is yours."
        ),
    )
    TLS_FAILED = "tls_failed", _("TLS with %(host)s comes to nothing: %(said)s")
    LOGIN_REFUSED = (
        "login_refused",
        _("%(host)s refuses the login “%(login)s” with this password. It says: %(said)s"),
    )
    TOKEN_NOT_TAKEN = (
        "token_not_taken",
        _("%(host)s does not let “%(login)s” in by the consent of %(account)s. It says: %(said)s"),
    )
    NO_LOGIN = (
        "no_login",
        _("%(host)s asks for no login at port %(port)s. Leave it empty, or choose STARTTLS or TLS."),
    )
    NOT_ASCII = (
        "not_ascii",
        _("%(host)s takes logins and passwords of unaccented Latin letters, digits and signs alone."),
    )
    FOLDER_MISSING = "folder_missing", _("There is no folder “%(folder)s”. There are: %(folders)s")
    MAIL_REFUSED = (
        "mail_refused",
        _(
            "Of “%(folder)s” all is read but for mails that %(host)s does not give out, %(number)s at present. "
            "Move them to another folder there, or remove them. It says: %(said)s"
        ),
    )
    OTHER = "other", _("%(host)s says: %(said)s")


class MailServerFailed(Exception):
    """A mail server cannot be used as it is set; `str()` is a sentence for people in the language in force."""

    def __init__(self, fault: ServerFault, **facts: Any) -> None:
        super().__init__(fault.value)
        self.fault, self.facts = fault, facts

    def __str__(self) -> str:
        return str(self.fault.label) % self.facts


def fault_in(error: BaseException, security: str) -> ServerFault:
    """Return what an exception means that was raised while a server was spoken to over a line of that kind."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _OF_CERTIFICATES.get(error.verify_code, ServerFault.NOT_TRUSTED)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return _fault_of_tls(error)
    for kinds, fault in _OF_KINDS:
        if isinstance(error, kinds):
            return fault
    return _fault_of_a_line(error, security)


_OF_CERTIFICATES: Final = {
    9: ServerFault.OUT_OF_DATE,
    10: ServerFault.OUT_OF_DATE,
    62: ServerFault.OTHER_NAME,
    64: ServerFault.OTHER_NAME,
}
"""OpenSSL's codes, X509_V_ERR_…; the others say that nobody trusted has signed."""

_OF_KINDS: Final[tuple[tuple[tuple[type[BaseException], ...], ServerFault], ...]] = (
    ((socket.gaierror,), ServerFault.NAME_UNKNOWN),
    ((NobodyAnswered, ConnectionRefusedError), ServerFault.NOBODY_ANSWERS),
    ((TokenNotTaken,), ServerFault.TOKEN_NOT_TAKEN),
    ((smtplib.SMTPAuthenticationError, UnexpectedCommandStatusError), ServerFault.LOGIN_REFUSED),
    ((UnicodeEncodeError,), ServerFault.NOT_ASCII),
    ((UnicodeError,), ServerFault.NAME_UNKNOWN),
)
_ENDS: Final = (TimeoutError, ConnectionError, ssl.SSLEOFError)
_NOT_ROUTED: Final = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}


def _fault_of_tls(error: ssl.SSLError) -> ServerFault:
    """A server that greets at once has its greeting taken for TLS, of a version that there is not."""
    greeted = error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}
    return ServerFault.NO_TLS if greeted else ServerFault.TLS_FAILED


def _fault_of_a_line(error: BaseException, security: str) -> ServerFault:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ServerFault.NO_STARTTLS if "STARTTLS" in str(error) else ServerFault.NO_LOGIN
    if isinstance(error, imaplib.IMAP4.abort) and "TLS" in str(error):
        return ServerFault.NO_STARTTLS
    if isinstance(error, OSError) and error.errno in _NOT_ROUTED:
        return ServerFault.NOBODY_ANSWERS
    if isinstance(error, (*_ENDS, smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort)):
        return ServerFault.SILENT if security == LineSecurity.TLS else ServerFault.SILENT_WITHOUT_TLS
    return ServerFault.OTHER


def said_in(error: BaseException) -> str:
    """Return the server's own words in an exception, on one line, cut where they are long."""
    words: Any = error
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
    elif isinstance(error, UnexpectedCommandStatusError):
        words = b" ".join(word for word in error.command_result[1] if isinstance(word, bytes))
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return one_line(text)[:MOST_SAID]


@contextmanager
def in_words(host: str, port: int, security: str, login: str) -> Iterator[None]:
    """Raise what goes wrong as `MailServerFailed`."""
    try:
        yield
    except (OSError, UnicodeError, imaplib.IMAP4.error, ImapToolsError, TokenNotTaken, WayOutDown) as error:
        cause = error.__cause__ or error if isinstance(error, WayOutDown) else error
        if isinstance(cause, Refused):
            raise cause from None
        facts = {"host": host, "port": port, "login": login, "said": said_in(cause)}
        facts["account"] = getattr(cause, "account", "")
        raise MailServerFailed(fault_in(cause, security), **facts) from error
