"""Which tickets have changed lately: one statement, whose cost is that of what has changed, and no change is missed.

Rows are dated by the database as they are written, and seen only after the commit. So what is asked for is everything
since an instant before which nothing can appear any more, and what was told already is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, LiteralString, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.database.settled import SETTLED, settled_until
from helpdesk.database.statement import run

MOST: Final = 500
"""More tickets than that are not named one by one: everything may have changed."""


class ChangedTicket(NamedTuple):
    """A ticket, when it changed last, and its queue, with the one that it has just left."""

    number: int
    reference: str
    changed_at: datetime
    queues: frozenset[int]


@dataclass(frozen=True, slots=True)
class Changes:
    """The tickets that have changed since the last look; `uncounted` where they are too many to be named."""

    tickets: tuple[ChangedTicket, ...] = ()
    uncounted: bool = False


class ChangeWindow:
    """Looks at what has changed, again and again; each change is told once.

    A look asks since the end of the look before the last one: whoever ended between a statement and its question who
    is still writing has written nothing older than that.
    """

    def __init__(self) -> None:
        self._since = self._settled = settled_until()
        self._told: dict[int, datetime] = {}

    def look(self) -> Changes:
        """Return what has changed since the last look, or since this window was opened."""
        rows = run(_statement(), {"since": self._since, "most": MOST + 1})
        if len(rows) > MOST:
            self._since = self._settled = settled_until()
            self._told = {}
            return Changes(uncounted=True)
        found = [
            ChangedTicket(number, reference, changed_at, frozenset(queues))
            for _until, number, reference, changed_at, queues in rows
            if number is not None
        ]
        fresh = tuple(one for one in found if self._told.get(one.number) != one.changed_at)
        self._told = {one.number: one.changed_at for one in found}
        self._since, self._settled = self._settled, rows[0][0]
        return Changes(fresh)


@cache
def _statement() -> LiteralString:
    """Return the statement over all that `settings.LIVE_SOURCES` names: each selects tickets, and when they changed."""
    sources: LiteralString = " UNION ALL ".join(f"({import_string(path)})" for path in settings.LIVE_SOURCES)
    return _CHANGED.replace("{sources}", sources).replace("{settled}", SETTLED)


TICKETS: Final = """
    SELECT changed.id, changed.updated_at
      FROM helpdesk_store store
     CROSS JOIN LATERAL (SELECT id, updated_at
                           FROM helpdesk_ticket
                          WHERE store_id = store.id AND updated_at >= %(since)s
                          ORDER BY updated_at
                          LIMIT %(most)s) changed
"""

# A ticket that was just moved is told to both queues: it has to go from the list of one. Undoing a move is one.
_CHANGED: Final = """
    WITH source (ticket_id, changed_at) AS ({sources}),
         changed AS (SELECT ticket_id, max(changed_at) AS changed_at FROM source GROUP BY ticket_id LIMIT %(most)s)
    SELECT settled.until, ticket.id, ticket.reference, changed.changed_at,
           ticket.queue_id || coalesce(
               (SELECT array_agg(place.queue)
                  FROM (SELECT (event.payload ->> 'queue')::bigint AS queue
                          FROM helpdesk_ticketevent event
                         WHERE event.ticket_id = ticket.id AND event.kind IN ('opened', 'queue_changed')
                         ORDER BY event.seq DESC LIMIT 2) place
                 WHERE EXISTS (SELECT FROM helpdesk_ticketevent moved
                                WHERE moved.ticket_id = ticket.id AND moved.seq > ticket.last_seq - 5
                                  AND moved.kind IN ('queue_changed', 'undone')
                                  AND moved.recorded_at > %(since)s - interval '1 minute')),
               '{}')
      FROM ({settled}) settled (until)
      LEFT JOIN (changed JOIN helpdesk_ticket ticket ON ticket.id = changed.ticket_id) ON true
"""
