"""A process that dies between a provider's answer and writing it down: the refresh token of before is used again."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from config.addresses import ROOT
from helpdesk.mail.consent import access_tokens
from helpdesk.mail.consent.consent_failures import ConsentRefused
from helpdesk.models import Mailbox, MailboxConsent
from helpdesk.outbox.sign_in.xoauth2 import BearerToken
from helpdesk.secrets import key_ring
from tests.config.running import database_url
from tests.helpdesk.mail.consent.token_provider import PROVIDERS, TokenProvider
from tests.make import NOW

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)
ASK = """
import sys
import django
from dataclasses import replace
from django.conf import settings
django.setup()
settings.MAIL_PROVIDERS = "tests.helpdesk.mail.consent.token_provider.PROVIDERS"
settings.MAIL_PROVIDER_CLIENTS = {"google": ("attend", "s3cret")}
from helpdesk.database.instant import database_now
from helpdesk.mail.consent import access_tokens, mail_providers
from helpdesk.models import Mailbox
from tests.helpdesk.mail.consent import token_provider
here = replace(mail_providers.PROVIDERS["google"], token_url=sys.argv[1])
token_provider.PROVIDERS["google"] = here
access_tokens.bearer_token(Mailbox.objects.get(), now=database_now())
"""


@pytest.fixture
def victim(consent: MailboxConsent, provider: TokenProvider) -> None:
    """One that is killed once the provider has granted another token, and before it hears of it."""
    provider.let_go.clear()
    given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", ASK, PROVIDERS["google"].token_url]
    asking = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **given})

    def kill() -> None:
        asking.kill()
        asking.wait()

    provider.once_granted = kill
    provider.let_go.set()
    assert asking.wait(60) < 0, "it ended by itself"
    provider.once_granted = None


def test_a_provider_that_forgives_gives_the_next_one(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, victim: None
) -> None:
    assert (provider.refresh_token, key_ring.unseal(consent.refresh_token)) == ("refresh-1", "refresh-0")
    provider.forgives = True

    token = access_tokens.bearer_token(mailbox, now=LATER)

    assert token == BearerToken(provider.account, "access-2")
    consent.refresh_from_db()
    assert key_ring.unseal(consent.refresh_token) == "refresh-2"


def test_a_provider_that_does_not_wants_another_consent(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, victim: None
) -> None:
    with pytest.raises(ConsentRefused, match=r"ask .*Admin.* to sign in again"):
        access_tokens.bearer_token(mailbox, now=LATER)

    consent.refresh_from_db()
    assert consent.refused_at == LATER
