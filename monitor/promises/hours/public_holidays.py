"""Public holidays by country and region, as the package `holidays` of one version knows them.

They are copied into hours, with the version: a newer list changes no hours that anybody has published.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import version
from typing import Final

import holidays
from babel import Locale
from django.utils.translation import gettext as _

VERSION: Final = version("holidays")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SOURCE: Final = re.compile(r"holidays (?P<version>[\w.]+) (?P<country>[A-Z]{2})(?:-(?P<region>.+))?")
_ENGLISH: Final = "en_US"


def countries(locale: Locale) -> list[tuple[str, str]]:
    """Return the code of each country that is known, and its name in a language, in the order of the names."""
    known = filter(_COUNTRY.fullmatch, holidays.list_supported_countries(include_aliases=False))
    return sorted(((code, country_name(code, locale)) for code in known), key=lambda one: one[1])


def country_name(code: str, locale: Locale) -> str:
    """Return the name of a country; its code where the language has none for it."""
    return str(locale.territories.get(code, code))


def regions(country: str) -> list[tuple[str, str]]:
    """Return the code of each region that has holidays of its own, and its name; none of a country that is unknown."""
    if not _is_known(country):
        return []
    found = holidays.list_supported_countries(include_aliases=False).get(country, [])
    names = {code: name for name, code in _aliases(country).items()}
    told = [(code, f"{names[code]} ({code})" if code in names else code) for code in found]
    return sorted(told, key=lambda one: one[1])


def public_holidays(country: str, region: str, year: int, *, language: str) -> dict[date, str]:
    """Return the holidays of a year by their dates; their names in a language where the list has it, else its own.

    Raises `UnknownPlace`.
    """
    if not _is_known(country) or region not in {"", *(code for code, _name in regions(country))}:
        raise UnknownPlace(country, region)
    spoken = _spoken(country, language)
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=spoken)
    return {day: name for day, name in sorted(found.items()) if day.year == year}


class UnknownPlace(ValueError):
    """A country, or a region of it, of which no holidays are known."""


def source(country: str, region: str) -> str:
    """Return what is kept with a holiday, so that a page can say where it came from."""
    return f"holidays {VERSION} {country}{f'-{region}' if region else ''}"


def place_of(source: str) -> tuple[str, str] | None:
    """Return the country and region of such a source, whichever version it names; None for another."""
    found = _SOURCE.fullmatch(source)
    return (found["country"], found["region"] or "") if found else None


def source_words(source: str, locale: Locale) -> str:
    """Say where a holiday came from: "Germany, Bayern (BY) (list of holidays 0.109)"; another source as it is."""
    found = _SOURCE.fullmatch(source)
    if found is None:
        return source
    place = place_words(found["country"], found["region"] or "", locale)
    return _("%(place)s (list of holidays %(version)s)") % {"place": place, "version": found["version"]}


def place_words(country: str, region: str, locale: Locale) -> str:
    """Say a country, and which region of it: "Germany, Bayern (BY)"."""
    names = [country_name(country, locale), dict(regions(country)).get(region, region)]
    return ", ".join(filter(None, names))


def _is_known(country: str) -> bool:
    return bool(_COUNTRY.fullmatch(country)) and country in holidays.list_supported_countries()


def _aliases(country: str) -> dict[str, str]:
    return dict(getattr(holidays.country_holidays(country), "subdivisions_aliases", {}))


def _spoken(country: str, language: str) -> str | None:
    """Return the language of the list that is nearest to somebody's: theirs, English, or the country's own."""
    known = holidays.country_holidays(country).supported_languages
    near = [one for one in known if one.split("_")[0] == language.split("-", maxsplit=1)[0]]
    return next(iter([*near, *([_ENGLISH] if _ENGLISH in known else [])]), None)
