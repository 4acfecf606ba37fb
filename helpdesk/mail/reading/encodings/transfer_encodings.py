"""From a part's body as it travelled to the bytes that are meant, with whatever of it is whole."""

from __future__ import annotations

import binascii
import re

_ALIEN = bytes(sign for sign in range(256) if not re.match(rb"[A-Za-z0-9+/=]", bytes([sign])))
_UNPADDED = re.compile(rb"[^=]+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{0,200}\r?$", re.MULTILINE)


def decoded_body(body: bytes, encoding: str) -> bytes:
    """Return the bytes that are meant; an encoding that nobody knows is none. Never raises."""
    if encoding in {"base64", "b"}:
        return from_base64(body)
    if encoding in {"quoted-printable", "q", "quopri"}:
        return binascii.a2b_qp(body)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _from_uuencode(body)
    return body


def from_base64(data: bytes) -> bytes:
    """Decode what of it can be decoded: alien signs are passed over, an odd last one is left, padding ends nothing."""
    decoded = bytearray()
    for piece in _UNPADDED.finditer(data.translate(None, _ALIEN)):
        signs = piece[0]
        whole = signs[: len(signs) - 1] if len(signs) % 4 == 1 else signs
        decoded += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return bytes(decoded)


def _from_uuencode(body: bytes) -> bytes:
    """Decode each line that can be; a body without a beginning is taken as it is."""
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    decoded = bytearray()
    for line in body[begin.end() :].splitlines()[1:]:
        if line.strip() == b"end":
            break
        decoded += _uu_line(line)
    return bytes(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return _uu_shortened(line)


def _uu_shortened(line: bytes) -> bytes:
    """Decode a line that has more after its length than it says, as broken encoders write it."""
    try:
        return binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3])
    except (binascii.Error, IndexError):
        return b""
