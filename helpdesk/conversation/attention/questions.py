"""The questions in what a customer wrote, in any script: so that none of them is overlooked in an answer.

Pure. A question is a sentence that a mark of questions ends, one that asks by its words in languages that often leave
the mark out, or a numbered point. What is quoted asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

MOST: Final = 12
LONGEST: Final = 300
"""Characters of a question that are shown."""

_MARKS: Final = "?\u061f\uff1f\u037e\u055e\u1367\u2047\u2048\u203d\u2e2e\ufe56"
"""Latin, Arabic, full width, Greek, Armenian, Ethiopic, doubled, interrobang, turned, small."""
_ENDS: Final = _MARKS + "!.\u2026\u3002\uff01\u0964\u0965\u06d4\u0589\u1362"
_WIDE: Final = "\uff1f\u3002\uff01"
"""Marks after which no blank is written."""
_SENTENCE: Final = re.compile(rf"\S.*?(?:[{_ENDS}]+[\"'\u201d\u2019\u00bb)\]]*(?=\s|$)|[{_WIDE}]+|$)")
_GREEK_SENTENCE: Final = re.compile(r"\S.*?(?:[;\u037e.!\u2026]+(?=\s|$)|$)")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_POINT: Final = re.compile(r"\s*\(?\d{1,2}[.):]\s+(?=\S)")
_BULLET: Final = re.compile(r"\s*[-*\u2022\u2013]\s+")
_LETTER: Final = re.compile(r"[^\W\d_]")

_HEBREW: Final = re.compile(
    r"[\u05d5]?(האם|מתי|איפה|היכן|למה|מדוע|איך|כיצד|כמה|מה|מי|איזה|איזו|אילו|לאן|מאיפה|מאין)(?![\u05d0-\u05ea])"
)
"""At the beginning of a sentence, with *and* before it or not."""
_TAMIL: Final = re.compile(
    r"(?<![\u0b80-\u0bff])(எப்போது|எப்பொழுது|எங்கே|எங்கு|ஏன்|எப்படி|என்ன|யார்|எது|எந்த|எத்தனை|எவ்வளவு|எதற்கு|எவ்வாறு)"
    r"(?![\u0b80-\u0bff])|[\u0b80-\u0bff]{2,}(முடியுமா|வருமா|ள்ளதா|டுமா|ருமா|களா|யுமா|ந்ததா|ட்டதா|ப்பீர்களா)[.\s]*$"
)
"""A word that asks, or the last word's ending that does."""


def questions_in(texts: Iterable[str]) -> list[str]:
    """Return what these texts, without signatures, ask, in order, each once; no more than one can answer in one go."""
    found = dict.fromkeys(question for text in texts for question in _questions(text))
    return list(found)[:MOST]


def _questions(text: str) -> Iterator[str]:
    for is_point, paragraph in _paragraphs(text):
        if is_point:
            yield from [_in_short(paragraph)] if _LETTER.search(paragraph) else []
        else:
            yield from (_in_short(said) for said in _sentences(paragraph) if _asks(said))


def _paragraphs(text: str) -> Iterator[tuple[bool, str]]:
    """Yield numbered points, and what lies between them with its broken lines joined."""
    is_point, lines = False, list[str]()
    for line in [*text.splitlines(), ""]:
        point = _POINT.match(line)
        if (point or _BULLET.match(line) or not line.strip() or line.startswith(">")) and lines:
            yield is_point, " ".join(lines)
            lines = []
        if line.startswith(">") or not line.strip():
            continue
        is_point = bool(point) if not lines else is_point
        lines.append(line[point.end() :].strip() if point else _BULLET.sub("", line, count=1).strip())


def _sentences(paragraph: str) -> list[str]:
    pattern = _GREEK_SENTENCE if _GREEK.search(paragraph) else _SENTENCE
    return [found.group().strip() for found in pattern.finditer(paragraph)]


def _asks(sentence: str) -> bool:
    if not _LETTER.search(sentence):
        return False
    ending = sentence.rstrip("\"'\u201d\u2019\u00bb)]!.")
    marked = any(mark in ending[-2:] for mark in _MARKS) or "\u055e" in sentence
    greek = ending.endswith(";") and _GREEK.search(sentence) is not None
    return marked or greek or _HEBREW.match(sentence) is not None or _TAMIL.search(sentence) is not None


def _in_short(question: str) -> str:
    return question if len(question) <= LONGEST else question[: LONGEST - 1].rstrip() + "…"
