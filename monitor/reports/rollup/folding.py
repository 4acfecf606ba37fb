"""Folding: what changed about tickets is brought into the cells, by the difference to what each added last.

One at a time folds. Marks are taken by deletion, and what their transactions wrote is seen by whatever is asked after
it; a mark that comes meanwhile stays. So nothing is counted twice or left out, in whatever order tickets come, and
whoever dies has changed nothing: marks, shares and cells are of one transaction. A ticket that cannot be folded is
found by halves, each in a savepoint, and set aside: it holds up no other.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Final, LiteralString, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from helpdesk.database.statement import Row, given, ids, rows, run
from helpdesk.database.transaction import require_transaction
from monitor.excusals import frozen_clocks
from monitor.models import RollupEdition
from monitor.reports.adjusted import hiding_acts
from monitor.reports.resolutions import first_resolutions
from monitor.reports.rollup import cell_counts, live_folding, ticket_share, uncounted_tickets
from monitor.reports.rollup.live_share import LiveShare
from monitor.reports.rollup.ticket_share import CellPlace, MixPlace, Place, TicketLevels, TicketShare
from monitor.reports.rollup.uncounted_tickets import FailedTicket

logger = logging.getLogger(__name__)

Change = dict[Place, Counter[int]]


SET_ASIDE_AT_MOST: Final = 5
"""So many tickets are looked for that cannot be folded; where there are more, the rest is left for another turn.

To find one takes some twenty folds of few. All must be found within the time that a task has, on a busy machine too.
"""


class Folded(NamedTuple):
    """What came of tickets that were to be folded; `left` are those that nobody came to."""

    folded: Sequence[int]
    failed: Sequence[FailedTicket]
    left: Sequence[int]


class CellTable(NamedTuple):
    """A table of cells: what a place of it is, and its statements."""

    place: type[CellPlace | MixPlace]
    stored: LiteralString
    lose: LiteralString
    keep: LiteralString


def take_marked(editions: Sequence[RollupEdition], *, limit: int, now: datetime) -> int:
    """Fold the tickets of up to so many marks into each of these editions; return how many marks there were.

    The caller has the turn (`take_turn`). What was set aside and has rested, or is marked anew, is folded apart.
    """
    require_transaction()
    taken = run(_TAKE, (limit,))
    marked = {ticket_id for ticket_id, _at in taken}
    suspects = uncounted_tickets.to_try_again(marked, now=now, limit=limit)
    others = fold_all_that_can_be(marked - suspects, editions=editions, now=now)
    tried = fold_all_that_can_be(suspects, editions=editions, now=now)
    uncounted_tickets.come_back(tried.folded)
    _mark_again(taken, {*others.left, *tried.left})
    return len(taken)


def fold_all_that_can_be(
    ticket_ids: Collection[int], *, editions: Sequence[RollupEdition], now: datetime
) -> Folded:
    """Fold these tickets, in one go unless that fails, and set aside those that cannot be. The caller has the turn."""
    asked = sorted(ticket_ids)
    failing = uncounted_tickets.failing(partial(_fold_together, editions=editions), asked)
    failed = list(islice(failing, SET_ASIDE_AT_MOST))
    uncounted_tickets.set_aside(failed, now=now)
    left = [pk for pk in asked if pk > failed[-1].ticket_id] if len(failed) == SET_ASIDE_AT_MOST else []
    unfolded = {*left, *(one.ticket_id for one in failed)}
    return Folded([pk for pk in asked if pk not in unfolded], failed, left)


def _fold_together(ticket_ids: Sequence[int], *, editions: Sequence[RollupEdition]) -> None:
    with transaction.atomic():
        for edition in editions:
            fold(ticket_ids, edition=edition)


def _mark_again(taken: Sequence[Row], left: Collection[int]) -> None:
    if left:
        run(_MARK_AGAIN, (rows((pk, at.isoformat()) for pk, at in taken if pk in left),))


def take_turn() -> bool:
    """Have the turn to fold until the transaction ends; return False where somebody else has it."""
    require_transaction()
    [(mine,)] = run(_TRY_TURN, ())
    return bool(mine)


def await_turn() -> None:
    """Have the turn to fold until the transaction ends, once whoever has it is done."""
    require_transaction()
    run(_AWAIT_TURN, ())


def fold(ticket_ids: Sequence[int], *, edition: RollupEdition) -> None:
    """Let the cells of an edition say what the clocks of these tickets say now. The caller has the turn."""
    if not ticket_ids:
        return
    first_resolutions.keep(ticket_ids)
    frozen_clocks.keep(ticket_ids)
    hiding_acts.keep(ticket_ids)
    wanted = ticket_share.shares_of(ticket_ids, zone=ZoneInfo(edition.zone))
    found = run(_SHARES, (edition.pk, ids(ticket_ids)))
    stored = {ticket_id: ticket_share.unpack(share) for ticket_id, share in found}
    changed = [pk for pk in ticket_ids if wanted.get(pk) != stored.get(pk)]
    _keep_shares(edition, changed, wanted)
    _add(edition, _difference(changed, stored, wanted))
    moved = [(_live(stored, pk), _live(wanted, pk)) for pk in changed]
    live_folding.fold(edition, moved)


def _live(shares: Mapping[int, TicketShare], ticket_id: int) -> LiveShare | None:
    return shares[ticket_id].live if ticket_id in shares else None


def _difference(
    changed: Collection[int], stored: Mapping[int, TicketShare], wanted: Mapping[int, TicketShare]
) -> Change:
    """Return what is to be added where: what tickets at the same levels change is summed up first."""
    alike: dict[tuple[TicketLevels, str, date], Counter[int]] = defaultdict(Counter)
    for sign, shares in ((-1, stored), (1, wanted)):
        for share in (shares[ticket_id] for ticket_id in changed if ticket_id in shares):
            for metric, day, numbers in share.clocks:
                counts = alike[share.levels, metric, day]
                for number in numbers:
                    counts[number] += sign
    change: Change = defaultdict(Counter)
    for (levels, metric, day), counts in alike.items():
        for place in levels.places(metric, day):
            change[place].update(counts)
    return {place: moved for place, counts in change.items() if (moved := _moved(counts))}


def _moved(counts: Counter[int]) -> Counter[int]:
    return Counter({number: by for number, by in counts.items() if by})


def _keep_shares(edition: RollupEdition, changed: Sequence[int], wanted: Mapping[int, TicketShare]) -> None:
    gone = [pk for pk in changed if pk not in wanted]
    if gone:
        run(_LOSE_SHARES, (edition.pk, ids(gone)))
    kept = [(edition.pk, pk, _bytes(wanted[pk].pack())) for pk in changed if pk in wanted]
    if kept:
        run(_KEEP_SHARES, (rows(kept),))


def _add(edition: RollupEdition, change: Change) -> None:
    for table in TABLES:
        places = sorted(place for place in change if isinstance(place, table.place))
        if places:
            _add_to(table, edition, {place: change[place] for place in places})


def _add_to(table: CellTable, edition: RollupEdition, change: Change) -> None:
    places = list(change)
    before = run(table.stored, (rows(places), edition.pk))
    stored = {table.place._make(place): cell_counts.unpack(counts) for *place, counts in before}
    after = {place: _sum(place, stored.get(place, Counter()), change[place]) for place in places}
    empty = [place for place in places if not after[place]]
    if empty:
        run(table.lose, (rows(empty), edition.pk))
    full = [(edition.pk, *place, _bytes(cell_counts.pack(after[place]))) for place in places if after[place]]
    if full:
        run(table.keep, (rows(full),))


def _sum(place: Place, counts: Counter[int], change: Counter[int]) -> Counter[int]:
    """Return counts with a change; what cannot have been there to be taken away is said, and stays at nothing."""
    for number, by in change.items():
        left = counts.pop(number, 0) + by
        if left < 0:
            logger.error("a rolled up cell holds less than was added to it: %s", place)
        if left > 0:
            counts[number] = left
    return counts


def _bytes(said: bytes) -> str:
    return f"\\x{said.hex()}"


_TRY_TURN: Final[LiteralString] = "SELECT pg_try_advisory_xact_lock(hashtext('monitor_rollup'))"
_AWAIT_TURN: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtext('monitor_rollup'))"
_TAKE: Final[LiteralString] = """
    DELETE FROM monitor_rollupmark WHERE id IN (SELECT id FROM monitor_rollupmark ORDER BY id LIMIT %s)
 RETURNING ticket_id, marked_at
"""
_MARK_AGAIN: Final[LiteralString] = f"""
    INSERT INTO monitor_rollupmark (ticket_id, marked_at)
    SELECT ticket_id, marked_at FROM {given("ticket_id bigint", "marked_at timestamptz")} RETURNING id
"""  # noqa: S608  # the columns are those here
_SHARES: Final[LiteralString] = """
    SELECT ticket_id, share FROM monitor_rollupshare WHERE edition_id = %s AND ticket_id = ANY(%s::bigint[])
"""
_LOSE_SHARES: Final[LiteralString] = """
    DELETE FROM monitor_rollupshare WHERE edition_id = %s AND ticket_id = ANY(%s::bigint[]) RETURNING ticket_id
"""
_KEEP_SHARES: Final[LiteralString] = f"""
    INSERT INTO monitor_rollupshare (edition_id, ticket_id, share)
    SELECT edition_id, ticket_id, share FROM {given("edition_id bigint", "ticket_id bigint", "share bytea")}
        ON CONFLICT (edition_id, ticket_id) DO UPDATE SET share = excluded.share
 RETURNING ticket_id
"""  # noqa: S608  # the columns are those here


def _table(place: type[CellPlace | MixPlace], name: LiteralString, *columns: LiteralString) -> CellTable:
    """Return the statements of a table whose places have these columns, in their order."""
    named: LiteralString = ", ".join(column.split()[0] for column in columns)
    given_places: LiteralString = f"{given(*columns)} JOIN {name} USING ({named}) WHERE edition_id = %s"
    return CellTable(
        place,
        stored=f"SELECT {named}, counts FROM {given_places}",  # noqa: S608  # the names are those below
        lose=f"DELETE FROM {name} WHERE id IN (SELECT id FROM {given_places}) RETURNING id",  # noqa: S608  # as above
        keep=f"""
            INSERT INTO {name} (edition_id, {named}, counts)
            SELECT edition_id, {named}, counts FROM {given("edition_id bigint", *columns, "counts bytea")}
                ON CONFLICT (edition_id, {named}) DO UPDATE SET counts = excluded.counts
         RETURNING id
        """,  # noqa: S608  # as above
    )


TABLES: Final = (
    _table(
        CellPlace, "monitor_rollupcell",
        "environment varchar", "queue_id bigint", "dimension varchar", "value varchar", "metric varchar", "day date",
    ),
    _table(
        MixPlace, "monitor_rollupmix",
        "environment varchar", "metric varchar", "day date", "queue_id bigint", "store_id bigint",
        "priority varchar", "channel varchar", "language varchar", "tier varchar", "topic_id bigint",
    ),
)  # fmt: skip
