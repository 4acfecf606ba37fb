"""Names of mails, by which one says which others it answers."""

from __future__ import annotations

import re

LONGEST_ID = 900
MOST_IDS = 50
"""Of a thread's mails: the first, and the last ones."""

_BRACKETED = re.compile(rb"<([^<>\s]{1,%d})>" % LONGEST_ID)
_BARE = re.compile(rb"[^\s<>,;()\"]{1,%d}+" % LONGEST_ID)


def ids_in(value: bytes) -> tuple[str, ...]:
    """Return the ids in this value, without brackets, oldest first, none twice; of many the first and the last.

    Where there are no brackets, words with an @ are ids: some mailers forget them.
    """
    found = [each[1] for each in _BRACKETED.finditer(value)]
    found = found or [each[0] for each in _BARE.finditer(value) if b"@" in each[0]]
    ids = list(dict.fromkeys(each.decode("utf-8", errors="replace").replace("\0", "") for each in found))
    return tuple(ids if len(ids) <= MOST_IDS else [ids[0], *ids[1 - MOST_IDS :]])


def id_in(value: bytes) -> str:
    """Return the one id that a mail has, or nothing."""
    return next(iter(ids_in(value)), "")
