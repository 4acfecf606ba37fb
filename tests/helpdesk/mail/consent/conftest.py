"""A provider that runs here, and a mailbox that is signed in to by somebody's consent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.models import Mailbox, MailboxConsent, SignIn
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.consent.token_provider import PROVIDERS, TokenProvider, providing
from tests.helpdesk.mail.servers.certificates import Authority
from tests.make import NOW, Make


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[TokenProvider]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.own))
    settings.MAIL_PROVIDERS = f"{TokenProvider.__module__}.PROVIDERS"
    settings.MAIL_PROVIDER_CLIENTS = {"google": ("attend", "s3cret")}
    with providing(authority) as provider:
        yield provider


@pytest.fixture
def mailbox(make: Make, provider: TokenProvider) -> Mailbox:
    """One that has a provider, and nobody's consent yet."""
    return make.mailbox(signs_in_by=SignIn.GOOGLE, **PROVIDERS[SignIn.GOOGLE].columns())


@pytest.fixture
def consent(make: Make, mailbox: Mailbox, provider: TokenProvider) -> MailboxConsent:
    """A consent whose access token has just ended."""
    provider.refresh_token = "refresh-0"
    return MailboxConsent.objects.create(
        mailbox=mailbox, provider=SignIn.GOOGLE, account=provider.account,
        given_by=make.agent("admin"), given_at=NOW, access_until=NOW,
        access_token=key_ring.seal("access-0"), refresh_token=key_ring.seal("refresh-0"),
    )  # fmt: skip
