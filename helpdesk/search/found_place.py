"""Where in a text the words of a question stand, and a piece of it around them: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from helpdesk.search import word_cutting
from helpdesk.search.folding import folded, marks
from helpdesk.search.search_terms import SearchTerm

AROUND: Final = 60
"""Characters shown before the first word that was found."""
LONGEST_EXCERPT: Final = 240

_CHUNK: Final = re.compile(r"\S+")
Span = tuple[int, int]


class ExcerptPart(NamedTuple):
    """A stretch of an excerpt, and whether it is one of the words that were asked for."""

    text: str
    found: bool


class SoughtWords(NamedTuple):
    """The words of a question, and those of them that may be beginnings."""

    words: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def of(cls, terms: Iterable[SearchTerm]) -> SoughtWords:
        terms = list(terms)
        words = frozenset(word for term in terms for way in term.ways for word in way)
        return cls(words, tuple(term.begins for term in terms if term.begins))

    def have(self, words: Iterable[str]) -> bool:
        return any(word in self.words or word.startswith(self.beginnings or ("\n",)) for word in words)


def terms_in(text: str, terms: Sequence[SearchTerm]) -> int:
    """Return how many of the terms a text has."""
    words = frozenset(word_cutting.words(text))
    return sum(is_in(words, term) for term in terms)


def is_in(words: frozenset[str], term: SearchTerm) -> bool:
    """Tell whether these words have one of the ways of a term."""
    if any(words.issuperset(way) for way in term.ways):
        return True
    return bool(term.begins) and any(word.startswith(term.begins) for word in words)


def spans(text: str, sought: SoughtWords) -> list[Span]:
    """Return where words of the question stand in a text, in order, none over another."""
    found = sorted([*_number_spans(text, sought), *_word_spans(text, sought)])
    apart: list[Span] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def _number_spans(text: str, sought: SoughtWords) -> Iterator[Span]:
    for found in word_cutting.NUMBER.finditer(text):
        if sought.words.intersection(word_cutting.number_words(word_cutting.digits_of(folded(found[0])))):
            yield found.span()


def _word_spans(text: str, sought: SoughtWords) -> Iterator[Span]:
    for chunk in _CHUNK.finditer(text):
        if not sought.have(word_cutting.words(chunk[0])):
            continue
        inside = list(_spans_in(chunk[0], sought))
        yield from [(chunk.start() + a, chunk.start() + b) for a, b in inside] or [chunk.span()]


def _spans_in(chunk: str, sought: SoughtWords) -> Iterator[Span]:
    """Yield the runs of a chunk that were asked for; within a script without spaces, the very pairs."""
    for run in _run().finditer(chunk):
        plain = folded(run[0])
        if plain and word_cutting.is_spaceless(plain) and len(plain) == len(run[0]):
            yield from ((run.start() + a, run.start() + b) for a, b in _pair_spans(plain, sought))
        elif sought.have(word_cutting.words(run[0])):
            yield run.span()


def _pair_spans(plain: str, sought: SoughtWords) -> Iterator[Span]:
    signs, start = word_cutting.signs_of(plain), 0
    for before, after in zip(signs, [*signs[1:], ""], strict=True):
        if sought.have([before + after]) and after:
            beginning_alone = before + after not in sought.words
            yield start, start + len(before if beginning_alone else before + after)
        elif before in sought.words:
            yield start, start + len(before)
        start += len(before)


@cache
def _run() -> re.Pattern[str]:
    return re.compile(rf"[\w{marks()}\"'’״׳\u00ad\u200c\u200d]*[\w{marks()}]")


def excerpt(text: str, sought: SoughtWords) -> list[ExcerptPart]:
    """Return the piece of a text around the first word found, its beginning where none is, the found words marked."""
    found = spans(text, sought)
    start = _beginning(text, found[0][0] if found else 0)
    end = min(len(text), start + LONGEST_EXCERPT)
    inside = [(max(a, start), min(b, end)) for a, b in found if a < end and b > start]
    parts = list(_parts(text, start, end, inside))
    before = [ExcerptPart("…", found=False)] if start else []
    after = [ExcerptPart("…", found=False)] if end < len(text) else []
    return [*before, *parts, *after]


def marked(text: str, sought: SoughtWords) -> list[ExcerptPart]:
    """Return the whole of a short text, the found words marked."""
    return list(_parts(text, 0, len(text), spans(text, sought)))


def _beginning(text: str, at: int) -> int:
    """Return where an excerpt begins: some characters before, at the beginning of a word if one is near."""
    if at <= AROUND:
        return 0
    start = at - AROUND
    space = text.find(" ", start, at)
    return space + 1 if space >= 0 else start


def _parts(text: str, start: int, end: int, inside: list[Span]) -> Iterator[ExcerptPart]:
    at = start
    for a, b in inside:
        if at < a:
            yield ExcerptPart(text[at:a], found=False)
        yield ExcerptPart(text[a:b], found=True)
        at = b
    if at < end:
        yield ExcerptPart(text[at:end], found=False)
