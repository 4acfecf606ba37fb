"""Signed messages to a web address, as Standard Webhooks has it (https://www.standardwebhooks.com, v1)."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from helpdesk.outbox import limits, public_http
from helpdesk.outbox.channel import AddressGone, MessageRefused, WayOutDown
from helpdesk.outbox.public_http import HttpAnswer

PREFIX = "whsec_"
BYTES_OF_A_SECRET = range(24, 65)
GONE = 410
OF_THE_WAY = {429, 502, 503, 504}
"""What says that the receiver takes nothing now, whatever the message."""


def send(url: str, *, message_id: str, body: bytes, secret: str, now: datetime) -> None:
    """Post a signed message; raises `AttemptFailed` for every answer but a 2xx, and for none."""
    headers = signed(message_id, now, body, secret=secret)
    try:
        answer = public_http.post(url, body=body, headers=headers, seconds=limits.DEADLINE)
    except public_http.NotPublic as wrong:
        raise MessageRefused(str(wrong)) from wrong
    except public_http.NotReached as failure:
        raise WayOutDown(str(failure), unsent=True) from failure
    except public_http.NoAnswer as failure:
        raise WayOutDown(str(failure)) from failure
    _heed(answer, now=now)


def signed(message_id: str, at: datetime, body: bytes, *, secret: str) -> dict[str, str]:
    """Return the headers of a message; the signature is over `id.timestamp.body`."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Attend",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def is_secret(secret: str) -> bool:
    """Whether messages can be signed with it, by any library of Standard Webhooks."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        return False
    return len(key) in BYTES_OF_A_SECRET


def asked_for(retry_after: str | None, *, now: datetime) -> datetime | None:
    """Return until when a `Retry-After` asks us to wait: seconds, or a date; None for neither.

    The seconds of an answer that took its time count from its end, which is at most a deadline after `now`.
    """
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        seconds = min(int(retry_after.strip()[:9]), limits.LONGEST_WISH.total_seconds())
        return now + timedelta(seconds=seconds + limits.DEADLINE)
    try:
        asked = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return asked if asked.tzinfo else asked.replace(tzinfo=UTC)


def _heed(answer: HttpAnswer, *, now: datetime) -> None:
    said = f"HTTP {answer.status}"
    not_before = asked_for(answer.retry_after, now=now)
    if answer.status == GONE:
        raise AddressGone(said)
    if answer.status in OF_THE_WAY:
        raise WayOutDown(said, not_before=not_before)
    if not 200 <= answer.status < 300:
        raise MessageRefused(said, not_before=not_before)
