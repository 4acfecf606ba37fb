"""Who asks: API keys in the `Authorization` header, and nothing else."""

from __future__ import annotations

import re
import time

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from helpdesk.access import api_keys, guesses, peer
from helpdesk.access.api_keys import Admission
from helpdesk.api.problems import RequestRefused
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey, ReportKey, Scope

USE_NOTED_EVERY = 60.0
"""Seconds between two notes that a key is in use."""

BEARER = re.compile(r"[Bb]earer +(att_(?:live|test|demo)_[0-9A-Za-z]{1,16}_[0-9A-Za-z_-]{16,128})")


def no_key() -> RequestRefused:
    detail = _("Send a valid API key as Authorization: Bearer att_…")
    return RequestRefused(401, "no-key", detail, headers={"WWW-Authenticate": 'Bearer realm="api"'})


class KeyAuthentication(BaseAuthentication):
    """Let in who shows a valid key; there are no session cookies here, and so no CSRF."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Admission]:
        shown = BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", "").strip())
        admission = api_keys.admit(shown[1]) if shown else None
        if admission is None:
            count_wrong_key(request)
            raise no_key()
        return AnonymousUser(), admission


def count_wrong_key(request: Request) -> None:
    """Count a key that is none; raises `TooManyGuesses` where its address has shown too many.

    A valid key is let in from there all the same: it has 256 random bits, and may be a neighbour's.
    """
    if request.META.get("HTTP_AUTHORIZATION"):
        guesses.count(guesses.KEY_FROM_ADDRESS, peer.neighbourhood_of(request), now=database_now())


def admission_of(request: Request) -> Admission:
    """Give the key that the request has been let in with, and when."""
    admission = request.auth
    if not isinstance(admission, Admission):
        raise no_key()
    return admission


def require(key: ApiKey, scope: Scope) -> None:
    """Refuse (403) a key that lacks the scope."""
    if scope not in key.scopes:
        detail = _("This key lacks the scope “%(scope)s”.") % {"scope": scope.value}
        raise RequestRefused(403, "scope-missing", detail)


class KeyUses:
    """When this process last had a look at each key's last use, so that most requests need not."""

    def __init__(self) -> None:
        self._looked_at: dict[int, float] = {}

    def may_be_due(self, key: ApiKey | ReportKey) -> bool:
        """Tell once in a minute that the key's last use may have to be written."""
        now = time.monotonic()
        if now - self._looked_at.get(key.pk, -USE_NOTED_EVERY) < USE_NOTED_EVERY:
            return False
        self._looked_at[key.pk] = now
        return True


uses = KeyUses()


def note_use(admission: Admission) -> None:
    """Remember that the key is in use; stands before the request's transaction, never in it."""
    if uses.may_be_due(admission.key):
        api_keys.touch(admission.key, admission.at)
