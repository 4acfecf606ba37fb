"""Who is named in a header of addresses (RFC 5322), however that was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.input.visible_text import one_line
from helpdesk.mail.reading.headers.encoded_words import decoded_words

LONGEST_ADDRESS = 254
LONGEST_NAME = 200
LONGEST_LIST = 64 * 1024
LONGEST_TEXT = 4000
MOST_ADDRESSES = 200

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}+@[^\s@<>(),;:\"\\\x00-\x1f\x7f]{1,190}")
_CANDIDATE = re.compile(r"[^\s<>(),;\"]{1,320}+")
_COMMENT = re.compile(r"\([^()]*+\)")
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """A mailbox and whose it says it is; either may be empty, where it was not said or cannot be one."""

    address: str = ""
    name: str = ""


def addresses_in(raw: bytes) -> tuple[MailAddress, ...]:
    """Return all who are named with an address, each address once, the first so many."""
    found: dict[str, MailAddress] = {}
    for each in named_in(raw):
        if each.address and len(found) < MOST_ADDRESSES:
            found.setdefault(each.address.lower(), each)
    return tuple(found.values())


def address_in(raw: bytes) -> MailAddress:
    """Return the first who has an address; else whoever is named first, without one."""
    named = list(named_in(raw))
    return next((each for each in named if each.address), next(iter(named), MailAddress()))


def named_in(raw: bytes) -> Iterator[MailAddress]:
    """Yield everybody; a name with a comma in it, unquoted, goes before the address that follows."""
    text = raw[:LONGEST_LIST].decode("utf-8", errors="surrogateescape")
    waiting = ""
    for piece in _pieces(text):
        if "@" not in piece and "<" not in piece:
            waiting = f"{waiting}{piece},"[-LONGEST_TEXT:]
            continue
        yield _read(waiting + piece)
        waiting = ""
    if waiting.strip(", "):
        yield MailAddress(name=_name(waiting.rstrip(",")))


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between commas and semicolons that are not in quotes, comments or brackets.

    A quote that never ends is a sign like others. The name of a group is no part of its members.
    """
    kept: list[str] = []
    addressed = False
    for sign, outside in _signs(text):
        if outside and sign in ",;":
            yield "".join(kept)
            kept, addressed = [], False
        elif outside and sign == ":" and not addressed:
            kept = []
        else:
            kept.append(sign)
            addressed = addressed or sign in "@<"
    yield "".join(kept)


def _signs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each sign (an escaped one with its backslash), and whether it stands outside of everything."""
    last_quote = text.rfind('"')
    quoted, comment, angle, at = False, 0, False, 0
    while at < len(text):
        sign = text[at : at + 2] if text[at] == "\\" else text[at]
        if sign == '"' and not comment and (quoted or at < last_quote):
            quoted = not quoted
        elif not quoted:
            comment = max(comment + (sign == "(") - (sign == ")"), 0)
            angle = (angle or sign == "<") and sign != ">"
        yield sign, not (quoted or comment or angle)
        at += len(sign)


def _read(piece: str) -> MailAddress:
    before, bracket, inside = piece.rpartition("<")
    if not bracket:
        comment = next((each[0][1:-1] for each in _COMMENT.finditer(piece)), "")
        return MailAddress(_address(_COMMENT.sub(" ", piece)), _name(comment))
    address = _address(inside.partition(">")[0]) or _address(before)
    return MailAddress(address, _name(before))


def _address(text: str) -> str:
    """Return the first word that can be an address, as it is spelt; with two @ it is none."""
    for each in _CANDIDATE.finditer(text):
        word = _legible(each[0]).removeprefix("mailto:").strip("'.")
        word = word if "@[" in word else word.strip("[].")
        if _ADDRESS.fullmatch(word) and len(word) <= LONGEST_ADDRESS:
            return word
    return ""


def _name(text: str) -> str:
    bare = text.strip().strip(",").strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return _legible(_QUOTED_PAIR.sub(r"\1", bare)).strip("\"' ")[:LONGEST_NAME]


def _legible(text: str) -> str:
    return one_line(decoded_words(text.encode("utf-8", errors="surrogateescape")[:LONGEST_TEXT]))
