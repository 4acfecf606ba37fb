"""The token that lets us into a mailbox: the one that is kept while it is good, else the next, asked for by one alone.

Whoever asks holds the consent's row until what came is written down: of two at once the second finds it there, and a
refresh token that replaces the last is kept before anything is said by its access token. Who dies between the
provider's answer and our commit leaves the old refresh token: providers that take it once more go on; one that has
replaced it refuses, and somebody has to consent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from helpdesk.database.transaction import wait_at_most
from helpdesk.mail.consent import consent_failures, token_server
from helpdesk.mail.consent.consent_failures import TokenServerDown
from helpdesk.mail.consent.mail_providers import MailProvider, provider_of
from helpdesk.mail.consent.token_server import GrantRefused, TokenGrant
from helpdesk.models import Mailbox, MailboxConsent
from helpdesk.outbox.sign_in.xoauth2 import BearerToken, TokenNotTaken
from helpdesk.secrets import key_ring

MARGIN: Final = timedelta(minutes=5)
"""How long before its end a token is good for nothing more: clocks differ, and a conversation lasts."""
TWIN_WAITS: Final = "6s"
"""How long to wait for another who asks; a little more than it has."""
LONGEST_SAID: Final = 500


def bearer_token(mailbox: Mailbox, *, now: datetime) -> BearerToken | None:
    """Return what lets us into a mailbox, None where that is a password; raises `ConsentFailed`, `NoKeyOpens`."""
    provider = provider_of(mailbox)
    if provider is None:
        return None
    consent = _given(mailbox)
    if not _is_fresh(consent, now=now):
        consent = _renewed(mailbox, provider, now=now)
    if consent.refused_at is not None:
        raise consent_failures.refused(mailbox, consent)
    return BearerToken(consent.account, key_ring.unseal(consent.access_token))


@contextmanager
def doubted_where_refused(mailbox: Mailbox, *, now: datetime) -> Iterator[None]:
    """Have the next token asked for before the next attempt, where a mail server does not take this one."""
    try:
        yield
    except Exception as error:
        if isinstance(error, TokenNotTaken) or isinstance(error.__cause__, TokenNotTaken):
            consents = MailboxConsent.objects.filter(mailbox=mailbox, access_until__gt=now)
            consents.update(access_until=now)
        raise


def _given(mailbox: Mailbox, *, locked: bool = False) -> MailboxConsent:
    consents = MailboxConsent.objects.select_related("given_by")
    if locked:
        consents = consents.select_for_update(no_key=True, of=("self",))
    consent = consents.filter(mailbox=mailbox, provider=mailbox.signs_in_by).first()
    if consent is None:
        raise consent_failures.missing(mailbox)
    return consent


def _is_fresh(consent: MailboxConsent, *, now: datetime) -> bool:
    return consent.refused_at is not None or consent.access_until - MARGIN > now


def _renewed(mailbox: Mailbox, provider: MailProvider, *, now: datetime) -> MailboxConsent:
    """Ask for the next token and keep it, unless another has done so meanwhile."""
    try:
        with transaction.atomic(durable=True):
            wait_at_most(TWIN_WAITS)
            consent = _given(mailbox, locked=True)
            if not _is_fresh(consent, now=now):
                _renew(consent, provider, now=now)
            return consent
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            said = _("another process has been asking it for a while")
            raise TokenServerDown(provider=provider.name, said=said) from None
        raise


def _renew(consent: MailboxConsent, provider: MailProvider, *, now: datetime) -> None:
    """Write down what the provider gives, or that it gives nothing more."""
    try:
        granted = token_server.refresh(provider, refresh_token=key_ring.unseal(consent.refresh_token))
    except GrantRefused as refused:
        consent.refused_at, consent.said = now, refused.said[:LONGEST_SAID]
    else:
        take(consent, granted, now=now)
    consent.save()


def take(consent: MailboxConsent, granted: TokenGrant, *, now: datetime) -> None:
    """Put what was granted into a consent, closed. The refresh token stays where no new one came."""
    consent.access_token = key_ring.seal(granted.access_token)
    consent.access_until = now + granted.lives_for
    if granted.refresh_token:
        consent.refresh_token = key_ring.seal(granted.refresh_token)
