"""The parts of a mail as a tree, bounded in depth and number, whatever its boundaries say (RFC 2046)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from helpdesk.mail.reading.encodings.charsets import text_of
from helpdesk.mail.reading.encodings.transfer_encodings import decoded_body
from helpdesk.mail.reading.headers import header_block
from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.header_parameters import parameters_of, value_of

DEEPEST = 20
MOST_PARTS = 500
LONGEST_META = 2048
_META = re.compile(rb"""<meta\s[^<>]{0,200}charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)

LONGEST_BOUNDARY_REST = 200
MOST_BOUNDARIES = 100_000
"""So many places that look like a boundary are examined, of one multipart."""


@dataclass(frozen=True, eq=False)
class MailPart:
    """One part: its headers, where its body stands in the mail, and the parts within."""

    mail: bytes = field(repr=False)
    headers: HeaderBlock
    start: int
    end: int
    depth: int
    kind: str
    parameters: dict[str, str]
    parts: tuple[MailPart, ...] = ()

    @property
    def body(self) -> bytes:
        """The body as it travelled."""
        return self.mail[self.start : self.end]

    @cached_property
    def content(self) -> bytes:
        """The body as it is meant."""
        encoding = value_of(self.headers.raw("content-transfer-encoding"))
        return decoded_body(self.body, encoding)

    @cached_property
    def disposition(self) -> str:
        """`attachment`, `inline`, or nothing."""
        return value_of(self.headers.raw("content-disposition"))

    @cached_property
    def filename(self) -> str:
        """Its name as a file, without folders; empty if it has none."""
        said = parameters_of(self.headers.raw("content-disposition")).get("filename", "")
        said = said or self.parameters.get("name", "")
        return said.replace("\\", "/").rpartition("/")[2].strip()

    def text(self, longest: int) -> str:
        """Return the content as text, of at most so many bytes, with newlines between lines."""
        content = self.content[:longest]
        text = text_of(content, declared=self.parameters.get("charset", "") or self._charset_within(content))
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _charset_within(self, content: bytes) -> str:
        """Return what HTML says of its own charset near its beginning."""
        found = _META.search(content[:LONGEST_META]) if self.kind == "text/html" else None
        return found[1].decode("ascii") if found else ""

    def leaves(self) -> Iterator[MailPart]:
        """Yield all that have no parts within, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def tree_of(mail: bytes) -> MailPart:
    """Return the whole mail as a part with parts; never raises.

    Deeper than the bound a multipart is one part as it stands, and so is one whose boundary is never found.
    Parts beyond the most that are taken stand in the mail alone.
    """
    blanks = len(mail) - len(mail.lstrip())
    return _part(mail, blanks, len(mail), depth=0, budget=iter(range(MOST_PARTS)), usual="text/plain")


def _part(mail: bytes, start: int, end: int, *, depth: int, budget: Iterator[int], usual: str) -> MailPart:
    headers, body = header_block.split(mail, start, end)
    said = headers.raw("content-type")
    kind, parameters = value_of(said), parameters_of(said)
    kind = kind if "/" in kind else usual
    parts: tuple[MailPart, ...] = ()
    if kind.startswith("multipart/") and depth < DEEPEST:
        within = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        places = _places(mail, body, end, parameters.get("boundary", ""))
        parts = tuple(
            _part(mail, first, last, depth=depth + 1, budget=budget, usual=within)
            for (first, last), _ in zip(places, budget, strict=False)
        )
        kind = kind if parts else "text/plain"
    return MailPart(mail, headers, body, end, depth, kind, parameters, parts)


def _places(mail: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Yield where each part begins and ends; the last one ends with the mail if nothing else ends it."""
    opened: int | None = None
    for at, after, closing in _boundaries(mail, start, end, boundary.rstrip()):
        if opened is not None:
            yield opened, _line_end(mail, opened, at)
        opened = None if closing else after
        if closing:
            break
    if opened is not None:
        yield opened, end


def _boundaries(mail: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """Yield each line that is the boundary: where it begins, where the next begins, whether it is the last."""
    mark = b"--" + boundary.encode("utf-8")
    at = mail.find(mark, start, end) if boundary else -1
    for _ in range(MOST_BOUNDARIES):
        if at < 0:
            return
        found = (
            _rest_of_line(mail, at + len(mark), end) if at == start or mail[at - 1 : at] == b"\n" else None
        )
        if found:
            yield at, found[0], found[1] == b"--"
        at = mail.find(mark, at + len(mark), end)


def _rest_of_line(mail: bytes, at: int, end: int) -> tuple[int, bytes] | None:
    """Return where the next line begins and what stands before it, if that can end a boundary."""
    near = min(at + LONGEST_BOUNDARY_REST, end)
    stop = mail.find(b"\n", at, near)
    after = stop + 1 if stop >= 0 else near
    rest = mail[at:after].strip()
    return (after, rest) if rest in {b"", b"--"} and (stop >= 0 or near == end) else None


def _line_end(mail: bytes, start: int, at: int) -> int:
    """Return where the text before a boundary ends: the newline before it belongs to the boundary."""
    if mail[at - 2 : at] == b"\r\n" and at - 2 >= start:
        return at - 2
    return max(at - 1, start)
