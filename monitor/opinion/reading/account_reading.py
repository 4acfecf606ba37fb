"""Reading an account to its end in the foreground, for whoever watches: page by page, at rest while they ask for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from helpdesk.database.instant import database_now
from monitor.models import Opinion, OpinionSource
from monitor.opinion.reading import opinion_source, source_turn

LONGEST_LOOK, SHORTEST_LOOK = 2.0, 0.05
"""Seconds of rest after which it is looked again: workers read too, and somebody may call it off."""


def read(opinion: Opinion) -> Iterator[OpinionSource]:
    """Read an opinion's account until it is over; yield how far it is after each page and each look."""
    while not (source := OpinionSource.objects.get(opinion=opinion)).is_over:
        yield source
        now = database_now()
        opinion_source.forget_called_off(now=now)
        if source_turn.take(now=now, of=opinion) is None:
            rest = (source.rests_until - now).total_seconds() if source.rests_until else 0.0
            time.sleep(min(max(rest, SHORTEST_LOOK), LONGEST_LOOK))
