"""The subject of an answer: that of the question, and one *Re:*."""

from __future__ import annotations

import re

_WORDS = (
    *(
        "Re",
        "AW",
        "Antw",
        "Antwort",
        "SV",
        "VS",
        "Rif",
        "RES",
        "YNT",
        "Odp",
        "Vá",
        "Vl",
        "Atb",
        "ΑΠ",
        "ΣΧΕΤ",
        "Отв",
    ),
    *("השב", "תשובה", "תגובה", "בתשובה", "பதில்", "回复", "回覆", "答复", "返信", "رد"),
)
"""What mail programs put before the subject of an answer, by their languages. The Italian *R* could be anything."""

_MARKS = "[\\s\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]*"
"""Blanks, and what programs for scripts from the right put around the word."""

_COUNT = r"(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?"
_PREFIXES = re.compile(
    rf"(?:{_MARKS}(?:{'|'.join(_WORDS)}){_MARKS}{_COUNT}{_MARKS}[:：]{_MARKS})+", re.IGNORECASE
)


def reply_subject(subject: str) -> str:
    """Return the subject with one *Re:*, whatever stood for it before; the rest is left as it is."""
    answered = _PREFIXES.match(subject)
    rest = subject[answered.end() :] if answered else subject
    return f"Re: {rest}".strip()
