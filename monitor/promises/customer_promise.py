"""What a customer is told about when somebody will answer: a sentence in their language and zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from helpdesk.input import zone_name
from helpdesk.input.language_tag import language_of
from helpdesk.models import Ticket
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Metric
from monitor.models import Clock

SENTENCE = gettext_noop("A person will answer by %(date)s, %(time)s (%(zone)s).")


@dataclass(frozen=True, slots=True)
class CustomerPromise:
    """A person answers `by` then; `text` is for the customer."""

    by: datetime
    text: str


def promise_for(
    clocks: Iterable[ReplayedClock], *, locales: tuple[str, ...], timezone: str, now: datetime
) -> CustomerPromise | None:
    """Return what a ticket's customer may be told, from the due time of the first response.

    Said in the first of the locales that we speak. Null where it is answered, paused, or without a target, and
    where the minute that would be named has come: nobody is promised what has passed.
    """
    due = next((clock.due_at for clock in clocks if _is_awaited(clock)), None)
    if due is None or not _is_to_come(due, now=now):
        return None
    return CustomerPromise(by=due, text=in_words(due, locales=locales, timezone=timezone))


def promised_at(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Return by when a person answers a ticket, as its clocks stand just then; null as for `promise_for`."""
    awaited = Clock.objects.not_ended().of(Metric.FIRST_RESPONSE).filter(ticket=ticket)
    due = awaited.values_list("due_at", flat=True).first()
    return due if due and _is_to_come(due, now=now) else None


def in_words(by: datetime, *, locales: tuple[str, ...], timezone: str) -> str:
    """Say that a person answers by then, in the first of the locales that we speak."""
    return _sentence(_minute_of(by), *_language(*locales), zone_name.read(timezone) or UTC)


def _is_awaited(clock: ReplayedClock) -> bool:
    return clock.metric == Metric.FIRST_RESPONSE and clock.ended_at is None


def _is_to_come(due: datetime, *, now: datetime) -> bool:
    return _minute_of(due) > now


def _minute_of(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


@lru_cache(maxsize=1024)
def _sentence(minute: datetime, language: str, locale: Locale, zone: tzinfo) -> str:
    """Put it in words; what comes in together is often due in the same minute."""
    there = minute.astimezone(zone)
    facts = {
        "date": format_date(there, "full", locale=locale),
        "time": format_time(there, "short", locale=locale),
        "zone": zone_name.called_at(there, locale),
    }
    with translation.override(language):
        return _(SENTENCE) % facts


@cache
def _language(*wishes: str) -> tuple[str, Locale]:
    """Choose the first language in which we can say all of it, with the locale that was wished for in it."""
    for wish in (*wishes, settings.LANGUAGE_CODE):
        language = language_of(wish)
        if _is_spoken(language):
            return language, _locale(wish, language)
    return settings.LANGUAGE_CODE, _locale(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)


def _is_spoken(language: str) -> bool:
    """Whether the sentence is there in this language: half of it in another would be none at all."""
    if language == settings.LANGUAGE_CODE:
        return True
    with translation.override(language):
        return language in dict(settings.LANGUAGES) and _(SENTENCE) != SENTENCE


def _locale(wish: str, language: str) -> Locale:
    try:
        return Locale.parse(wish.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(language)
