"""In which language a receipt is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django.conf import settings

from helpdesk.input.language_tag import language_of
from helpdesk.mail.reading.quoted_text import split_quotes

_SCRIPTS: Final = {"he": re.compile("[\u05d0-\u05ea]"), "ta": re.compile("[\u0b80-\u0bff]")}
_LETTERS: Final = re.compile(r"[^\W\d_]")


def receipt_locale(*, profile: str, words: str, mailbox: str, store: str) -> str:
    """Return the tag by which a receipt is written: its language is one in which we have sentences.

    The customer's own comes first, then that in whose script their words are, then the mailbox's. Times are written
    as in the region that customer, mailbox or store name for that language.
    """
    spoken = {code for code, _name in settings.LANGUAGES}
    wishes = map(language_of, (profile, _by_script(words), mailbox))
    language = next((each for each in wishes if each in spoken), settings.LANGUAGE_CODE)
    return _with_region(language, (profile, mailbox, store))


def _by_script(words: str) -> str:
    """Return the language whose script most of somebody's own words are in; empty where no script is one's own."""
    own = split_quotes(words).new
    letters = len(_LETTERS.findall(own))
    counts = {language: len(script.findall(own)) for language, script in _SCRIPTS.items()}
    return next((language for language, count in counts.items() if 2 * count > letters), "")


def _with_region(language: str, tags: Iterable[str]) -> str:
    regional = (tag.replace("_", "-") for tag in tags if language_of(tag) == language)
    return next((tag for tag in regional if "-" in tag), language)
