"""Reading cells: the counts of each day, of what is asked for, with what is not folded yet added.

All of it is read as of one instant (`one_instant`), or a ticket that is folded meanwhile would be counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Final, Self
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from helpdesk.database.statement import run_asked
from monitor.clock.metrics import BESIDE
from monitor.models import RollupCell, RollupEdition, RollupMark, RollupMix
from monitor.reports.rollup import cell_counts, live_folding, live_share, ticket_share
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import LivePlace, LiveShare
from monitor.reports.rollup.ticket_share import EVERY_QUEUE, ClockShare, TicketLevels, TicketShare
from monitor.reports.rollup.uncounted_tickets import readable

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

    def keep(self, share: LiveShare | None) -> LiveShare | None:
        """Return what a live ticket adds, if it is one of them, as far as its place tells."""
        if share is None or share.place.environment != self.environment:
            return None
        in_queues = self.queues is None or share.place.queue_id in self.queues
        in_store = self.values.get("store_id", share.place.store_id) == share.place.store_id
        return share if in_queues and in_store else None

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


@dataclass(frozen=True)
class CellReading:
    """An edition of the figures as it is read now: since when something is missing, and which tickets are added.

    What is asked of it is asked in the transaction in which it began.
    """

    edition: RollupEdition
    behind_since: datetime | None
    unfolded: Sequence[int]

    @classmethod
    def begin(cls) -> Self | None:
        """Return the figures that are shown; None where there are none yet, or none by the rules they are read by."""
        edition = RollupEdition.objects.shown(rules=cell_counts.RULES)
        if edition is None:
            return None
        marks = RollupMark.objects.to_fold().order_by("pk").values_list("ticket_id", "marked_at")
        found = list(marks[: ADDED + 1])
        if len(found) > ADDED:
            return cls(edition, found[0][1], ())
        return cls(edition, None, sorted({pk for pk, _at in found}))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.edition.zone)

    def days(self, scope: CellScope, metric: str, first: date, last: date) -> DayCounts:
        """Return the counts of each of these days that has any."""
        counts: dict[date, Counter[int]] = defaultdict(Counter)
        parts = ticket_share.made_of(metric)
        found = scope.cells().filter(edition=self.edition, metric__in=parts, day__range=(first, last))
        for part, day, packed in run_asked(found.values_list("metric", "day", "counts")):
            add = counts[day].update if parts[part] > 0 else counts[day].subtract
            add(cell_counts.unpack(packed))
        moved = set()
        for sign, clock in self._added_clocks(scope):
            if clock.metric in parts and first <= clock.day <= last:
                counts[clock.day].update(dict.fromkeys(clock.numbers, sign * parts[clock.metric]))
                moved.add(clock.day)
        for day in moved:  # how long those have waited who were taken out again says nothing
            counts[day] = Counter({number: count for number, count in counts[day].items() if count})
        if metric in BESIDE:
            return {day: cell_counts.unpromised(one) for day, one in counts.items()}
        return counts

    def days_of(
        self, scope: CellScope, names: Collection[str], first: date, last: date
    ) -> Mapping[str, DayCounts]:
        """Return the same of several names of cells, each by itself, where there is any; one statement for all."""
        counts: dict[str, dict[date, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
        found = scope.cells().filter(edition=self.edition, metric__in=names, day__range=(first, last))
        for name, day, packed in run_asked(found.values_list("metric", "day", "counts")):
            counts[name][day].update(cell_counts.unpack(packed))
        for sign, clock in self._added_clocks(scope):
            if clock.metric in names and first <= clock.day <= last:
                counts[clock.metric][clock.day].update(dict.fromkeys(clock.numbers, sign))
        return counts

    def sums_by_queue(
        self, scope: CellScope, names: Collection[str], first: date, last: date
    ) -> Mapping[tuple[int, str], Counter[int]]:
        """Return the counts of all these days together, of each queue of the scope and each of these names of cells."""
        counts: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
        found = scope.cells().filter(edition=self.edition, metric__in=names, day__range=(first, last))
        for queue_id, name, packed in run_asked(found.values_list("queue_id", "metric", "counts")):
            counts[queue_id, name].update(cell_counts.unpack(packed))
        for sign, share in self._added:
            for clock in share.clocks if scope.covers(share.levels) else ():
                if clock.metric in names and first <= clock.day <= last:
                    counts[share.levels.queue_id, clock.metric].update(dict.fromkeys(clock.numbers, sign))
        return counts

    @cached_property
    def _added(self) -> list[tuple[int, TicketShare]]:
        """Return what unfolded tickets add now, and take away of what they had added."""
        wanted = readable(partial(ticket_share.shares_of, zone=self.zone), list(self._folded))
        moves = [*((-1, self._folded[pk]) for pk in wanted), *((1, share) for share in wanted.values())]
        return [(sign, share) for sign, share in moves if share]

    @cached_property
    def _folded(self) -> Mapping[int, TicketShare | None]:
        """Return what unfolded tickets had added. One of which that cannot be told stays as it was: whoever folds sets
        it aside.
        """
        return readable(partial(ticket_share.stored, edition=self.edition), self.unfolded)

    def live(self, scope: CellScope) -> dict[LivePlace, LiveCounts] | None:
        """Return where live tickets stand; None where more is asked for than places know, or too much is not folded."""
        if self.behind_since is not None or not scope.values.keys() <= {"store_id"}:
            return None
        counts = live_folding.of_scope(
            self.edition, scope.environment, scope.queues, scope.values.get("store_id")
        )
        wanted = readable(live_share.shares_of, list(self._folded))
        moved = (((was := self._folded[pk]) and was.live, is_) for pk, is_ in wanted.items())
        live_folding.move(counts, ((scope.keep(was), scope.keep(is_)) for was, is_ in moved))
        return counts

    def _added_clocks(self, scope: CellScope) -> Iterator[tuple[int, ClockShare]]:
        for sign, share in self._added:
            if scope.covers(share.levels):
                yield from ((sign, clock) for clock in share.clocks)
