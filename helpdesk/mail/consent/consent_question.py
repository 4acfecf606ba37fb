"""The question that a browser takes to a provider, and by which its answer is known: once, soon, in the same session.

Authorisation code with PKCE: RFC 6749 §4.1, RFC 7636.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from helpdesk.mail.consent.mail_providers import MailProvider, login_of
from helpdesk.models import Mailbox

OPEN_FOR: Final = timedelta(minutes=15)
MOST_OPEN: Final = 5
"""Of one session, in several windows."""
_PLACE: Final = "consents_asked_for"


class ConsentQuestion(NamedTuple):
    """What was asked: of whom, for which mailbox, since when (a timestamp), and the secret behind the challenge."""

    mailbox: int
    provider: str
    verifier: str
    asked_at: float


def ask(mailbox: Mailbox, provider: MailProvider, *, session: MutableMapping[str, Any], now: datetime) -> str:
    """Remember a question in the session, and return the address to which a browser takes it."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    question = ConsentQuestion(mailbox.pk, provider.sign_in.value, verifier, now.timestamp())
    open_ones = [*session.get(_PLACE, {}).items()][1 - MOST_OPEN :]
    session[_PLACE] = {**dict(open_ones), state: list(question)}
    return f"{provider.authorise_url}?{urlencode(_asked(mailbox, provider, state, verifier))}"


def take_back(state: str, *, session: MutableMapping[str, Any], now: datetime) -> ConsentQuestion | None:
    """Return the question that an answer is for, which is open no more; None for a strange, stale or second answer."""
    open_ones = dict(session.get(_PLACE, {}))
    found = open_ones.pop(state, None)
    if found is None:
        return None
    session[_PLACE] = open_ones
    question = ConsentQuestion(*found)
    return question if now.timestamp() - question.asked_at < OPEN_FOR.total_seconds() else None


def redirect_uri() -> str:
    """Return the address of ours to which a provider sends browsers back; its registration has to name it."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("consent-answer")


def _asked(mailbox: Mailbox, provider: MailProvider, state: str, verifier: str) -> dict[str, str]:
    client = provider.client
    return {
        "client_id": client.id if client else "",
        "response_type": "code",
        "redirect_uri": redirect_uri(),
        "scope": " ".join((*provider.mail_scopes, *provider.others)),
        "state": state,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": login_of(mailbox, "imap"),
        **provider.asked,
    }
