"""Words of a header that are written in ASCII and mean others (RFC 2047), as mailers really write them."""

from __future__ import annotations

import re

from helpdesk.mail.reading.encodings.charsets import text_of
from helpdesk.mail.reading.encodings.transfer_encodings import from_base64

_WORD = re.compile(rb"=\?([^?\s]{0,80})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,4000})\?=")
_BETWEEN = re.compile(rb"(\?=)\s+(?==\?[^?\s]{0,80}\?[bBqQ]\?)")
_ESCAPED = re.compile(rb"=([0-9A-Fa-f]{2})")


def decoded_words(value: bytes) -> str:
    """Return a header's value as it is meant; what cannot be decoded stands as it is. Cost grows with its length.

    Neighbours of one charset are decoded as one, since some mailers cut within a character.
    """
    together = _BETWEEN.sub(rb"\1", value)
    pieces: list[tuple[bytes, str]] = []
    done = 0
    for word in _WORD.finditer(together):
        pieces += [(together[done : word.start()], ""), _decoded(word)]
        done = word.end()
    pieces.append((together[done:], ""))
    return "".join(text_of(data, declared=charset) for data, charset in _joined(pieces))


def _decoded(word: re.Match[bytes]) -> tuple[bytes, str]:
    charset = word[1].decode("ascii", errors="replace").partition("*")[0]
    if word[2] in b"qQ":
        return _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), word[3].replace(b"_", b" ")), charset
    return from_base64(word[3]), charset


def _joined(pieces: list[tuple[bytes, str]]) -> list[tuple[bytes, str]]:
    joined: list[tuple[bytes, str]] = []
    for data, charset in filter(_says_anything, pieces):
        if joined and joined[-1][1].lower() == charset.lower():
            joined[-1] = (joined[-1][0] + data, charset)
        else:
            joined.append((data, charset))
    return joined


def _says_anything(piece: tuple[bytes, str]) -> bool:
    return bool(piece[0])
