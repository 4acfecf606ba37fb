"""Providers whose mailboxes are signed in to by consent. Tokens go to the addresses in this table, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from helpdesk.models import LineSecurity, Mailbox, SignIn

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class MailServerAddress(NamedTuple):
    """Where one of a provider's mail servers is."""

    host: str
    port: int
    security: LineSecurity


class ProviderClient(NamedTuple):
    """Whom a provider knows us as: what its registration of our application says."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class MailProvider:
    """A provider; `button` leads to it.

    `mail_scopes` is what its mail servers want, `others` what comes with it, `asked` how it is asked.
    """

    sign_in: SignIn
    name: str
    button: str | _StrPromise
    authorise_url: str
    token_url: str
    mail_scopes: tuple[str, ...]
    others: tuple[str, ...]
    imap: MailServerAddress
    smtp: MailServerAddress
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def client(self) -> ProviderClient | None:
        """Whom it knows us as, if anybody has registered Attend with it."""
        known = settings.MAIL_PROVIDER_CLIENTS.get(self.sign_in)
        return ProviderClient(*known) if known else None

    def columns(self) -> dict[str, Any]:
        """Return what a mailbox's servers are, by the names of its columns."""
        of_ways = (("imap", self.imap), ("smtp", self.smtp))
        return {f"{way}_{name}": value for way, server in of_ways for name, value in server._asdict().items()}


_MICROSOFT: Final = f"https://login.microsoftonline.com/{settings.MICROSOFT_TENANT}/oauth2/v2.0"

PROVIDERS: Final[dict[str, MailProvider]] = {
    SignIn.GOOGLE: MailProvider(
        sign_in=SignIn.GOOGLE,
        name="Google",
        button=_("Sign in with Google"),
        authorise_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  # an address
        mail_scopes=("https://mail.google.com/",),
        others=("openid", "email"),
        imap=MailServerAddress("imap.gmail.com", 993, LineSecurity.TLS),
        smtp=MailServerAddress("smtp.gmail.com", 465, LineSecurity.TLS),
        asked={
            "access_type": "offline",
            "prompt": "consent",
        },  # else it gives a refresh token the first time alone
    ),
    SignIn.MICROSOFT: MailProvider(
        sign_in=SignIn.MICROSOFT,
        name="Microsoft",
        button=_("Sign in with Microsoft"),
        authorise_url=f"{_MICROSOFT}/authorize",
        token_url=f"{_MICROSOFT}/token",
        mail_scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
        ),
        others=("openid", "email", "offline_access"),
        imap=MailServerAddress("outlook.office365.com", 993, LineSecurity.TLS),
        smtp=MailServerAddress("smtp.office365.com", 587, LineSecurity.STARTTLS),
        asked={"prompt": "select_account"},
    ),
}


def providers() -> dict[str, MailProvider]:
    """Return the table that is in force, by what a mailbox is signed in by."""
    table: dict[str, MailProvider] = import_string(settings.MAIL_PROVIDERS)
    return table


def provider_of(mailbox: Mailbox) -> MailProvider | None:
    """Return whose consent a mailbox is signed in by; None where it has a password."""
    return providers().get(mailbox.signs_in_by)


def login_of(mailbox: Mailbox, way: Literal["imap", "smtp"]) -> str:
    """Return as whom a mailbox is entered; where it has a provider, by its own address if no other is set."""
    login: str = getattr(mailbox, f"{way}_login")
    return login or (mailbox.address if mailbox.signs_in_by in providers() else "")


def imap_account(mailbox: Mailbox) -> str:
    """Return as whom it is read on which server: elsewhere a folder's UIDs mean other mails."""
    return f"{login_of(mailbox, 'imap')}@{mailbox.imap_host}"
