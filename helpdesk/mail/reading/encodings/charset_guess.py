"""Which charset bytes may be in that say nothing true about it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SAMPLE = 4096
"""So many bytes are looked at, from the first that is not ASCII on."""

_CHARSETS = (
    *("cp1252", "cp1251", "koi8-r", "cp1255", "cp1253", "cp1256"),
    *("gb2312", "euc_jp", "cp932", "euc_kr", "big5"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_WEIGHTS = {"HIRAGANA": 1.0, "KATAKANA": 1.0, "HANGUL": 0.9, "CJK": 0.6, "LATIN": 1.0}
_FREQUENT = {
    "ARABIC": set("اليمنوترب"),
    "CYRILLIC": set("оеаинтсрвлкмд"),
    "GREEK": set("αοιετσνηυρ"),
    "HEBREW": set("יוהלאמרתבשם"),
}
_WITHOUT_KANA = {"gb2312", "big5", "euc_kr"}
"""Charsets that have Japanese letters too, which nobody writes in them."""

_TOGETHER = {"CJK", "HIRAGANA", "KATAKANA"}


def guessed_charset(data: bytes) -> str:
    """Name the charset in which these bytes read most like words; Western Europe's in doubt."""
    first = _HIGH.search(data)
    if first is None:
        return "cp1252"
    sample = data[max(first.start() - 64, 0) : first.start() + SAMPLE]
    return max(_CHARSETS, key=lambda name: _likeness(sample, name))


def _likeness(sample: bytes, name: str) -> float:
    """Rate a reading: letters of one script in a row are words; what cannot be read, or is no letter, is not."""
    text = sample.decode(name, errors="replace")
    strange = [sign for sign in text if sign > "\x7f"]
    if not strange or (name in _WITHOUT_KANA and any("\u3040" <= sign <= "\u30ff" for sign in strange)):
        return 0.0
    good = sum(
        _follows(before, sign) for before, sign in zip(" " + text, text, strict=False) if sign > "\x7f"
    )
    return good / len(strange)


def _follows(before: str, sign: str) -> float:
    """Rate one sign after another: a letter that goes on with its word, and is frequent, is likely."""
    script, last = _script(sign), _script(before)
    if not script:
        return -0.5
    if last and last != script and not {script, last} <= _TOGETHER:
        return -1.0
    if script == "LATIN" and before > "\x7f":
        return 0.1
    return _weight(script, sign) * (0.3 if sign.isupper() and before.islower() else 1.0)


def _weight(script: str, sign: str) -> float:
    frequent = _FREQUENT.get(script)
    return _WEIGHTS[script] if frequent is None else 1.0 if sign.lower() in frequent else 0.5


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    script = unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""
    return script if script in _WEIGHTS or script in _FREQUENT else ""
