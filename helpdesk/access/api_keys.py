"""API keys: made, shown once, checked, revoked.

A raw key is `att_<environment>_<public id>_<secret>`. The secret has 256 random bits, so that a plain
SHA-256 of it can be kept: nobody can search that space, and no slow hash burdens each request.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.database.statement import run_first
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, ApiKey, Environment, ReportKey, Scope, Store
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Conflict, Refused

SLOTS = (1, 2)
TOUCH_EVERY = timedelta(minutes=1)
_NOBODY = bytes(32)


class TwoKeysAlready(Conflict):
    """A store has at most two valid keys; one must be revoked before another is issued."""

    code = "two-keys-already"
    sentence = _("This store has two keys already. Revoke one of them first.")


class UnknownScope(Refused):
    """No scope at all, or one that does not exist."""

    code = "unknown-scope"
    place = "/scopes"
    sentence = _("A key needs one or more of the known scopes.")


def issue(
    store: Store, scopes: Iterable[str], now: datetime, *, name: str = "", by: Agent | None = None
) -> tuple[ApiKey, str]:
    """Make a key for the store and return it with its raw text, which cannot be had again."""
    require_transaction()
    known = _known_scopes(scopes)
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    public_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    key = ApiKey.objects.create(
        store=store,
        name=name,
        public_id=public_id,
        digest=digest(secret),
        scopes=known,
        slot=_free_slot(store),
        created_at=now,
    )
    security_log.record(Kind.KEY_ISSUED, actor=by, store=store.pk, key=public_id, scopes=known)
    return key, spelled(store.environment, public_id, secret)


def _known_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise UnknownScope
    return wanted


def revoke(key: ApiKey, now: datetime, *, by: Agent | None = None) -> bool:
    """End the key for ever; false where it was revoked before."""
    revoked = ApiKey.objects.valid().filter(pk=key.pk).update(revoked_at=now)
    key.revoked_at = key.revoked_at or now
    if revoked:
        security_log.record(Kind.KEY_REVOKED, actor=by, store=key.store_id, key=key.public_id)
    return bool(revoked)


class Admission(NamedTuple):
    """A valid key with its store, and the database's time when it was shown."""

    key: ApiKey
    at: datetime


def admit(raw: str) -> Admission | None:
    """Let in who shows a valid key, in one statement; takes the same time whatever is wrong.

    The demo's keys are valid in an open demo only.
    """
    environment, public_id, secret = _parts(raw)
    if environment == Environment.DEMO and not settings.DEMO_IS_OPEN:
        public_id = ""
    rows = run_first(_ADMIT, (public_id, environment))
    known, admission = _admission(rows[0]) if rows else (_NOBODY, None)
    return admission if compare_digest(digest(secret), known) else None


def _admission(row: tuple[Any, ...]) -> tuple[bytes, Admission]:
    at, known, *columns = row
    key = ApiKey.from_db("default", _KEY_FIELDS, columns[: len(_KEY_FIELDS)])
    key.store = Store.from_db("default", _STORE_FIELDS, columns[len(_KEY_FIELDS) :])
    return known, Admission(key=key, at=at)


_KEY_FIELDS = ("id", "store_id", "public_id", "scopes", "last_used_at")
_STORE_FIELDS = ("id", "name", "environment", "default_queue_id", "locale", "timezone")

_ADMIT = """
    SELECT clock_timestamp(), key.digest, key.id, key.store_id, key.public_id, key.scopes, key.last_used_at,
           store.id, store.name, store.environment, store.default_queue_id, store.locale, store.timezone
      FROM helpdesk_apikey key JOIN helpdesk_store store ON store.id = key.store_id
     WHERE key.public_id = %s AND store.environment = %s AND key.revoked_at IS NULL
"""


def touch(key: ApiKey | ReportKey, now: datetime) -> bool:
    """Remember that a key was used, at most once a minute; call it outside the request's transaction."""
    since = now - TOUCH_EVERY
    if key.last_used_at is not None and key.last_used_at > since:
        return False
    stale = Q(last_used_at=None) | Q(last_used_at__lte=since)
    return bool(type(key).objects.filter(stale, pk=key.pk).update(last_used_at=now))


def _free_slot(store: Store) -> int:
    taken = set(ApiKey.objects.valid().filter(store=store).values_list("slot", flat=True))
    free = [slot for slot in SLOTS if slot not in taken]
    if not free:
        raise TwoKeysAlready
    return free[0]


def _parts(raw: str) -> tuple[str, str, str]:
    """Split a raw key; what does not look like one names no key."""
    parts = raw.split("_")
    plausible = len(parts) == 4 and parts[0] == "att" and raw.isascii() and raw.isprintable()
    return (parts[1], parts[2], parts[3]) if plausible else ("", "", "")


def spelled(environment: str, public_id: str, secret: str) -> str:
    """Return the raw key that these parts make."""
    return f"att_{environment}_{public_id}_{secret}"


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).digest()
