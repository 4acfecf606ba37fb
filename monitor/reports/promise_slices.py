"""Whether promises of a first response are kept, by the time of asking: slices, never folded into one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from django.db.models import Count, Q, QuerySet

from monitor.clock.metrics import Metric, Outcome
from monitor.models import Clock
from monitor.reports.wait_parts import LEFT, MISDATED, NOBODY_WAITED, REST, Rules

PROMISED = Q(target__isnull=False) | Q(due_at__isnull=False) | Q(breach_at__isnull=False)
"""Clocks that promise something, or did until they were answered."""

PROMISES: Final[Rules] = {
    "met": lambda now: PROMISED & Q(outcome=Outcome.MET) & ~MISDATED,
    "late": lambda now: PROMISED & (Q(outcome=Outcome.LATE) & ~MISDATED | Q(outcome="", breach_at__lte=now)),
    "unanswered": lambda now: PROMISED & Q(outcome=Outcome.UNANSWERED),
    "undecided": lambda now: PROMISED & Q(outcome="") & (Q(breach_at=None) | Q(breach_at__gt=now)),
    "unpromised": lambda now: ~PROMISED & ~Q(outcome__in=LEFT) & ~MISDATED,
    **REST,
}
"""What became of the promise to everybody who asked: answered in time, late or still running past it, ended
without an answer, or none of that yet; nothing was promised; or they are of the rest. Each is in one slice."""


@dataclass(frozen=True, slots=True)
class PromiseSlices:
    """How many are in each slice of `PROMISES`, never folded into one another; together they are everybody."""

    counts: dict[str, int]

    @property
    def on_time(self) -> Fraction | None:
        """The share of what is decided that was kept; whoever was never answered counts against it."""
        decided = sum(self.counts[name] for name in ("met", "late", "unanswered"))
        return Fraction(self.counts["met"], decided) if decided else None


def promises(clocks: QuerySet[Clock], *, now: datetime) -> PromiseSlices:
    """Count the slices of what these clocks of first responses promised."""
    asked = clocks.filter(superseded_at=None, metric=Metric.FIRST_RESPONSE).exclude(outcome__in=NOBODY_WAITED)
    counted = {name: Count("pk", filter=rule(now)) for name, rule in PROMISES.items()}
    return PromiseSlices(asked.aggregate(**counted))
