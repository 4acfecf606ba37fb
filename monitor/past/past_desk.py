"""The desk at a moment that is over: for as long as it is looked at, every table says what it said then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from helpdesk.database.statement import run
from monitor.models import RollupEdition
from monitor.past import changed_since, past_freezes, past_resolutions, past_rows, past_tables
from monitor.past.tickets_then import tickets_then
from monitor.relay import book
from monitor.reports.rollup import cell_counts
from monitor.reports.rollup.cell_reading import CellReading


@dataclass(frozen=True, slots=True)
class PastDesk:
    """What is known of a desk as it stood: `changed` are the tickets of which something became known since."""

    at: datetime
    changed: Sequence[int]

    def reading(self) -> CellReading | None:
        """Return the figures as of then, None where there are none.

        Of all that has changed since, what cells hold is taken out, and what was then is added.
        """
        edition = RollupEdition.objects.shown(rules=cell_counts.RULES)
        if edition is None:
            return None
        others = {pk for (pk,) in run(_COUNTED_OTHERWISE, ())}
        worked_out = (*past_resolutions.fill(), *past_freezes.fill(self.changed))
        return CellReading(edition, None, sorted({*self.changed, *worked_out, *others}))


class MuchHasChanged(Exception):
    """More tickets have changed since a moment than can be replayed while somebody waits; `tickets`: how many."""

    def __init__(self, tickets: int) -> None:
        super().__init__(tickets)
        self.tickets = tickets


@contextmanager
def as_of(at: datetime, *, most: int | None = None) -> Iterator[PastDesk]:
    """Let all that is asked of the database inside be answered as of a moment; whatever is written is thrown away.

    Events count that were written down by then, whenever they happened, and versions that were published by then.
    Raises `MuchHasChanged` where more tickets than `most` would have to be replayed.
    """
    is_ours = not connection.in_atomic_block
    with _unprepared(), transaction.atomic():
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL jit = off")
        _go_back(at, most)
        yield PastDesk(at, [pk for (pk,) in run("SELECT ticket_id FROM past_changed", ())])
        transaction.set_rollback(True)


def _go_back(at: datetime, most: int | None) -> None:
    tickets = changed_since.note_changed(at)
    if most is not None and tickets > most:
        raise MuchHasChanged(tickets)
    past_rows.make(at)
    numbers = past_rows.read_numbers()
    past_tables.stand_before(at)
    past_rows.fill(tickets_then(at, book.current()), numbers)


@contextmanager
def _unprepared() -> Iterator[None]:
    """Prepare no statement meanwhile: a plan that was made for the tables would go on asking them."""
    connection.ensure_connection()
    server = connection.connection
    threshold, server.prepare_threshold = server.prepare_threshold, None
    try:
        yield
    finally:
        server.prepare_threshold = threshold


_COUNTED_OTHERWISE: Final = (
    "SELECT ticket_id FROM monitor_rollupmark UNION SELECT ticket_id FROM past_excused"
)
"""Of whom cells say something else than was so: not folded yet, or excused since, or by other causes."""
