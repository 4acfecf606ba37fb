"""Names that stand in a text after an `@`: how people mention each other, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import Final

_BEFORE: Final = r"(?<![\w.+@-])@"
"""An address has its own `@` after a letter: that begins no name."""
_ADDRESS: Final = r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]*\w"
_FORMS: Final = ("NFC", "NFD")


def key_of(name: str) -> str:
    """Return what two spellings of a name, or of an address, have in common."""
    return unicodedata.normalize("NFC", name).casefold()


def mentioned(text: str, names: Collection[str]) -> Iterator[re.Match[str]]:
    """Yield where an address stands after an `@`, whosever it is, or one of these names; `said` is what.

    The longest name counts, and only where it ends: vowel signs go on with a word, as letters do.
    """
    spelled = {unicodedata.normalize(form, name) for name in names if name.strip() for form in _FORMS}
    known = [re.escape(name) for name in sorted(spelled, key=lambda name: (-len(name), name))]
    pattern = rf"{_BEFORE}(?P<said>{'|'.join([_ADDRESS, *known])})(?!\w)"
    for found in re.finditer(pattern, text, re.IGNORECASE):
        if not unicodedata.category(text[found.end() : found.end() + 1] or " ").startswith("M"):
            yield found


def rewritten(text: str, names: Collection[str], *, by: Callable[[str], str]) -> str:
    """Return the text with each of these names after an `@` as `by` makes it of what stood there, the `@` included."""
    keys, parts, done = {key_of(name) for name in names}, [], 0
    for found in mentioned(text, names):
        if key_of(found["said"]) in keys:
            parts += [text[done : found.start()], by(found[0])]
            done = found.end()
    return "".join([*parts, text[done:]])
