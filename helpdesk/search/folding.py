"""Text as it is compared: without case, accents and points, with the signs that make other words of letters.

What goes: accents of Latin, Greek and Cyrillic, niqqud, harakat, characters that are drawn as nothing. What stays:
vowel signs and viramas of Indic scripts, vowels and tones of Thai; they are letters there.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_DROPPED: Final = (
    range(0x0300, 0x0370),  # accents
    range(0x0483, 0x0488),
    range(0x0591, 0x05BE),  # niqqud and cantillation; U+05BE is a hyphen
    (0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7),
    range(0x0610, 0x061B),  # harakat
    (0x0640,),  # tatweel
    range(0x064B, 0x0660),
    (0x0670,),
    range(0x06D6, 0x06DD),
    range(0x06DF, 0x06E5),
    (0x06E7, 0x06E8, *range(0x06EA, 0x06EE)),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE00, 0xFE10),  # variation selectors
    range(0xFE20, 0xFE30),
    range(0xE0100, 0xE01F0),
)
_INSTEAD: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th",
    "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي",
    "’": "'", "‘": "'", "ʼ": "'", "׳": "'", "״": '"', "“": '"', "”": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "־": "-", "−": "-", "_": " ",
}  # fmt: skip
"""Letters that are written otherwise where a keyboard has none of them, and signs of one use."""


def folded(text: str) -> str:
    """Return the text as it is compared; its words stand in the same order, though not at the same places."""
    if text.isascii():
        return text.lower().replace("_", " ")
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKD", folded).translate(_plain())
    return unicodedata.normalize("NFC", plain)


@cache
def _plain() -> dict[int, str | None]:
    """Return what becomes of single characters: nothing, a plainer one, or a digit of ours."""
    table: dict[int, str | None] = {ord(sign): plain for sign, plain in _INSTEAD.items()}
    for code in range(0x80, 0x1FC00):
        sign = chr(code)
        if (digit := unicodedata.decimal(sign, None)) is not None:
            table[code] = str(digit)
        elif unicodedata.category(sign) == "Cf":
            table[code] = None
    table.update(dict.fromkeys((code for codes in _DROPPED for code in codes), None))
    return table


@cache
def marks() -> str:
    """Return the marks that may stand in a word, as a regular expression's class has them."""
    found = (chr(code) for code in range(0x300, 0x1FC00) if unicodedata.category(chr(code)).startswith("M"))
    return "".join(found)
