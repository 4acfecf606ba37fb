"""Numbers as a reader writes them."""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import format_decimal
from django.utils.translation import get_language

from helpdesk.input.cldr_locale import cldr_locale


def grouped(number: int) -> str:
    """Return a number in the reader's language, with its digits in groups: "12,345"."""
    return _grouped(number, get_language())


@lru_cache(maxsize=1 << 14)
def _grouped(number: int, language: str | None) -> str:
    """A page has hundreds of numbers, most of which are small, and the same again and again."""
    return format_decimal(number, locale=cldr_locale(language))
