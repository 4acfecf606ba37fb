"""Tokens that let us into a mailbox: renewed in time, by one alone, and kept before they are used."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from helpdesk.mail.consent import access_tokens, token_server
from helpdesk.mail.consent.consent_failures import ConsentMissing, ConsentRefused, TokenServerDown
from helpdesk.models import Mailbox, MailboxConsent
from helpdesk.outbox.sign_in.xoauth2 import BearerToken
from helpdesk.secrets import key_ring
from helpdesk.secrets.resealing import reseal_all
from tests.config.running import eventually
from tests.helpdesk.mail.consent.token_provider import PROVIDERS, TokenProvider
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def opened(consent: MailboxConsent) -> tuple[str, str]:
    """Return the tokens that are kept, access and refresh."""
    consent.refresh_from_db()
    return key_ring.unseal(consent.access_token), key_ring.unseal(consent.refresh_token)


def test_a_mailbox_with_a_password_needs_none(make: Make) -> None:
    assert access_tokens.bearer_token(make.mailbox(), now=NOW) is None


def test_nobody_has_consented_yet(mailbox: Mailbox) -> None:
    with pytest.raises(ConsentMissing, match=r"an admin signs in for help@shop\.example"):
        access_tokens.bearer_token(mailbox, now=NOW)


def test_one_that_is_good_for_a_while_is_not_asked_for(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    good_until = consent.access_until + timedelta(hours=1)
    MailboxConsent.objects.update(access_until=good_until)

    token = access_tokens.bearer_token(mailbox, now=good_until - access_tokens.MARGIN - timedelta(seconds=1))

    assert token == BearerToken("help@shop.example", "access-0")
    assert provider.asked == []


@pytest.mark.parametrize("early", [timedelta(), access_tokens.MARGIN, -timedelta(days=30)])
def test_one_that_ends_soon_is_renewed(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, early: timedelta
) -> None:
    now = consent.access_until - early
    token = access_tokens.bearer_token(mailbox, now=now)

    assert token == BearerToken("help@shop.example", "access-1")
    assert opened(consent) == ("access-1", "refresh-1")
    assert consent.access_until == now + timedelta(hours=1)
    assert provider.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "attend",
            "client_secret": "s3cret",
            "refresh_token": "refresh-0",
        }
    ]


def test_a_refresh_token_that_is_not_replaced_stays(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    provider.rotates = False
    access_tokens.bearer_token(mailbox, now=LATER)

    assert opened(consent) == ("access-1", "refresh-0")


@pytest.mark.parametrize(
    ("told", "lives_for"),
    [("3599", 3599), (None, 600), (0, 0), (-5, 0), (10**15, 86400)],
)
def test_how_long_it_lives_is_believed_within_reason(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, told: object, lives_for: int
) -> None:
    provider.lives_for = told
    access_tokens.bearer_token(mailbox, now=LATER)

    consent.refresh_from_db()
    assert consent.access_until == LATER + timedelta(seconds=lives_for)


def test_a_consent_that_is_taken_back_is_said_with_whom_to_ask_and_not_tried_again(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    provider.revoke()
    for _ in range(3):
        with pytest.raises(ConsentRefused) as failed:
            access_tokens.bearer_token(mailbox, now=LATER)

    told = str(failed.value).translate(dict.fromkeys((0x2068, 0x2069)))
    assert told == (
        "The consent for help@shop.example is over: ask Admin, who gave it as help@shop.example on March 9, 2026, "
        "to sign in again. The provider says: invalid_grant: Token has been expired or revoked."
    )
    assert len(provider.asked) == 1
    consent.refresh_from_db()
    assert consent.refused_at == LATER


PASSING = [
    (500, b'{"error": "invalid_grant"}', "invalid_grant"),
    (503, b"<html>come back later</html>", "HTTP 503, is none that can be read"),
    (
        400,
        b'{"error": "invalid_client", "error_description": "The secret has expired."}',
        "secret has expired",
    ),
    (429, b'{"error": "temporarily_unavailable"}', "temporarily_unavailable"),
    (302, b"", "HTTP 302"),
    (200, b"", "HTTP 200, is none that can be read"),
    (200, b"\xff\xfe\x00", "HTTP 200"),
    (200, b"[]", "HTTP 200"),
    (200, b'{"access_token": ""}', "HTTP 200"),
    (200, b'{"access_token": 7}', "HTTP 200"),
    (200, b'{"access_token": "a", "token_type": "mac"}', "HTTP 200"),
    (200, b'{"access_token": "two\\r\\nlines"}', "HTTP 200"),
    (200, b'{"access_token": "a", "refresh_token": "\\u0001b"}', "HTTP 200"),
    (200, b'{"access_token": "a", "expires_in": "soon"}', "HTTP 200"),
    (200, b'{"access_token": "' + b"a" * 100_000 + b'"}', "HTTP 200"),
    (400, b'{"error": "' + b"x" * 5_000 + b'"}', "xxx"),
]


@pytest.mark.parametrize(("status", "body", "said"), PASSING)
def test_whatever_else_is_answered_passes_and_changes_nothing(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, status: int, body: bytes, said: str
) -> None:
    provider.answers.append((status, body))
    with pytest.raises(TokenServerDown) as failed:
        access_tokens.bearer_token(mailbox, now=LATER)

    assert str(failed.value).startswith("Google gives no token now: ")
    assert said in str(failed.value)
    assert len(str(failed.value)) < 400
    assert opened(consent) == ("access-0", "refresh-0")
    assert access_tokens.bearer_token(mailbox, now=LATER) == BearerToken(provider.account, "access-1")


def test_a_token_server_that_is_away_or_silent_is_waited_for_no_longer_than_it_takes(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_server, "PATIENCE", 0.3)
    provider.let_go.clear()
    with pytest.raises(TokenServerDown):
        access_tokens.bearer_token(mailbox, now=LATER)
    provider.let_go.set()

    [row] = PROVIDERS.values()
    away = f"https://127.0.0.1:{closed_port()}/token"
    PROVIDERS["google"] = replace(row, token_url=away)
    with pytest.raises(TokenServerDown, match="ConnectionRefused"):
        access_tokens.bearer_token(mailbox, now=LATER)
    assert opened(consent) == ("access-0", "refresh-0")


def test_a_registration_that_is_gone_is_named(
    mailbox: Mailbox, consent: MailboxConsent, settings: Any
) -> None:
    settings.MAIL_PROVIDER_CLIENTS = {}

    with pytest.raises(TokenServerDown, match="client ID is not set any more"):
        access_tokens.bearer_token(mailbox, now=LATER)


def test_no_token_stands_in_a_description(consent: MailboxConsent) -> None:
    granted = token_server.TokenGrant("access", refresh_token="refresh")

    for text in (repr(granted), repr(BearerToken("a", "access")), repr(consent), str(consent)):
        assert "access" not in text
        assert "refresh" not in text


def test_tokens_are_closed_anew_with_all_other_secrets(consent: MailboxConsent, settings: Any) -> None:
    settings.KEY_RING = ["k" * 40, *settings.KEY_RING]

    assert reseal_all().changed == 2
    assert opened(consent) == ("access-0", "refresh-0")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_need_it_at_once_one_asks(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    provider.let_go.clear()
    with ThreadPoolExecutor(2) as workers:
        asking = [workers.submit(_in_a_thread, lambda: access_tokens.bearer_token(mailbox, now=LATER))]
        assert provider.was_asked.wait(20)
        asking.append(workers.submit(_in_a_thread, lambda: access_tokens.bearer_token(mailbox, now=LATER)))
        _until_somebody_waits_for_a_lock()
        provider.let_go.set()
        got = [each.result(30) for each in asking]

    assert got == [BearerToken(provider.account, "access-1")] * 2
    assert len(provider.asked) == 1
    assert opened(consent) == ("access-1", "refresh-1")


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_too_long_for_the_other_comes_again(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_tokens, "TWIN_WAITS", "10ms")
    provider.let_go.clear()
    with ThreadPoolExecutor(1) as workers:
        first = workers.submit(_in_a_thread, lambda: access_tokens.bearer_token(mailbox, now=LATER))
        assert provider.was_asked.wait(20)
        with pytest.raises(TokenServerDown, match="another process"):
            access_tokens.bearer_token(mailbox, now=LATER)
        provider.let_go.set()
        first.result(30)

    assert access_tokens.bearer_token(mailbox, now=LATER) == BearerToken(provider.account, "access-1")


def _in_a_thread(call: Callable[[], object]) -> object:
    try:
        return call()
    finally:
        connection.close()


def _until_somebody_waits_for_a_lock() -> None:
    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock')"
            )
            return bool(cursor.fetchone()[0])

    eventually(waits)
