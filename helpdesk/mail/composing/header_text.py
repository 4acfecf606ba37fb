"""Text in the head of a mail: on one line, in ASCII, and never the end of its own header."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from textwrap import wrap

_BROKEN = re.compile(r"[\uD800-\uDFFF]")
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_TURNS = re.compile(r"[\u202A-\u202E\u2066-\u2069]")
_PRINTABLE = re.compile(r"[\x20-\x7e]*\Z")
_LINE = 60
_OCTETS = 39
"""Of UTF-8 in one encoded word: with the header's name it stays under the 76 characters of RFC 2047."""


def header_line(text: str) -> str:
    """Return a stranger's text as one line: no control character, no half of a character is left in it."""
    return _NO_TEXT.sub(" ", _BROKEN.sub("\ufffd", text)).strip()


def header_name(name: str) -> str:
    """Return a name as one line that does not turn the direction of what stands beside it."""
    return header_line(_TURNS.sub("", name))


def is_plain(line: str) -> bool:
    """Tell whether the line can stand in a header as it is, short, and not taken for an encoded word."""
    return len(line) <= _LINE and _is_printable(line)


def _is_printable(line: str) -> bool:
    return bool(_PRINTABLE.match(line)) and "=?" not in line


def unstructured(text: str) -> str:
    """Return the value of a header that is text, such as the subject, folded."""
    line = header_line(text)
    folded = wrap(line, _LINE, break_long_words=False, break_on_hyphens=False)
    plain = _is_printable(line) and all(len(part) <= _LINE for part in folded)
    return "\r\n ".join(folded) if plain else encoded_words(line)


def encoded_words(line: str) -> str:
    """Return a line as encoded words (RFC 2047) of whole characters, each on a line of its own."""
    words = (b64encode(chunk).decode() for chunk in _chunks(line))
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _chunks(line: str) -> Iterator[bytes]:
    chunk = b""
    for sign in line:
        octets = sign.encode()
        if len(chunk) + len(octets) > _OCTETS:
            yield chunk
            chunk = b""
        chunk += octets
    yield chunk
