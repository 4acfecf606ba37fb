"""What a customer is told about when somebody will answer: a sentence in their language and zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Metric


@dataclass(frozen=True, slots=True)
class CustomerPromise:
    """A person answers `by` then; `text` is for the customer."""

    by: datetime
    text: str


def promise_for(
    clocks: Iterable[ReplayedClock], *, locales: tuple[str, ...], timezone: str
) -> CustomerPromise | None:
    """Return what a ticket's customer may be told, from the due time of the first response.

    Said in the first of the locales that we speak. Null where it is answered, paused, or without a target.
    """
    due = next((clock.due_at for clock in clocks if _is_awaited(clock)), None)
    if due is None:
        return None
    minute = due.replace(second=0, microsecond=0)
    return CustomerPromise(by=due, text=_sentence(minute, *_language(*locales), _zone(timezone)))


def _is_awaited(clock: ReplayedClock) -> bool:
    return clock.metric == Metric.FIRST_RESPONSE and clock.ended_at is None


@lru_cache(maxsize=1024)
def _sentence(minute: datetime, language: str, locale: Locale, zone: tzinfo) -> str:
    """Put it in words; what comes in together is often due in the same minute."""
    there = minute.astimezone(zone)
    facts = {
        "date": format_date(there, "full", locale=locale),
        "time": format_time(there, "short", locale=locale),
        "zone": get_timezone_name(there, width="short", locale=locale),
    }
    with translation.override(language):
        return _("Somebody will answer you by %(time)s (%(zone)s) on %(date)s.") % facts


@cache
def _language(*wishes: str) -> tuple[str, Locale]:
    """Choose the first language that we speak, with the locale that was wished for in it."""
    spoken = dict(settings.LANGUAGES)
    for wish in (*wishes, settings.LANGUAGE_CODE):
        language = wish.replace("_", "-").partition("-")[0].lower()
        if language in spoken:
            return language, _locale(wish, language)
    return settings.LANGUAGE_CODE, _locale(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)


def _locale(wish: str, language: str) -> Locale:
    try:
        return Locale.parse(wish.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(language)


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a zone that this installation has no data for
        return UTC
