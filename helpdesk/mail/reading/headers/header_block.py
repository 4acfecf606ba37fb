"""The headers of a mail or of one of its parts: where they end, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.input.visible_text import one_line
from helpdesk.mail.reading.headers.encoded_words import decoded_words

MOST_FIELDS = 1000
LONGEST_FIELD = 128 * 1024
"""In bytes. A list of recipients or references can be long; nobody needs more of one to know who wrote what."""

LONGEST_HEAD = 1024 * 1024
"""In bytes. What is above it is read; the rest is passed over, up to the empty line."""

LONGEST_TEXT = 4000
"""In bytes, of a field that people read."""

_EMPTY_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Names in lower case, with the values as they stood, in their order; a folded value is one line."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def raw(self, name: str) -> bytes:
        """Return the first value that says anything, or nothing."""
        return next((value for known, value in self.fields if known == name and value), b"")

    def every(self, name: str) -> bytes:
        """Return all values of that name, with commas between, as if they had been one."""
        return b", ".join(value for known, value in self.fields if known == name and value)

    def text(self, name: str) -> str:
        """Return the first value as people read it: decoded, one line, empty if there is nothing to see."""
        return one_line(decoded_words(self.raw(name)[:LONGEST_TEXT]))

    def __contains__(self, name: str) -> bool:
        return any(known == name for known, _ in self.fields)


def head_of(mail: bytes) -> HeaderBlock:
    """Read the headers of a whole mail alone; blanks before the first are none of it."""
    blanks = len(mail) - len(mail.lstrip())
    return split(mail, blanks, len(mail))[0]


def split(data: bytes, start: int, end: int) -> tuple[HeaderBlock, int]:
    """Read the headers between two places, and return them with the place where the body begins.

    A line that is no header is passed over if a header follows; else the empty line is missing, and it is the body's.
    """
    fields: list[tuple[str, bytearray]] = []
    for at, line, after in _lines(data, start, min(end, start + LONGEST_HEAD)):
        if not line.strip():
            return _block(fields), after
        found = _FIELD.match(line)
        if found:
            _begin(fields, found)
        elif line[:1] in b" \t":
            _go_on(fields, line)
        elif not _FIELD.match(data, after, min(after + 200, end)):
            return _block(fields), at
    return _block(fields), _after_empty_line(data, min(end, start + LONGEST_HEAD), end)


def _after_empty_line(data: bytes, start: int, end: int) -> int:
    found = _EMPTY_LINE.search(data, start, end)
    return found.end() if found else end


def _lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield where each line begins, the line, and where the next one begins."""
    while start < end:
        stop = data.find(b"\n", start, end)
        after = end if stop < 0 else stop + 1
        yield start, data[start:after].rstrip(b"\r\n"), after
        start = after


def _begin(fields: list[tuple[str, bytearray]], found: re.Match[bytes]) -> None:
    if len(fields) < MOST_FIELDS:
        fields.append((found[1].decode("ascii").lower(), bytearray(found.string[found.end() :])))


def _go_on(fields: list[tuple[str, bytearray]], line: bytes) -> None:
    if fields and len(fields[-1][1]) < LONGEST_FIELD:
        fields[-1][1].extend(line)


def _block(fields: list[tuple[str, bytearray]]) -> HeaderBlock:
    return HeaderBlock(tuple((name, bytes(value[:LONGEST_FIELD]).strip()) for name, value in fields))
