"""Cutting text into the words by which it is found: pure, the same for what is kept and for what is asked.

A word is a run of letters, digits and their marks. Where a script leaves no space between words (Thai, Lao, Khmer,
Burmese, Chinese, Japanese; Korean joins particles) every two neighbours of a run are one, and so is the last sign
alone. What hangs together by hyphens, dots or slashes is found as a whole and in parts; a telephone number also by its
last eight digits, however it is spaced and with whichever prefix. Hebrew is found with and without the one
or two letters that stand for little words before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from helpdesk.search.folding import folded, marks

LONGEST_WORD: Final = 64
"""Characters of a word that count; what begins alike for so long is alike."""
LONGEST_WHOLE: Final = 100
"""Characters up to which what hangs together is also kept as a whole; a longer one is a link, or no word at all."""
NUMBER_TAIL: Final = 8
"""Digits by which telephone numbers are told apart, whatever stands before them."""
SPACELESS: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
    "\u17d7\u17dc\u17dd\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uaa60-\uaa7f\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
"""Letters and signs of scripts that put no space between words, or join to them what is none."""

NUMBER: Final = re.compile(r"(?<![\w.])\+?\(?\d(?:[ \-./()\u00a0]{0,3}\d){6,17}(?!\w)")
"""What may be a telephone number: seven digits or more, spaced anyhow."""
_CHUNK: Final = re.compile(r"\S+")
_PLAIN_RUN: Final = re.compile(r"\w+", re.ASCII)
_EDGES: Final = "\"'`.,;:!?()[]{}<>«»„…|*~=#&\\/-@+–"
_MAIL: Final = re.compile(r"[^@<>,;:()]+@[^@<>,;:()]+\.[^@<>,;:()]+")
_HEBREW: Final = re.compile(r"[\u05d0-\u05ea]{4,}")
_LITTLE_WORDS: Final = "והבכלמש"
_GERSHAYIM: Final = re.compile(r"(?<=[\u05d0-\u05ea])[\"'](?=[\u05d0-\u05ea])")


class Piece(NamedTuple):
    """A part of a text that hangs together: its words, and what it is as a whole, empty where that is the one word."""

    words: tuple[str, ...]
    whole: str
    spaceless: bool = False


def words(text: str) -> Iterator[str]:
    """Yield the words by which a text is found, some of them more than once."""
    plain = folded(text)
    for number in numbers_in(plain):
        yield from number_words(number)
    for chunk in _chunks(plain):
        if chunk.isascii() and chunk.isalnum():  # most are: a word, and no more than that
            yield chunk[:LONGEST_WORD]
        else:
            yield from _words_in(chunk)


def _words_in(chunk: str) -> Iterator[str]:
    for piece in _pieces_of(chunk):
        yield from piece.words
        if piece.whole:
            yield piece.whole
        if piece.spaceless:
            yield signs_of(piece.words[-1])[-1]  # alone it is found here, and else as a beginning
        for word in piece.words:
            yield from without_little_word(word)


def pieces(plain: str) -> Iterator[Piece]:
    """Yield the parts of a folded text, as spaces and a change of script part them; what comes again comes once."""
    for chunk in _chunks(plain):
        yield from _pieces_of(chunk)


def _chunks(plain: str) -> Iterator[str]:
    """Yield what stands between spaces, without the signs around it; what comes again comes once."""
    chunks = plain.split() if plain.isascii() else _CHUNK.findall(_GERSHAYIM.sub("", plain))
    return (chunk.strip(_EDGES) for chunk in dict.fromkeys(chunks))


def _pieces_of(chunk: str) -> Iterator[Piece]:
    if chunk.isascii():
        if spaced := [run[:LONGEST_WORD] for run in _PLAIN_RUN.findall(chunk)]:
            yield Piece(tuple(spaced), _whole(chunk, spaced))
        return
    runs = _run().findall(chunk)
    spaced = [run[:LONGEST_WORD] for run in runs if not is_spaceless(run)]
    for run in runs:
        if is_spaceless(run):
            yield Piece(tuple(pairs(run)), "", spaceless=True)
    if spaced:
        yield Piece(tuple(spaced), _whole(chunk, spaced) if len(spaced) == len(runs) else "")


def _whole(chunk: str, parts: list[str]) -> str:
    """Return what hangs together as it is looked up: an e-mail address with its signs, all else without."""
    if len(chunk) > LONGEST_WHOLE:
        return ""
    if _MAIL.fullmatch(chunk):
        return chunk
    return "".join(parts) if len(parts) > 1 else ""


@cache
def _run() -> re.Pattern[str]:
    return re.compile(rf"[{SPACELESS}]+|(?:(?![{SPACELESS}])[\w{marks()}])+")


@cache
def _sign() -> re.Pattern[str]:
    """Match one sign of a run with the marks that hang on it."""
    return re.compile(rf"[^{marks()}][{marks()}]*|[{marks()}]+")


def is_spaceless(run: str) -> bool:
    """Tell whether a run is of a script without spaces; it is wholly, or not at all."""
    return bool(_spaceless().match(run))


@cache
def _spaceless() -> re.Pattern[str]:
    return re.compile(f"[{SPACELESS}]")


def pairs(run: str) -> Iterator[str]:
    """Yield every two neighbours of a run; a run of one sign is its own."""
    signs = signs_of(run)
    if len(signs) == 1:
        yield signs[0]
    for before, after in pairwise(signs):
        yield before + after


def signs_of(run: str) -> list[str]:
    """Return the signs of a run, each with the marks that hang on it."""
    return [sign[:LONGEST_WORD] for sign in _sign().findall(run)]


def numbers_in(plain: str) -> Iterator[str]:
    """Yield the digits of what may be a telephone number, seven or more of them, however they are spaced."""
    for found in NUMBER.finditer(plain):
        yield digits_of(found[0])


def digits_of(number: str) -> str:
    return re.sub(r"\D", "", number)


def number_words(digits: str) -> Iterator[str]:
    """Yield by what a telephone number is found: its digits, and the last of them."""
    yield digits
    if len(digits) >= NUMBER_TAIL:
        yield "~" + digits[-NUMBER_TAIL:]


def without_little_word(word: str) -> Iterator[str]:
    """Yield a Hebrew word without its first letter, and the first two, if they may be little words of their own."""
    for _time in range(2):
        if word[0] not in _LITTLE_WORDS or not _HEBREW.fullmatch(word):
            return
        word = word[1:]
        yield word
