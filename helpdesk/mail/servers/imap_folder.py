"""A folder as its server tells of it: its numbers, and each mail as it came. It is opened for looking alone."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from imap_tools.errors import MailboxFolderSelectError
from imap_tools.mailbox import BaseMailBox

from helpdesk.input.visible_text import one_line
from helpdesk.mail.servers.server_fault import MailServerFailed, ServerFault

_INTERNAL_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')
_UID = re.compile(rb"\bUID (\d+)")
_UID_WIDTH = 2**32
_ASKED_AT_ONCE = 500
"""Servers bound the length of a line."""


class FolderNumbers(NamedTuple):
    """`validity` says what UIDs mean; `next_uid` is above each that has been given out."""

    validity: int
    next_uid: int


class FetchedMail(NamedTuple):
    """A mail's bytes, and when the server received it, if it says so. What is too long is cut off at the end."""

    raw: bytes
    arrived_at: datetime | None


class OddAnswer(imaplib.IMAP4.error):
    """The server says something that is no IMAP."""


class MailRefused(OddAnswer):
    """The server is there and does not give out one of its mails."""


def look_into(line: BaseMailBox, folder: str) -> int:
    """Return how many mails lie in a folder. It is opened for looking alone (EXAMINE): nothing is marked as seen."""
    try:
        _ok, [number, *_] = line.folder.set(folder, readonly=True)
    except MailboxFolderSelectError:
        there = ", ".join(_names(line))
        raise MailServerFailed(ServerFault.FOLDER_MISSING, folder=folder, folders=there) from None
    return int(number)


def _names(line: BaseMailBox) -> Iterable[str]:
    return (one_line(found.name) for found in line.folder.list() if "\\Noselect" not in found.flags)


def numbers_of(line: BaseMailBox, folder: str) -> FolderNumbers:
    """Open a folder as `look_into` does, and return its numbers. Raises `MailServerFailed`, `OddAnswer`."""
    look_into(line, folder)
    validity, next_uid = _told(line, "UIDVALIDITY"), _told(line, "UIDNEXT")
    if validity is None:
        raise OddAnswer("no UIDVALIDITY")
    return FolderNumbers(validity, next_uid or _above_all(line))


def _told(line: BaseMailBox, name: str) -> int | None:
    """Return a number that the server has told of the folder that it opened; None where it has not."""
    _, told = line.client.response(name)
    word = told[-1] if told else None
    return int(word) if isinstance(word, bytes) and word.isdigit() else None


def _above_all(line: BaseMailBox) -> int:
    """Return a UID above all in the folder that is open: a server need not tell its next one (RFC 3501, 7.1)."""
    return max(uids_after(line, 0, since=None), default=0) + 1


def uids_after(line: BaseMailBox, last_uid: int, *, since: datetime | None) -> list[int]:
    """Return the UIDs above the last one, the lowest first; those of mails that came since the day, if one is given."""
    criteria = [f"UID {last_uid + 1}:*", *([f"SINCE {_day(since)}"] if since else [])]
    found = _answered(line.client.uid("SEARCH", *criteria))
    uids = sorted(int(word) for words in found if isinstance(words, bytes) for word in words.split())
    return [uid for uid in uids if last_uid < uid < _UID_WIDTH]  # `*` is the last mail, however low its UID


def arrivals(line: BaseMailBox, uids: Sequence[int]) -> Iterator[tuple[int, datetime]]:
    """Yield when the server received each of these mails of the folder that is open; raises `OddAnswer`."""
    for first in range(0, len(uids), _ASKED_AT_ONCE):
        asked = ",".join(str(uid) for uid in uids[first : first + _ASKED_AT_ONCE])
        for part in _answered(line.client.uid("FETCH", asked, "(UID INTERNALDATE)")):
            told = part if isinstance(part, bytes) else b""
            uid, at = _UID.search(told), _arrived_at(told)
            if uid and at:
                yield int(uid[1]), at


def fetch(line: BaseMailBox, uid: int, *, at_most: int) -> FetchedMail | None:
    """Return a mail, which is not marked by that; None where somebody has removed it meanwhile.

    Raises `MailRefused`.
    """
    told = _told_of(line, uid, f"(UID INTERNALDATE BODY.PEEK[]<0.{at_most}>)")
    for part in told:
        if isinstance(part, tuple):
            head, raw = part
            return FetchedMail(raw, _arrived_at(head))
    for part in told:
        if isinstance(part, bytes) and b"BODY[" in part:
            raise MailRefused(part.decode(errors="replace"))
    return None


def _told_of(line: BaseMailBox, uid: int, asked: str) -> list[Any]:
    try:
        return list(_answered(line.client.uid("FETCH", str(uid), asked)))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refusal:
        raise MailRefused(*refusal.args) from refusal


def tells_of_new_mail(line: BaseMailBox) -> bool:
    """Whether the server tells of new mail by itself (IDLE); many say so only to those whom they know."""
    return any(b"IDLE" in words.upper().split() for words in _answered(line.client.capability()))


def _answered(answer: tuple[str, list[Any]]) -> Iterator[Any]:
    status, parts = answer
    if status != "OK":
        raise OddAnswer(b" ".join(part for part in parts if isinstance(part, bytes)).decode(errors="replace"))
    yield from parts


def _arrived_at(head: bytes) -> datetime | None:
    said = _INTERNAL_DATE.search(head)
    try:
        return (
            datetime.strptime(said[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
            if said
            else None
        )
    except (ValueError, OverflowError):
        return None


def _day(at: datetime) -> str:
    """Return the day before, as IMAP writes it: a server counts days in a zone of its own."""
    return imaplib.Time2Internaldate(at - timedelta(days=1)).strip('"').split()[0]
