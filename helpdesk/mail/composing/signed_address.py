"""Reply addresses that say of which ticket they are, and that we said so.

The token survives whatever changes case: base32 of the ticket's number and ten bytes that only the key gives.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from collections.abc import Sequence
from hashlib import sha256

from helpdesk.mail.composing.address_text import LONGEST_LOCAL_PART

_SEAL = 10
"""Bytes: nobody guesses 80 bits by sending mail."""

_MOST_OF_NUMBER = 8
_LONGEST_TOKEN = 29
"""Characters of base32 for as many bytes as a number and its seal have at most."""


def signed_address(mailbox: str, *, ticket: int, key: bytes) -> str:
    """Return the mailbox's address with the ticket's token, `help+abc…@example.com`.

    The address itself where a token makes it longer than servers take (RFC 5321): then threads and the subject
    have to do.
    """
    local, _, domain = mailbox.rpartition("@")
    signed = f"{local}+{_token(ticket, key)}"
    return f"{signed}@{domain}" if len(signed.encode()) <= LONGEST_LOCAL_PART else mailbox


def ticket_of_address(address: str, *, keys: Sequence[bytes]) -> int | None:
    """Return the number of the ticket that one of these keys has signed the address for; None if none has."""
    local = address.rpartition("@")[0]
    token = local.rpartition("+")[2].lower()
    number = _number(token)
    if number is None:
        return None
    signed = (_token(number, key) for key in keys)
    return number if any(hmac.compare_digest(each, token) for each in signed) else None


def _token(ticket: int, key: bytes) -> str:
    number = ticket.to_bytes((ticket.bit_length() + 7) // 8 or 1)
    seal = hmac.digest(key, b"reply-address:" + number, sha256)[:_SEAL]
    return b32encode(number + seal).decode().rstrip("=").lower()


def _number(token: str) -> int | None:
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        return None
    try:
        octets = b32decode(token + "=" * (-len(token) % 8), casefold=True)
    except Error:
        return None
    number = octets[:-_SEAL]
    return int.from_bytes(number) if 0 < len(number) <= _MOST_OF_NUMBER else None
