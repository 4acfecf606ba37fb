"""What somebody has typed into the search, as terms that all have to be found: pure.

A term is what hangs together; it is there if any of its ways is, each a list of words. The last word of all may be
unfinished: it stands for whatever begins with it, once it is long enough to mean something.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from helpdesk.search import word_cutting
from helpdesk.search.folding import folded
from helpdesk.search.word_cutting import Piece

LONGEST_QUESTION: Final = 300
"""Characters of a question that are looked at: a sentence from a mail, not the mail."""
MOST_TERMS: Final = 12
SHORTEST_BEGINNING: Final = 3
"""Letters from which on a word may stand for those that begin with it; signs of a script without spaces need none."""

Way = tuple[str, ...]


class SearchTerm(NamedTuple):
    """What hangs together in a question: ways to find it, and the words of which it may be the beginning."""

    ways: tuple[Way, ...]
    begins: str = ""


def terms_of(question: str) -> list[SearchTerm]:
    """Return what has to be found, at most twelve terms; none where the question has no word in it."""
    text = question[:LONGEST_QUESTION]
    plain = folded(text)
    found = list(dict.fromkeys([*_numbers(plain), *_pieces(plain)]))[:MOST_TERMS]
    if found and not text[-1].isspace():
        found[-1] = _unfinished(found[-1])
    return found


def _numbers(plain: str) -> Iterator[SearchTerm]:
    """Yield telephone numbers, each found by all of its digits, by the last of them, or in its parts."""
    for number, parts in _numbers_and_parts(plain):
        ways = [(word,) for word in word_cutting.number_words(number)]
        yield SearchTerm((*ways, parts) if len(parts) > 1 else tuple(ways))


def _numbers_and_parts(plain: str) -> Iterator[tuple[str, Way]]:
    for found in word_cutting.NUMBER.finditer(plain):
        parts = [word for piece in word_cutting.pieces(found[0]) for word in piece.words]
        yield word_cutting.digits_of(found[0]), tuple(parts)


def _pieces(plain: str) -> Iterator[SearchTerm]:
    for piece in word_cutting.pieces(word_cutting.NUMBER.sub(" ", plain)):
        yield _spaceless(piece) if piece.spaceless else _spaced(piece)


def _spaceless(piece: Piece) -> SearchTerm:
    """Have all pairs found; a single sign, wherever it begins one."""
    [first, *others] = piece.words
    single = not others and len(word_cutting.signs_of(first)) == 1
    return SearchTerm((piece.words,), begins=first if single else "")


def _spaced(piece: Piece) -> SearchTerm:
    """Have the whole found, or all its parts; a Hebrew word also without its first letter."""
    ways: list[Way] = [(piece.whole,)] if piece.whole else []
    if "@" not in piece.whole:
        ways.append(piece.words)
    if len(piece.words) == 1:
        ways += [(shorter,) for shorter in word_cutting.without_little_word(piece.words[0])]
    return SearchTerm(tuple(dict.fromkeys(ways)))


def _unfinished(term: SearchTerm) -> SearchTerm:
    last = term.ways[0][-1]
    is_word = len(term.ways[0]) == 1 and not word_cutting.is_spaceless(last)
    return term._replace(begins=last) if is_word and len(last) >= SHORTEST_BEGINNING else term
