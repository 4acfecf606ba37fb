"""A value with parameters, as `text/plain; charset=utf-8`: what stands before them, and what they say (RFC 2231)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from helpdesk.input.visible_text import one_line
from helpdesk.mail.reading.encodings.charsets import text_of
from helpdesk.mail.reading.headers.encoded_words import decoded_words

_PARAMETER = re.compile(
    rb""";\s*(?P<name>[^\s=;"*]{1,60})(?P<part>\*\d{1,3})?(?P<coded>\*)?\s*=\s*"""
    rb"""(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"?|(?P<bare>[^;]*+))""",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([\"\\])")
"""A backslash before any other sign stands in the path of a file."""

LONGEST_VALUE = 4000
"""In bytes, of the value with all its parameters."""

Pieces = dict[int, tuple[bytes, bool]]
"""Parts of one parameter by their number, each with whether it is percent-coded."""


def value_of(raw: bytes) -> str:
    """Return what stands before the parameters, in lower case."""
    return one_line(text_of(raw[:LONGEST_VALUE].partition(b";")[0])).lower()


def parameters_of(raw: bytes) -> dict[str, str]:
    """Return the parameters by their names in lower case, each decoded and on one line."""
    found: dict[str, Pieces] = {}
    for name, number, piece in _pieces(raw[:LONGEST_VALUE]):
        found.setdefault(name, {}).setdefault(number, piece)
    return {name: one_line(_joined(pieces)) for name, pieces in found.items()}


def _pieces(raw: bytes) -> Iterator[tuple[str, int, tuple[bytes, bool]]]:
    for one in _PARAMETER.finditer(raw):
        quoted, bare = one["quoted"], one["bare"]
        value = _ESCAPED.sub(rb"\1", quoted) if quoted is not None else bare.strip()
        number = int((one["part"] or b"*0")[1:])
        yield one["name"].decode("ascii", errors="replace").lower(), number, (value, bool(one["coded"]))


def _joined(pieces: Pieces) -> str:
    """Put the parts together; the first says the charset, if any is coded."""
    if not any(coded for _, coded in pieces.values()):
        return decoded_words(b"".join(pieces[number][0] for number in sorted(pieces)))
    charset, values = "", []
    for place, (value, coded) in enumerate(pieces[number] for number in sorted(pieces)):
        if coded and place == 0 and value.count(b"'") >= 2:
            said, _, value = value.split(b"'", 2)  # noqa: PLW2901 - what is left of it
            charset = said.decode("ascii", errors="replace")
        values.append(unquote_to_bytes(value) if coded else value)
    return text_of(b"".join(values), declared=charset)
