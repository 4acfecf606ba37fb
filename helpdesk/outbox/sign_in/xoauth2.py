"""XOAUTH2: what a mail server is told by whoever comes with a provider's token, and how it says no.

Source: <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>; Microsoft's servers speak the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MECHANISM: Final = "XOAUTH2"
LONGEST_CHALLENGE: Final = 300


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A provider's word that `account` has consented, for its mail servers alone."""

    account: str
    text: str = field(repr=False)


class TokenNotTaken(Exception):
    """A mail server does not let us in by a token; `said` is its own words, with its challenge."""

    def __init__(self, account: str, said: str) -> None:
        super().__init__(said)
        self.account, self.said = account, said


def first_words(login: str, token: BearerToken) -> bytes:
    """Return what is said first: whose mailbox it is, and the token."""
    return f"user={login}\1auth=Bearer {token.text}\1\1".encode()


def refusal(account: str, said: bytes, challenge: bytes = b"") -> TokenNotTaken:
    """Return a server's no; its challenge says why, in JSON, and is answered by an empty line before the no comes."""
    words = b" ".join(part for part in (said.strip(), challenge[:LONGEST_CHALLENGE].strip()) if part)
    return TokenNotTaken(account, words.decode(errors="replace"))
