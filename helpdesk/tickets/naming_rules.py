"""Rules that name a queue or a store: where that is gone they match nothing, silently."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.models import Queue, Store


def named_by(place: Queue | Store, *, now: datetime) -> list[str]:
    """Return the names of the rules that name the queue or store, in force or planned."""
    return [name for path in settings.PLACES_NAMED_BY for name in import_string(path)(place, now=now)]
