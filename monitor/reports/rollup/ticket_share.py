"""A ticket's share: what its clocks add to which cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Case, Q, When

from helpdesk.models import Ticket
from monitor.clock.metrics import Metric
from monitor.models import Clock
from monitor.reports import wait_parts
from monitor.reports.promise_slices import PROMISED
from monitor.reports.rollup import cell_counts

EVERY_QUEUE: Final = 0
WHOLE_WAITS: Final = frozenset({Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.FIRST_ANY_RESPONSE})
"""Metrics of which a customer knows the whole time, whatever was paused."""


class CellPlace(NamedTuple):
    """Where a cell stands: its level, and what started when."""

    environment: str
    queue_id: int
    dimension: str
    value: str
    metric: str
    day: date
    hour: int


class TicketLevels(NamedTuple):
    """What a ticket is counted by."""

    environment: str
    queue_id: int
    store_id: int
    priority: str
    channel: str
    language: str

    def all(self) -> Iterator[tuple[str, int, str, str]]:
        """Yield the levels at which it is counted: all queues and its own, each alone and with one thing more."""
        told = {"": "", "store": str(self.store_id), "priority": self.priority}
        told |= {"channel": self.channel, "language": self.language}
        for queue_id in (EVERY_QUEUE, self.queue_id):
            for dimension, value in told.items():
                yield self.environment, queue_id, dimension, value


_LEVEL_COLUMNS: Final = (
    "store__environment", "queue_id", "store_id", "priority", "channel", "language",
)  # fmt: skip


class ClockShare(NamedTuple):
    """What one clock adds, under these numbers, to the cells of its metric and hour."""

    metric: str
    day: date
    hour: int
    numbers: tuple[int, ...]


class TicketShare(NamedTuple):
    """What a ticket adds to cells."""

    levels: TicketLevels
    clocks: tuple[ClockShare, ...]

    def counts(self) -> Iterator[tuple[CellPlace, int]]:
        """Yield each number that is counted, with the place of the cell."""
        levels = list(self.levels.all())
        for metric, day, hour, numbers in self.clocks:
            for level in levels:
                place = CellPlace(*level, metric, day, hour)
                for number in numbers:
                    yield place, number

    def pack(self) -> bytes:
        return msgspec.msgpack.encode(self)


class _StoredClock(NamedTuple):
    """What is read of a clock."""

    metric: str
    started_at: datetime
    breach_at: datetime | None
    ended_at: datetime | None
    outcome: str
    wall: timedelta | None
    business: timedelta | None
    misdated: bool
    promised: bool

    def share(self, zone: ZoneInfo) -> ClockShare:
        local = self.started_at.astimezone(zone)
        return ClockShare(self.metric, local.date(), local.hour, self._numbers())

    def _numbers(self) -> tuple[int, ...]:
        if self.ended_at is None:
            return (cell_counts.running(self.started_at, self.breach_at, promised=self.promised),)
        whole = self.ended_at - self.started_at if self.metric in WHOLE_WAITS else self.wall or timedelta()
        return cell_counts.ended(
            cell_counts.MISDATED if self.misdated else self.outcome,
            promised=self.promised,
            wall=whole.total_seconds(),
            business=(self.business or timedelta()).total_seconds(),
        )


def unpack(packed: bytes | memoryview) -> TicketShare:
    """Return the share that a row keeps."""
    return msgspec.msgpack.decode(packed, type=TicketShare)


def shares_of(ticket_ids: Sequence[int], *, zone: ZoneInfo) -> dict[int, TicketShare]:
    """Return what these tickets add as their clocks stand; a ticket that is gone, or has none, adds nothing."""
    clocks: dict[int, list[ClockShare]] = defaultdict(list)
    for ticket_id, clock in _clocks(ticket_ids):
        clocks[ticket_id].append(clock.share(zone))
    tickets = Ticket.objects.filter(pk__in=list(clocks)).values_list("pk", *_LEVEL_COLUMNS)
    return {pk: TicketShare(TicketLevels._make(told), tuple(sorted(clocks[pk]))) for pk, *told in tickets}


def _clocks(ticket_ids: Sequence[int]) -> Iterator[tuple[int, _StoredClock]]:
    standing = Clock.objects.standing().filter(ticket__in=ticket_ids)
    told = standing.annotate(misdated=_whether(wait_parts.MISDATED), promised=_whether(PROMISED))
    for ticket_id, *said in told.values_list("ticket_id", *_StoredClock._fields).iterator():
        yield ticket_id, _StoredClock._make(said)


def _whether(rule: Q) -> Case:
    return Case(When(rule, then=True), default=False)
