"""`Idempotency-Key`: a request sent twice is carried out once, and answered twice alike.

The key is the first row of the request's transaction. A twin waits for that transaction; then it
replays the stored answer, or, when the first was refused and left nothing, is carried out itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import msgspec
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.access.retention import ANSWERS_KEPT_FOR
from helpdesk.api.problems import RequestRefused
from helpdesk.models import ApiKey

TWIN_WAITS = "5s"
FORM = r"\"[!#-~]{1,255}\"|[!#-~]{1,255}"
"""One to 255 printable ASCII characters without spaces, in quotes (as the draft wants) or not."""

CLAIM = """
INSERT INTO helpdesk_idempotentrequest AS kept (api_key_id, key, fingerprint, headers)
VALUES (%s, %s, %s, '{}')
ON CONFLICT (api_key_id, key) DO UPDATE
SET fingerprint = EXCLUDED.fingerprint, status = NULL, headers = '{}', body = NULL, created_at = now()
WHERE kept.created_at < now() - %s::interval
RETURNING id
"""
STORED = "SELECT fingerprint, status, headers, body FROM helpdesk_idempotentrequest WHERE api_key_id = %s AND key = %s"
KEEP = "UPDATE helpdesk_idempotentrequest SET status = %s, headers = %s, body = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class HeldKey:
    """An idempotency key that this transaction holds."""

    row: int

    def keep(self, answer: HttpResponse) -> None:
        """Store the answer for whoever sends the request again; only 2xx answers come this far."""
        headers = msgspec.json.encode(dict(answer.items())).decode()
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [answer.status_code, headers, answer.content, self.row])


def checked(given: str) -> str:
    """Read the key, with or without its quotes; 400 where it is none."""
    if not re.fullmatch(FORM, given):
        detail = _("An Idempotency-Key has 1 to 255 printable ASCII characters, and no spaces.")
        raise RequestRefused(400, "bad-idempotency-key", detail)
    return given.strip('"')


def fingerprint(method: str, path: str, raw: bytes) -> bytes:
    """Tell requests apart: a digest of method, path and raw body."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), raw])).digest()


def claim(api_key: ApiKey, key: str, mark: bytes) -> HeldKey | HttpResponse:
    """Take the key within the open transaction, or give the answer that is stored under it.

    Waits for a twin that is being carried out; the wait ends in `LockNotAvailable` after five seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{TWIN_WAITS}'")
        cursor.execute(CLAIM, (api_key.pk, key, mark, str(ANSWERS_KEPT_FOR)))
        claimed = cursor.fetchone()
        if claimed:
            return HeldKey(row=claimed[0])
        cursor.execute(STORED, [api_key.pk, key])
        stored = cursor.fetchone()
    return replayed(*stored, mark=mark)


def replayed(kept: memoryview, status: int, headers: str, body: memoryview, *, mark: bytes) -> HttpResponse:
    """Give the stored answer byte for byte, marked; 422 where the first request was another one."""
    if bytes(kept) != mark:
        detail = _("This Idempotency-Key was used for another request.")
        raise RequestRefused(422, "idempotency-key-reused", detail)
    answer = HttpResponse(bytes(body), status=status, headers=msgspec.json.decode(headers))
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
