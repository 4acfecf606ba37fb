"""By when a customer is promised an answer, and how that is said: whoever watches knows, and is asked by name."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.models import Ticket


def promised_at(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Return by when a person answers; null where nothing is promised, or nobody watches."""
    path = settings.ANSWER_PROMISED_AT
    by: datetime | None = import_string(path)(ticket, now=now) if path else None
    return by


def promise_words(by: datetime, *, locale: str, timezone: str) -> str:
    """Say that a person answers by then, in the language of a tag and the time of a zone."""
    said: str = import_string(settings.ANSWER_PROMISE_WORDS)(by, locales=(locale,), timezone=timezone)
    return said
