"""Tickets as a table, a row for each that was asked: what it is, and what its clocks say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from helpdesk.database.keyset_pieces import KeysetPieces, Row
from monitor.clock.book.policy import Book
from monitor.models import Clock
from monitor.relay import book
from monitor.reports import clock_cells
from monitor.reports.adjusted import adjusted_cells
from monitor.reports.clock_cells import TimedClock

TOGETHER: Final = 500
"""Tickets of which one piece is made."""


class AskedTicket(NamedTuple):
    """A ticket that was asked, as it is read."""

    ticket_id: int
    last_event_at: datetime
    reference: str
    external_id: str | None
    store: str
    queue: str
    agent_name: str | None
    agent_email: str | None
    status: str
    priority: str
    tier: str
    channel: str
    language: str
    topic: str | None
    tags: list[str]
    policy: str | None
    policy_version: int | None
    asked_at: datetime

    def cells(self) -> Row:
        """Return the cells of its row, in the order of `_HEADS`."""
        policy = "" if self.policy is None else f"{self.policy} v{self.policy_version}"
        return (
            self.reference, self.external_id or "", self.store, self.queue, self.agent_name or self.agent_email or "",
            self.status, self.priority, self.tier, self.channel, self.language, self.topic or "", ", ".join(self.tags),
            policy, self.asked_at.isoformat(),
        )  # fmt: skip


_COLUMNS: Final = (
    "ticket_id", "ticket__last_event_at", "ticket__reference", "ticket__external_id", "ticket__store__name",
    "ticket__queue__name", "ticket__assignee__name", "ticket__assignee__email", "ticket__status", "ticket__priority",
    "ticket__tier", "ticket__channel", "ticket__language", "ticket__topic__name", "ticket__tags",
    "policy_version__policy__name", "policy_version__version", "started_at",
)  # fmt: skip
_HEADS: Final = (
    "reference", "external_id", "store", "queue", "agent", "status", "priority", "tier", "channel", "language", "topic",
    "tags", "policy", "asked_at",
)  # fmt: skip
HEADS: Final = _HEADS + clock_cells.HEADS + adjusted_cells.HEADS


class TicketPieces(KeysetPieces):
    """The rows of the tickets of these clocks of first responses, in the order of asking.

    Each piece is two statements, and five more where promises broke, whatever the number. Clocks are told as they
    stand at `now`: all that was measured, and then what is excused of it.
    """

    since, columns, together = "started_at", _COLUMNS, TOGETHER

    def __init__(self, asked: QuerySet[Clock], *, now: datetime) -> None:
        super().__init__(asked)
        self._now = now
        self._book: Book | None = None

    def rows(self, found: list[tuple[Any, ...]]) -> list[Row]:
        self._book = self._book or book.current()
        return _rows([AskedTicket._make(told) for told in found], self._now, self._book)


def _rows(tickets: Sequence[AskedTicket], now: datetime, known: Book) -> list[Row]:
    clocks: dict[int, list[TimedClock]] = defaultdict(list)
    for clock in clock_cells.clocks_of([ticket.ticket_id for ticket in tickets], now=now):
        clocks[clock.ticket_id].append(clock)
    told = adjusted_cells.told_of(chain.from_iterable(clocks.values()))
    return [
        (
            *ticket.cells(),
            *clock_cells.cells(clocks[ticket.ticket_id], now, since=ticket.last_event_at, book=known),
            *adjusted_cells.cells(clocks[ticket.ticket_id], told),
        )
        for ticket in tickets
    ]
