"""Files that go along with a mail: under names and types that no program misreads."""

from __future__ import annotations

import re

from helpdesk.mail.composing.header_text import header_name
from helpdesk.mail.composing.outgoing_mail import SentFile

LONGEST_FILE_NAME = 120
_TYPE = re.compile(r"(?!multipart/|message/)([a-z0-9]+)/([a-z0-9.+-]+)\Z")
"""Whole mails are sent as mere bytes: what is in them must not be taken for part of ours."""


def sendable_name(file: SentFile) -> str:
    """Return a file's name without folders or signs that hide its ending, which is kept if it is too long."""
    name = re.sub(r'[\\/:*?"<>|]+', "_", header_name(file.name)).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_FILE_NAME or not dot or len(ending) > LONGEST_FILE_NAME // 2:
        return name[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"


def sendable_type(file: SentFile) -> tuple[str, str]:
    """Return the two halves of its type; of one that says nothing, those of mere bytes."""
    found = _TYPE.match(file.content_type.strip().lower())
    return (found[1], found[2]) if found else ("application", "octet-stream")
