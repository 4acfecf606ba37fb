"""By which a mail finds its conversation in other people's programs: its own id, and those before it."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Sequence
from hashlib import sha256

from helpdesk.mail.composing.address_text import bare_address

MOST_REFERENCES = 21
"""The first, which began it, and the newest: so many find a conversation in every program, and fit any server."""

_ID = re.compile(r"<[!-;=?-~]{1,500}>\Z")


def message_id(number: int, *, key: bytes, mailbox: str) -> str:
    """Return the id of our message of this number: always the same, and nobody guesses it without the key.

    It is of the mailbox's domain. Raises `Unsendable` for a mailbox that has none.
    """
    domain = bare_address(mailbox).rpartition("@")[2]
    digest = hmac.digest(key, f"message-id:{number}".encode(), sha256)
    return f"<{b32encode(digest[:20]).decode().lower()}@{domain}>"


def sendable_ids(ids: Iterable[str]) -> list[str]:
    """Return those that can stand in a header, each once, in their order: strangers made them up."""
    return [each for each in dict.fromkeys(part.strip() for part in ids) if _ID.match(each)]


def bounded_references(references: Sequence[str], *, in_reply_to: str) -> list[str]:
    """Return the ids before this mail, the oldest first, and last the one that it answers (RFC 5322, 3.6.4)."""
    answered = sendable_ids([in_reply_to])
    before = [each for each in sendable_ids(references) if each not in answered] + answered
    if len(before) <= MOST_REFERENCES:
        return before
    return [before[0], *before[1 - MOST_REFERENCES :]]
