"""Folding of where live tickets stand: the rows of the places that are touched are read, changed and written."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, LiteralString, TypeAlias

from helpdesk.database.statement import Row, given, ids, rows, run
from monitor.models import RollupEdition
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import KINDS, LivePlace, LiveShare

logger = logging.getLogger(__name__)

Move: TypeAlias = tuple[LiveShare | None, LiveShare | None]
"""What a ticket had added, and what it adds now."""


def fold(edition: RollupEdition, moved: Iterable[Move]) -> None:
    """Take away what tickets had added, and add what they add now. The caller has the turn."""
    moved = [(was, is_) for was, is_ in moved if was != is_]
    places = sorted({share.place for move in moved for share in move if share})
    if not places:
        return
    counts = read(edition, places)
    move(counts, moved)
    _lose(edition, [place for place in places if counts[place].live <= 0])
    _keep(edition, {place: counts[place] for place in places if counts[place].live > 0})


def move(counts: dict[LivePlace, LiveCounts], moved: Iterable[Move]) -> None:
    """Change counts of places by what tickets had added to them, and add now."""
    for was, is_ in moved:
        if was and not counts.setdefault(was.place, LiveCounts()).take(was):
            logger.error("of live tickets less is kept than was added: %s", was.place)
        if is_:
            counts.setdefault(is_.place, LiveCounts()).add(is_)


def read(edition: RollupEdition, places: Iterable[LivePlace]) -> dict[LivePlace, LiveCounts]:
    """Return what is kept of these places."""
    return _told(run(_STORED, (rows(places), edition.pk), binary=True))


def of_scope(
    edition: RollupEdition, environment: str, queues: Sequence[int] | None, store_id: int | str | None
) -> dict[LivePlace, LiveCounts]:
    """Return what is kept of an environment, in these queues and this store; None: in all."""
    asked = {
        "edition": edition.pk,
        "environment": environment,
        "queues": None if queues is None else ids(queues),
        "store": store_id,
    }
    return _told(run(_OF_SCOPE, asked, binary=True))


def _told(stored: Iterable[Row]) -> dict[LivePlace, LiveCounts]:
    """Return what rows keep that say all of `_COLUMNS`."""
    return {
        LivePlace(environment, queue_id, store_id, assignee_id): LiveCounts(live, unacknowledged, packed)
        for environment, queue_id, store_id, assignee_id, live, unacknowledged, *packed in stored
    }


def _lose(edition: RollupEdition, places: Sequence[LivePlace]) -> None:
    if places:
        run(_LOSE, (rows(places), edition.pk))


def _keep(edition: RollupEdition, kept: Mapping[LivePlace, LiveCounts]) -> None:
    if not kept:
        return
    packed = [counts.pack() for counts in kept.values()]
    numbers = [(*place, counts.live, counts.unacknowledged) for place, counts in kept.items()]
    run(_KEEP, (edition.pk, rows(numbers), *(list(column) for column in zip(*packed, strict=True))))


_NAMED: Final[LiteralString] = "environment, queue_id, store_id, assignee_id"
_GIVEN: Final = "environment varchar", "queue_id bigint", "store_id bigint", "assignee_id bigint"
_INSTANTS: Final[LiteralString] = ", ".join(KINDS)
_COLUMNS: Final[LiteralString] = f"{_NAMED}, live, unacknowledged, {_INSTANTS}"
_PLACES: Final[LiteralString] = (
    f"{given(*_GIVEN)} JOIN monitor_rolluplive USING ({_NAMED}) WHERE edition_id = %s"
)
_STORED: Final[LiteralString] = f"SELECT {_COLUMNS} FROM {_PLACES}"  # noqa: S608  # the columns are our own
_OF_SCOPE: Final[LiteralString] = f"""
    SELECT {_COLUMNS} FROM monitor_rolluplive
     WHERE edition_id = %(edition)s AND environment = %(environment)s
       AND (%(queues)s::bigint[] IS NULL OR queue_id = ANY(%(queues)s::bigint[]))
       AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
"""  # noqa: S608  # as above
_LOSE: Final[LiteralString] = f"""
    DELETE FROM monitor_rolluplive WHERE id IN (SELECT id FROM {_PLACES}) RETURNING id
"""  # noqa: S608  # as above
_KEEP: Final[LiteralString] = f"""
    INSERT INTO monitor_rolluplive (edition_id, {_COLUMNS})
    SELECT %s, {_COLUMNS}
      FROM ROWS FROM (jsonb_array_elements(%s::jsonb), {", ".join(["unnest(%b::bytea[])"] * len(KINDS))})
        AS kept (line, {_INSTANTS})
     CROSS JOIN LATERAL (
           SELECT line->>0, (line->>1)::bigint, (line->>2)::bigint, (line->>3)::bigint, (line->>4)::int, (line->>5)::int
     ) AS numbers ({_NAMED}, live, unacknowledged)
        ON CONFLICT (edition_id, {_NAMED})
        DO UPDATE SET live = excluded.live, unacknowledged = excluded.unacknowledged,
           {", ".join(f"{kind} = excluded.{kind}" for kind in KINDS)}
 RETURNING id
"""  # noqa: S608  # as above
