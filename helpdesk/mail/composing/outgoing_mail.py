"""A mail that is to leave, as a value: everything it says, and nothing of where that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class Unsendable(ValueError):
    """Something of it has no form that a mail can carry; the message says what."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who writes, or is written to: a name, which may be empty, and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class QuotedMessage:
    """What was said before, under a line of who wrote it and when, in the mail's language; `marked` as a mail is."""

    heading: str
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that goes along. Its type is what was found in it, such as `image/png`."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail. Text is as it was typed; names, subject and ids may be whatever strangers made them.

    `sent_at` is the instant at which somebody pressed *Send*. `message_id`, `in_reply_to` and `references` are
    spelled with their angle brackets. `quotes` stand below, the newest first. `automatic` says that a machine
    wrote it, `marked` that the marks in its text are meant (see `text_blocks`).
    """

    sender: Correspondent
    to: Sequence[Correspondent]
    subject: str
    text: str
    language: str
    sent_at: datetime
    message_id: str
    cc: Sequence[Correspondent] = ()
    reply_to: str = ""
    greeting: str = ""
    signature: str = ""
    quotes: Sequence[QuotedMessage] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    automatic: bool = False
    marked: bool = False
    files: Sequence[SentFile] = ()
