"""`Idempotency-Key`: a request sent twice is carried out once, and answered twice alike.

The key is the first row of the request's transaction. A twin waits for that transaction; then it gets the stored
answer, or, when the first was refused and left nothing, is carried out itself. It belongs to the store: whoever
changes from one API key to another repeats no ticket. What was asked is not kept, only a digest of each field.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.access.retention import ANSWERS_KEPT_FOR
from helpdesk.api.problems import Fault, RequestRefused, pointer_to
from helpdesk.database.transaction import wait_at_most
from helpdesk.models import ApiKey

TWIN_WAITS = "5s"
FORM = r"\"[!#-~]{1,255}\"|[!#-~]{1,255}"
"""One to 255 printable ASCII characters without spaces, in quotes (as the draft wants) or not."""

DIGEST_BYTES = 12
ROUTE = "route"
"""What stands among the digests for method and path; those of fields begin with a slash."""

CLAIM = """
INSERT INTO helpdesk_idempotentrequest AS kept (store_id, key, digests, scopes, headers)
VALUES (%s, %s, %s, %s, '{}')
ON CONFLICT (store_id, key) DO UPDATE
SET digests = EXCLUDED.digests, scopes = EXCLUDED.scopes, status = NULL, headers = '{}', body = NULL,
    created_at = now()
WHERE kept.created_at < now() - %s::interval
RETURNING id
"""
STORED = """
SELECT digests, scopes, status, headers, body FROM helpdesk_idempotentrequest WHERE store_id = %s AND key = %s
"""
KEEP = "UPDATE helpdesk_idempotentrequest SET status = %s, headers = %s, body = %s WHERE id = %s"

Digests = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeldKey:
    """An idempotency key that this transaction holds."""

    row: int

    def keep(self, answer: HttpResponse) -> None:
        """Store the answer for whoever sends the request again; only 2xx answers come this far."""
        headers = msgspec.json.encode(dict(answer.items())).decode()
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [answer.status_code, headers, answer.content, self.row])


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered at first under an idempotency key, and to a key of which scopes."""

    scopes: frozenset[str]
    status: int
    headers: Mapping[str, str]
    body: bytes

    def told(self) -> Any:
        return msgspec.json.decode(self.body)

    def response(self, body: bytes | None = None) -> HttpResponse:
        """Answer as at first, byte for byte unless there is another body, and marked."""
        answer = HttpResponse(
            self.body if body is None else body, status=self.status, headers=dict(self.headers)
        )
        answer.headers["Idempotency-Replayed"] = "true"
        return answer


def checked(given: str) -> str:
    """Read the key, with or without its quotes; 400 where it is none."""
    if not re.fullmatch(FORM, given):
        detail = _("An Idempotency-Key has 1 to 255 printable ASCII characters, and no spaces.")
        raise RequestRefused(400, "bad-idempotency-key", detail)
    return given.strip('"')


def digests(method: str, path: str, asked: Any) -> dict[str, str]:
    """Tell requests apart by what they mean: a digest of the route, and one of each top-level field.

    The order of keys, blanks and escapes mean nothing, and null is the same as not given.
    """
    fields = asked if isinstance(asked, dict) else {"": asked}
    of_fields = {
        pointer_to([name]): _digest(_meant(value)) for name, value in fields.items() if value is not None
    }
    return of_fields | {ROUTE: _digest([method, path])}


def _meant(value: Any) -> Any:
    match value:
        case dict():
            return {name: _meant(inner) for name, inner in value.items() if inner is not None}
        case list():
            return [_meant(inner) for inner in value]
    return value


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).digest()[:DIGEST_BYTES].hex()


def claim(api_key: ApiKey, key: str, asked: Digests) -> HeldKey | StoredAnswer:
    """Take the store's key within the open transaction, or give the answer that is stored under it.

    Waits for a twin that is being carried out; the wait ends in `LockNotAvailable` after five seconds. Refuses
    (422) where the first request meant something else.
    """
    wait_at_most(TWIN_WAITS)
    with connection.cursor() as cursor:
        mark = msgspec.json.encode(asked).decode()
        cursor.execute(CLAIM, (api_key.store_id, key, mark, sorted(api_key.scopes), str(ANSWERS_KEPT_FOR)))
        claimed = cursor.fetchone()
        if claimed:
            return HeldKey(row=claimed[0])
        cursor.execute(STORED, [api_key.store_id, key])
        stored = cursor.fetchone()
    return _unless_another(asked, *stored)


def _unless_another(
    asked: Digests, digests: str, scopes: Iterable[str], status: int, headers: str, body: memoryview
) -> StoredAnswer:
    stored = StoredAnswer(frozenset(scopes), status, msgspec.json.decode(headers), bytes(body))
    first: Digests = msgspec.json.decode(digests)
    differing = sorted(name for name in asked.keys() | first.keys() if asked.get(name) != first.get(name))
    if first and differing:
        raise _another(differing, reference=_reference_in(stored.told()))
    return stored


def _another(differing: list[str], *, reference: str | None) -> RequestRefused:
    """Name what differs from the first request, and the ticket that it was about."""
    route, fields = _("the route"), [name for name in differing if name != ROUTE]
    facts = {"fields": ", ".join([*([route] if ROUTE in differing else []), *fields]), "ticket": reference}
    said = _("This Idempotency-Key was used for another request; these differ: %(fields)s.") % facts
    if reference is not None:
        said = f"{said} " + _("The first request was about ticket %(ticket)s.") % facts
    faults = [Fault(detail=_("This differs from the first request."), pointer=name) for name in fields]
    return RequestRefused(422, "idempotency-key-reused", said, faults=faults)


def _reference_in(told: Any) -> str | None:
    match told:
        case {"reference": str(reference)} | {"ticket": {"reference": str(reference)}}:
            return reference
    return None
