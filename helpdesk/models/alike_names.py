"""When two names are the same to people, and when they would take one for the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final, Protocol, TypeVar

ALIKE: Final = 0.85
"""From this share of letters in common on: a letter left out, turned or doubled in a name of usual length."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def first_named(some: Iterable[N], name: str) -> N | None:
    """Return the first whose name is this one, however it is spelled; None where there is none."""
    return next((each for each in some if folded(each.name) == folded(name)), None)


def folded(name: str) -> str:
    """Return what two names have in common that are the same but for capitals, blanks and ways to encode."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def resembles(one: str, other: str) -> bool:
    """Tell whether two different names are easily mistaken for one another."""
    letters, others = (_letters(name) for name in (one, other))
    return letters == others or SequenceMatcher(None, letters, others).ratio() >= ALIKE


def _letters(name: str) -> str:
    return "".join(sign for sign in folded(name) if sign.isalnum())
