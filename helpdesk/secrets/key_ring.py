"""The key ring: the newest key closes, each opens what it has closed.

Fernet, AES-128-CBC with HMAC-SHA256: <https://github.com/fernet/spec>. Keys come from `settings.KEY_RING`, texts that
nobody can guess, from which those of Fernet are derived (HKDF, RFC 5869): `SECRET_KEY`, which is among them, has
other uses.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.refusal import Refused

USE: Final = b"attend: secrets at rest"


class NoKeyOpens(Refused):
    """The secret was closed by a key that is no longer on the ring, or is not whole."""

    code = "no-key-opens"
    sentence = _(
        "No key here opens the secret that is kept. Enter it again, or give back the key it was kept under."
    )


def seal(secret: str) -> str:
    """Return the secret closed under the newest key."""
    return _newest().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the secret. Say it to whom it is for, and nowhere else. Raises `NoKeyOpens`."""
    try:
        return MultiFernet(_ring()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NoKeyOpens from None


def is_newest(sealed: str) -> bool:
    """Tell whether the newest key opens it."""
    try:
        _newest().decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _newest() -> Fernet:
    return _ring()[0]


def _ring() -> list[Fernet]:
    return [_derived(key) for key in settings.KEY_RING]


def _derived(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=USE).derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
