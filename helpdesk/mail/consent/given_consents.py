"""Consents as they are given: looked at, kept in the place of the one before, and dropped with the provider."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import one_line
from helpdesk.mail.consent import access_tokens
from helpdesk.mail.consent.mail_providers import MailProvider, login_of
from helpdesk.mail.consent.token_server import TokenGrant
from helpdesk.models import Agent, Mailbox, MailboxConsent
from helpdesk.refusal import Refused

LONGEST_ACCOUNT: Final = 320


class ConsentLacking(Refused):
    """What was consented to is too little to read and send mail for long."""

    code = "consent-lacking"
    sentence = _(
        "%(provider)s was not allowed enough: tick everything that it asks, reading, sending and staying connected."
    )


class _Claims(msgspec.Struct):
    email: str = ""
    preferred_username: str = ""


def keep(
    mailbox: Mailbox, provider: MailProvider, granted: TokenGrant, *, by: Agent, now: datetime
) -> MailboxConsent:
    """Keep a consent that has just been given, in the place of any before; raises `ConsentLacking`."""
    require_transaction()
    if not granted.refresh_token or not _covers(provider, granted.scope):
        raise ConsentLacking(provider=provider.name)
    account = _account(granted) or login_of(mailbox, "imap")
    consent = MailboxConsent(
        mailbox=mailbox, provider=provider.sign_in, account=account, given_by=by, given_at=now
    )
    access_tokens.take(consent, granted, now=now)
    consent.save()
    return consent


def drop_others(mailbox: Mailbox) -> None:
    """Forget the consent to a provider by which the mailbox is not signed in to any more."""
    MailboxConsent.objects.filter(mailbox=mailbox).exclude(provider=mailbox.signs_in_by).delete()


def _covers(provider: MailProvider, told: str) -> bool:
    """Whether everything was allowed that mail servers want; a provider need not say it, if it is (RFC 6749 §5.1)."""
    allowed = told.lower().split()
    return not allowed or all(scope.lower() in allowed for scope in provider.mail_scopes)


def _account(granted: TokenGrant) -> str:
    """Return who consented, as the provider says; its word came from it directly, over TLS (OIDC Core §3.1.3.7)."""
    try:
        claims = granted.id_token.split(".")[1]
        told = msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), type=_Claims)
    except (IndexError, ValueError, binascii.Error, msgspec.MsgspecError):
        return ""
    account = one_line(told.email or told.preferred_username)
    return account if "@" in account and len(account) <= LONGEST_ACCOUNT else ""
