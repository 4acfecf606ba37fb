"""Reading cells: the counts of each day, of what is asked for, with what is not folded yet added.

All of it is read as of one instant (`one_instant`), or a ticket that is folded meanwhile would be counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from monitor.clock.metrics import BESIDE
from monitor.models import RollupCell, RollupEdition, RollupMark, RollupMix, RollupShare
from monitor.reports.rollup import cell_counts, ticket_share
from monitor.reports.rollup.ticket_share import EVERY_QUEUE, ClockShare, TicketLevels, TicketShare

DayCounts = Mapping[date, Counter[int]]

ADDED: Final = 200
"""So many tickets that are not folded yet are added by reading; of more, figures are as old as the oldest mark."""
DENSE: Final = ("store_id", "priority", "channel", "language")
"""What cells of a level know, one at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellScope:
    """Which tickets are counted: of an environment, in these queues (None: in all), of these values.

    `values` are those of `TicketLevels` beside environment and queue, by its names; no topic is `NO_TOPIC`.
    """

    environment: str
    queues: tuple[int, ...] | None
    values: Mapping[str, str | int]

    def covers(self, levels: TicketLevels) -> bool:
        """Tell whether a ticket is one of them."""
        return (
            levels.environment == self.environment
            and (self.queues is None or levels.queue_id in self.queues)
            and all((getattr(levels, name) or type(value)()) == value for name, value in self.values.items())
        )

    def cells(self) -> QuerySet[RollupCell] | QuerySet[RollupMix]:
        """Return the cells of them, of whatever metric and day."""
        if len(self.values) > 1 or not set(self.values) <= set(DENSE):
            in_queues = Q() if self.queues is None else Q(queue_id__in=self.queues)
            return RollupMix.objects.filter(in_queues, environment=self.environment, **self.values)
        dimension, value = next(
            ((name.removesuffix("_id"), str(value)) for name, value in self.values.items()), ("", "")
        )
        queues = (EVERY_QUEUE,) if self.queues is None else self.queues
        return RollupCell.objects.filter(
            environment=self.environment, queue_id__in=queues, dimension=dimension, value=value
        )


@dataclass(frozen=True, slots=True)
class CellReading:
    """An edition of the figures as it is read now: since when something is missing, and what is added to its cells."""

    edition: RollupEdition
    behind_since: datetime | None
    added: Sequence[tuple[int, TicketShare]]

    @classmethod
    def begin(cls) -> Self | None:
        """Return the figures that are shown; None where there are none yet, or none by the rules they are read by."""
        edition = RollupEdition.objects.shown(rules=cell_counts.RULES)
        if edition is None:
            return None
        marks = RollupMark.objects.order_by("pk").values_list("ticket_id", "marked_at")[: ADDED + 1]
        found = list(marks)
        if len(found) > ADDED:
            return cls(edition, found[0][1], ())
        return cls(edition, None, _added(sorted({pk for pk, _at in found}), edition))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.edition.zone)

    def days(self, scope: CellScope, metric: str, first: date, last: date) -> DayCounts:
        """Return the counts of each of these days that has any; a count of nothing may be among them."""
        counts: dict[date, Counter[int]] = defaultdict(Counter)
        parts = ticket_share.made_of(metric)
        found = scope.cells().filter(edition=self.edition, metric__in=parts, day__range=(first, last))
        for part, day, packed in found.values_list("metric", "day", "counts"):
            add = counts[day].update if parts[part] > 0 else counts[day].subtract
            add(cell_counts.unpack(packed))
        for sign, clock in self._added_clocks(scope):
            if clock.metric in parts and first <= clock.day <= last:
                counts[clock.day].update(dict.fromkeys(clock.numbers, sign * parts[clock.metric]))
        if metric in BESIDE:
            return {day: cell_counts.unpromised(one) for day, one in counts.items()}
        return counts

    def _added_clocks(self, scope: CellScope) -> Iterator[tuple[int, ClockShare]]:
        for sign, share in self.added:
            if scope.covers(share.levels):
                yield from ((sign, clock) for clock in share.clocks)


def _added(ticket_ids: Sequence[int], edition: RollupEdition) -> list[tuple[int, TicketShare]]:
    """Return what these tickets add now, and take away of what they had added."""
    if not ticket_ids:
        return []
    wanted = ticket_share.shares_of(ticket_ids, zone=ZoneInfo(edition.zone))
    stored = RollupShare.objects.filter(edition=edition, ticket_id__in=ticket_ids)
    before = [ticket_share.unpack(share) for share in stored.values_list("share", flat=True)]
    return [*((-1, share) for share in before), *((1, share) for share in wanted.values())]
