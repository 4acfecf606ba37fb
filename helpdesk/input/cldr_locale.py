"""Languages as CLDR knows them."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=64)
def cldr_locale(language: str | None) -> Locale:
    """Return CLDR's locale for a language tag; English where CLDR knows none."""
    try:
        return Locale.parse(language or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
