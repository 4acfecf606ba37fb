"""Receive what Attend posts, with the standard library alone: run it with WEBHOOK_SECRET and PORT."""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterable
from typing import Any
from wsgiref.simple_server import make_server

TOLERANCE = 300  # seconds by which the sender's clock may differ from ours, and no message may be older


def is_from_attend(body: bytes, *, message_id: str, timestamp: str, signatures: str, secret: str) -> bool:
    """Tell whether one of the signatures, which blanks part, is that of these very bytes."""
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    compared = [hmac.compare_digest(expected, one.encode()) for one in signatures.split(" ")]
    return any(compared)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    # The bytes as they came: decoded and encoded again they would be others.
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    genuine = is_from_attend(
        body,
        message_id=environ.get("HTTP_WEBHOOK_ID", ""),
        timestamp=environ.get("HTTP_WEBHOOK_TIMESTAMP", ""),
        signatures=environ.get("HTTP_WEBHOOK_SIGNATURE", ""),
        secret=os.environ["WEBHOOK_SECRET"],
    )
    if genuine:
        # Keep it by its webhook-id, which is the same if it comes again, answer, and work later.
        event = json.loads(body)
        print(event["type"], event["data"])
    start_response("204 No Content" if genuine else "401 Unauthorized", [("Content-Length", "0")])
    return []


if __name__ == "__main__":
    make_server("127.0.0.1", int(os.environ["PORT"]), application).serve_forever()
