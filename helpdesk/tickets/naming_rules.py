"""Rules that name a queue or a store: where that is gone they match nothing, silently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.models import Queue, Store


def named_by(place: Queue | Store, *, now: datetime) -> list[str]:
    """Return the names of the rules that name the queue or store, in force or planned."""
    return each_named_by([place], now=now)[0]


def each_named_by(places: Sequence[Queue | Store], *, now: datetime) -> list[list[str]]:
    """Return the same of several, read at once."""
    return _each(settings.PLACES_NAMED_BY, places, now=now)


def kept_by(place: Queue | Store, *, now: datetime) -> list[str]:
    """Return the names of what says something of the queue or store that would hold for nothing were it removed."""
    return _each(settings.PLACES_KEPT_BY, [place], now=now)[0]


def _each(paths: Sequence[str], places: Sequence[Queue | Store], *, now: datetime) -> list[list[str]]:
    named = [import_string(path)(places, now=now) for path in paths]
    return [[name for names in named for name in names[place]] for place in range(len(places))]
