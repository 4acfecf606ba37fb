"""Adjusted figures: which broken promises are excused, by whom and why, and the share kept without them.

A promise is excused by a supervisor, or by the time of a freeze. An excused one was not kept, and is not counted as
kept: it is left out, and whoever shows that shows what was measured before it. A clock that is broken no more, for a
correction has made it whole, has nothing to be excused, whatever was said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from monitor.excusals.breach_labels import EXCUSED, PromiseKey, cell_metric
from monitor.excusals.said_rules import IS_EXCUSED
from monitor.models import BreachCause, Clock, Excusal, Freeze, FrozenClock
from monitor.models.clock import ClockQuerySet
from monitor.reports import cell_figures
from monitor.reports.promise_slices import BROKEN, PROMISES
from monitor.reports.rollup.cell_reading import CellReading, CellScope


def is_broken(now: datetime) -> Q:
    """Return the rule about clocks that they count as broken, as the slices of promises have it."""
    rule = Q()
    for slice_ in BROKEN:
        rule |= PROMISES[slice_](now)
    return Q(superseded_at=None) & rule


def excused_clocks(clocks: ClockQuerySet, *, now: datetime) -> ClockQuerySet:
    """Keep of these clocks those that are broken at `now`, and excused."""
    return clocks.filter(is_broken(now), IS_EXCUSED)


@dataclass(frozen=True, slots=True)
class ToldBreach:
    """What is said of a broken promise: its cause, the excusal that stands, and the freezes that excuse it."""

    cause: BreachCause | None
    excusal: Excusal | None
    frozen: FrozenClock | None
    freezes: Sequence[Freeze]

    @property
    def is_excused(self) -> bool:
        return self.excusal is not None or self.frozen is not None


def told_of(clocks: Iterable[Clock]) -> dict[PromiseKey, ToldBreach]:
    """Return what is said of each of these clocks, by ticket, metric and start; four statements for any number."""
    return told_of_promises([(clock.ticket_id, clock.metric, clock.start_seq) for clock in clocks])


def told_of_promises(keys: Collection[PromiseKey]) -> dict[PromiseKey, ToldBreach]:
    """Return the same of promises by their keys."""
    tickets = {ticket for ticket, _metric, _seq in keys}
    causes = {
        one.identity: one
        for one in BreachCause.objects.filter(ticket__in=tickets).select_related("cause", "named_by")
    }
    excusals = {
        one.identity: one
        for one in Excusal.objects.standing().filter(ticket__in=tickets).select_related("excused_by")
    }
    frozen = {one.identity: one for one in FrozenClock.objects.filter(ticket__in=tickets)}
    freezes = Freeze.objects.in_bulk({pk for one in frozen.values() for pk in one.freeze_ids})
    return {
        key: ToldBreach(causes.get(key), excusals.get(key), frozen.get(key), _those(freezes, frozen.get(key)))
        for key in keys
    }


def _those(freezes: Mapping[int, Freeze], frozen: FrozenClock | None) -> list[Freeze]:
    return [freezes[pk] for pk in frozen.freeze_ids if pk in freezes] if frozen else []


def excused_slices(
    reading: CellReading, scope: CellScope, metric: str, first: date, last: date, *, now: datetime
) -> Counter[str]:
    """Return how many of the broken promises of these days are excused, by slice: `late` and `unanswered`.

    Read from the same cells as what was measured, of the same scope and days; its cost is theirs.
    """
    days = reading.days(scope, cell_metric(EXCUSED, metric), first, last)
    counted = cell_figures.slices_of_days(days.values(), now=now)
    return Counter({name: counted[name] for name in BROKEN})


def adjusted_per_mille(met: int, broken: int, excused: int) -> int | None:
    """Return the share kept of those decided and not excused, in tenths of a percent, rounded down; None of none."""
    decided = met + broken - excused
    return met * 1000 // decided if decided else None
