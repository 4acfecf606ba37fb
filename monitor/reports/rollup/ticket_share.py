"""A ticket's share: what its clocks, its first resolution, and where it stands add to which cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce

from helpdesk.database.among import is_among
from helpdesk.models import Ticket
from monitor.clock.metrics import BESIDE, Metric, Outcome
from monitor.excusals import breach_labels
from monitor.models import Clock, FirstResolution, RollupEdition, RollupShare
from monitor.reports import wait_parts
from monitor.reports.promise_slices import PROMISED
from monitor.reports.resolutions import resolution_counts
from monitor.reports.resolutions.resolution_counts import CameOut
from monitor.reports.rollup import cell_counts, live_share
from monitor.reports.rollup.live_share import LiveShare

EVERY_QUEUE: Final = 0
NO_TOPIC: Final = 0
WHOLE_WAITS: Final = frozenset({Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, *BESIDE})
"""Metrics of which a customer knows the whole time, whatever was paused."""


LESS: Final[Mapping[str, str]] = {metric: f"-{metric}" for metric in BESIDE}
"""How cells name what the first response adds of tickets of which it is measured otherwise."""


def made_of(metric: str) -> Mapping[str, int]:
    """Return of which cells a metric is made, and whether each adds or takes away: they hold only what is otherwise."""
    if metric not in BESIDE:
        return {metric: 1}
    return {Metric.FIRST_RESPONSE: 1, metric: 1, LESS[metric]: -1}


class CellPlace(NamedTuple):
    """Where a cell stands: its level, and what started on which day."""

    environment: str
    queue_id: int
    dimension: str
    value: str
    metric: str
    day: date


class MixPlace(NamedTuple):
    """Where tickets stand that are alike in all that they are counted by, and what started on which day."""

    environment: str
    metric: str
    day: date
    queue_id: int
    store_id: int
    priority: str
    channel: str
    language: str
    tier: str
    topic_id: int


Place = CellPlace | MixPlace


class TicketLevels(NamedTuple):
    """What a ticket is counted by."""

    environment: str
    queue_id: int
    store_id: int
    priority: str
    channel: str
    language: str
    tier: str
    topic_id: int | None

    def mix(self, metric: str, day: date) -> MixPlace:
        """Return where it stands beside those that are like it in everything."""
        return MixPlace(
            self.environment, metric, day, self.queue_id, self.store_id, self.priority, self.channel, self.language,
            self.tier, self.topic_id or NO_TOPIC,
        )  # fmt: skip

    def places(self, metric: str, day: date) -> list[Place]:
        """Return each place where what is of a metric and a day is counted."""
        return [*(CellPlace(*level, metric, day) for level in self.all()), self.mix(metric, day)]

    def all(self) -> Iterator[tuple[str, int, str, str]]:
        """Yield the levels at which it is counted: all queues and its own, each alone and with one thing more."""
        told = {"": "", "store": str(self.store_id), "priority": self.priority}
        told |= {"channel": self.channel, "language": self.language}
        for queue_id in (EVERY_QUEUE, self.queue_id):
            for dimension, value in told.items():
                yield self.environment, queue_id, dimension, value


_LEVEL_COLUMNS: Final = (
    "store__environment", "queue_id", "store_id", "priority", "channel", "language", "tier", "topic_id",
)  # fmt: skip


class ClockShare(NamedTuple):
    """What one clock adds, under these numbers, to the cells of its metric and of a day."""

    metric: str
    day: date
    numbers: tuple[int, ...]


class TicketShare(NamedTuple):
    """What a ticket adds to cells."""

    levels: TicketLevels
    clocks: tuple[ClockShare, ...]
    live: LiveShare | None

    def counts(self) -> Iterator[tuple[Place, int]]:
        """Yield each number that is counted, with each place where it is."""
        for metric, day, numbers in self.clocks:
            for place in self.levels.places(metric, day):
                for number in numbers:
                    yield place, number

    def pack(self) -> bytes:
        return msgspec.msgpack.encode(self)


class _StoredClock(NamedTuple):
    """What is read of a clock."""

    metric: str
    start_seq: int
    started_at: datetime
    breach_at: datetime | None
    ended_at: datetime | None
    outcome: str
    wall: timedelta | None
    business: timedelta | None
    misdated: bool
    promised: bool
    calendar: int
    any_at: datetime | None
    any_business: timedelta | None
    substantive_at: datetime | None
    substantive_business: timedelta | None
    substantive_outcome: str | None

    @property
    def fate(self) -> str:
        return cell_counts.MISDATED if self.misdated else self.outcome

    def shares(self, zone: ZoneInfo) -> Iterator[ClockShare]:
        """Yield what it adds, and what is otherwise where it is measured otherwise."""
        yield from self.own_shares(zone)
        for other in self._otherwise():
            yield from other.own_shares(zone)
            yield from (share._replace(metric=LESS[other.metric]) for share in self.own_shares(zone))

    def _otherwise(self) -> Iterator[_StoredClock]:
        """Yield it as it ended with bots, and in substance, where that is not how it ended itself."""
        other = self._replace(breach_at=None, promised=False, misdated=False)
        if self.any_at:
            yield other._replace(
                metric=Metric.FIRST_ANY_RESPONSE,
                ended_at=self.any_at,
                business=self.any_business,
                outcome=Outcome.MET,
            )
        if self.substantive_outcome is not None:
            yield other._replace(
                metric=Metric.FIRST_SUBSTANTIVE_RESPONSE,
                ended_at=self.substantive_at,
                business=self.substantive_business,
                outcome=self.substantive_outcome,
            )

    def asked_share(self, zone: ZoneInfo) -> ClockShare:
        """Return what it adds to the day on which it started."""
        local = self.started_at.astimezone(zone)
        return ClockShare(self.metric, local.date(), self._numbers(local.hour))

    def own_shares(self, zone: ZoneInfo) -> Iterator[ClockShare]:
        """Yield what it adds to the day on which it started, and to that on which it ended."""
        yield self.asked_share(zone)
        if self.ended_at:
            last = self.ended_at.astimezone(zone).date()
            yield ClockShare(self.metric, last, (cell_counts.ended_that_day(self.fate),))

    def _numbers(self, hour: int) -> tuple[int, ...]:
        if self.ended_at is None:
            return (
                cell_counts.running(
                    self.started_at, self.breach_at, promised=self.promised, calendar=self.calendar
                ),
            )
        whole = self.ended_at - self.started_at if self.metric in WHOLE_WAITS else self.wall or timedelta()
        return cell_counts.ended(
            self.fate,
            promised=self.promised,
            hour=hour,
            wall=whole.total_seconds(),
            business=(self.business or timedelta()).total_seconds(),
        )


def unpack(packed: bytes | memoryview) -> TicketShare:
    """Return the share that a row keeps."""
    return msgspec.msgpack.decode(packed, type=TicketShare)


def stored(ticket_ids: Sequence[int], *, edition: RollupEdition) -> dict[int, TicketShare]:
    """Return what these tickets last added to an edition."""
    found = RollupShare.objects.filter(edition=edition, ticket_id__in=ticket_ids)
    return {ticket_id: unpack(share) for ticket_id, share in found.values_list("ticket_id", "share")}


def shares_of(ticket_ids: Sequence[int], *, zone: ZoneInfo) -> dict[int, TicketShare]:
    """Return what these tickets add as they stand; one that is gone, or over without any clock, adds nothing."""
    clocks: dict[int, list[ClockShare]] = defaultdict(list)
    said = breach_labels.of_tickets(ticket_ids)
    for ticket_id, clock in _clocks(ticket_ids):
        clocks[ticket_id] += clock.shares(zone)
        for label in said.get((ticket_id, clock.metric, clock.start_seq), ()):
            labelled = clock.asked_share(zone)
            clocks[ticket_id].append(labelled._replace(metric=breach_labels.cell_metric(label, clock.metric)))
    for one in FirstResolution.objects.filter(is_among("pk", clocks)):
        clocks[one.pk].append(_share_of_resolution(one, zone))
    live = live_share.shares_of(ticket_ids)
    tickets = Ticket.objects.filter(is_among("pk", clocks.keys() | live.keys())).values_list(
        "pk", *_LEVEL_COLUMNS
    )
    return {
        pk: TicketShare(TicketLevels._make(told), tuple(sorted(clocks[pk])), live.get(pk))
        for pk, *told in tickets
    }


def _share_of_resolution(one: FirstResolution, zone: ZoneInfo) -> ClockShare:
    came_out = CameOut(one.response, one.reopened_at is not None, one.asked_again_at is not None)
    day = one.resolved_at.astimezone(zone).date()
    return ClockShare(resolution_counts.METRIC, day, (came_out.number,))


def _clocks(ticket_ids: Sequence[int]) -> Iterator[tuple[int, _StoredClock]]:
    standing = Clock.objects.standing().filter(is_among("ticket", ticket_ids))
    told = standing.annotate(
        misdated=_whether(wait_parts.MISDATED),
        promised=_whether(PROMISED),
        calendar=Coalesce("calendar_version__number", 0),
    )
    for ticket_id, *said in told.values_list("ticket_id", *_StoredClock._fields):
        yield ticket_id, _StoredClock._make(said)


def _whether(rule: Q) -> Case:
    return Case(When(rule, then=True), default=False)
