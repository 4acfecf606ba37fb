"""Which way a block of text runs, by the scripts of its words."""

from __future__ import annotations

import unicodedata

from helpdesk.mail.composing.web_links import ADDRESSES

_RIGHT_TO_LEFT_LANGUAGES = {"he", "iw", "ar", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"}
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction_of_language(language: str) -> str:
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT_LANGUAGES else "ltr"


def direction_of(text: str, *, otherwise: str) -> str:
    """Return `rtl` or `ltr`, as most of its words run; addresses do not count, and `otherwise` where none does.

    The first word alone, which is how browsers guess, is often a product's name in another script.
    """
    directions = [_of_word(word) for word in ADDRESSES.sub(" ", text).split()]
    right, left = directions.count("rtl"), directions.count("ltr")
    if right == left:
        return next(filter(None, directions), otherwise)
    return "rtl" if right > left else "ltr"


def _of_word(word: str) -> str:
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, word) if kind in _STRONG), "")
