"""A provider's token server: asked for tokens by what a browser brought from it, or by the last it gave (RFC 6749)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from django.utils.translation import gettext as _

from helpdesk.input.visible_text import one_line
from helpdesk.mail.consent.consent_failures import TokenServerDown
from helpdesk.mail.consent.mail_providers import MailProvider
from helpdesk.outbox import public_http
from helpdesk.outbox.public_http import HttpAnswer, NoAnswer, NotReached

PATIENCE: Final = 5.0
"""Seconds in all; another who waits for the token meanwhile still has time for its own server."""
LONGEST_ANSWER: Final = 64 * 1024
LONGEST_SAID: Final = 300
LONGEST_LIFE: Final = timedelta(days=1)
UNSAID_LIFE: Final = timedelta(minutes=10)
"""How long we believe in a token of which nobody says how long it lives."""
STANDING: Final = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
"""Errors that no later asking mends: somebody has to consent anew."""


class TokenGrant(msgspec.Struct, frozen=True):
    """What a token server gives; a `refresh_token` comes where it is a new one."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # what kind it is
    expires_in: int | None = None
    refresh_token: str = ""
    scope: str = ""
    id_token: str = ""

    def __repr__(self) -> str:
        return "TokenGrant(…)"

    @property
    def lives_for(self) -> timedelta:
        if self.expires_in is None:
            return UNSAID_LIFE
        return timedelta(seconds=max(0, min(self.expires_in, LONGEST_LIFE.total_seconds())))


class GrantRefused(Exception):
    """The provider refuses for good; `said` is its own words on one line."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class _TokenError(msgspec.Struct):
    error: str
    error_description: str = ""


def redeem(provider: MailProvider, *, code: str, verifier: str, redirect_uri: str) -> TokenGrant:
    """Return what a code is good for; raises `GrantRefused`, `TokenServerDown`."""
    asked = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    return _ask(provider, "authorization_code", asked)


def refresh(provider: MailProvider, *, refresh_token: str) -> TokenGrant:
    """Return what follows a token that ends; raises as `redeem` does."""
    return _ask(provider, "refresh_token", {"refresh_token": refresh_token})


def _ask(provider: MailProvider, kind: str, asked: dict[str, str]) -> TokenGrant:
    client = provider.client
    if client is None:
        raise TokenServerDown(provider=provider.name, said=_("Attend's client ID is not set any more."))
    form = {"grant_type": kind, "client_id": client.id, "client_secret": client.secret, **asked}
    return _read(provider, _post(provider, form))


def _post(provider: MailProvider, form: dict[str, str]) -> HttpAnswer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        return public_http.exchange(
            provider.token_url,
            body=urlencode(form).encode(),
            headers=headers,
            seconds=PATIENCE,
            at_most=LONGEST_ANSWER,
        )
    except (NotReached, NoAnswer) as failure:
        raise TokenServerDown(provider=provider.name, said=one_line(str(failure))) from failure


def _read(provider: MailProvider, answer: HttpAnswer) -> TokenGrant:
    """Return what was granted. An answer that is neither a grant nor an error says nothing of the consent."""
    try:
        if answer.status == 200:  # RFC 6749, 5.1
            return _usable(msgspec.json.decode(answer.body, type=TokenGrant, strict=False))
        told = msgspec.json.decode(answer.body, type=_TokenError)
    except (msgspec.MsgspecError, ValueError):
        said = _("its answer, HTTP %d, is none that can be read") % answer.status
        raise TokenServerDown(provider=provider.name, said=said) from None
    said = one_line(f"{told.error}: {told.error_description}".removesuffix(": "))[:LONGEST_SAID]
    if told.error in STANDING and answer.status < 500:  # from there on it is the server that fails
        raise GrantRefused(said)
    raise TokenServerDown(provider=provider.name, said=said)


def _usable(grant: TokenGrant) -> TokenGrant:
    """Return a grant that can be said to a mail server; raises ValueError for any other."""
    tokens = grant.access_token + grant.refresh_token
    if not grant.access_token or grant.token_type.lower() != "bearer" or not _is_plain(tokens):
        raise ValueError(grant.token_type)
    return grant


def _is_plain(token: str) -> bool:
    """Whether a token has nothing that ends a line or a word where it is said (RFC 6749, A.12: visible ASCII)."""
    return all("!" <= sign <= "~" for sign in token)
