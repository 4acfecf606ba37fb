"""Keys by which ids and addresses in our mail are made, one for each that secrets lie under."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from django.conf import settings

_USE: Final = b"attend: ids and addresses in mail"


def mail_keys() -> list[bytes]:
    """Return them, the newest first: it makes what is new, and each still knows what it has made."""
    return [hmac.digest(key.encode(), _USE, sha256) for key in settings.KEY_RING]
