"""Which freezes hold for a queue or a store by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpdesk.models import Queue, Store
from monitor.models import Freeze


def freezes_naming(places: Sequence[Queue | Store], *, now: datetime) -> list[list[str]]:
    """Return for each queue or store the names of the freezes that hold for it by name, over or not.

    One that was taken back holds for nothing.
    """
    standing = list(Freeze.objects.standing().filter(made_at__lte=now).newest_first())
    return [[one.name for one in standing if place.pk in _named(one, place)] for place in places]


def _named(freeze: Freeze, place: Queue | Store) -> Sequence[int]:
    return (freeze.queue_ids if isinstance(place, Queue) else freeze.store_ids) or ()
