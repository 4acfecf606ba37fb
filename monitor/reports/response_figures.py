"""Reports: how long people really wait, and whether promises are kept, by the time of asking.

Those who still wait are always counted. What was void is left out; whoever was resolved without an answer
never was answered; who withdrew, was merged or needed no reply counts for as long as they waited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any, ClassVar, Final, Self

from django.db.models import Count, Q, QuerySet

from monitor.clock.metrics import Metric, Outcome
from monitor.measure.survival import NEVER, MoreThan, Observation, naive_percentile, percentile
from monitor.models import Clock

HALF, NINE_IN_TEN = Fraction(1, 2), Fraction(9, 10)
ANSWERED = (Outcome.MET, Outcome.LATE)
NOBODY_WAITED = (Outcome.VOID, Outcome.NOT_APPLICABLE)
Percentile = float | MoreThan | None


@dataclass(frozen=True, slots=True)
class FirstWait:
    """One customer's wait for the first response, in seconds on their own clock."""

    ticket_id: int
    external_id: str | None
    reference: str
    asked_at: datetime
    outcome: str
    seconds: float
    due_at: datetime | None
    breach_at: datetime | None

    COLUMNS: ClassVar = (
        "ticket_id", "ticket__external_id", "ticket__reference", "started_at", "ended_at", "outcome", "due_at",
        "breach_at",
    )  # fmt: skip

    @classmethod
    def of(cls, row: tuple[Any, ...], *, now: datetime) -> Self:
        """Make a wait of a clock's `COLUMNS`: it has ended, or lasts until now."""
        ticket_id, external_id, reference, start, end, outcome, due, breach = row
        seconds = max(((end or now) - start).total_seconds(), 0.0)
        return cls(ticket_id, external_id, reference, start, outcome, seconds, due, breach)

    @property
    def answered(self) -> bool:
        return self.outcome in ANSWERED

    @property
    def observation(self) -> Observation:
        seconds = NEVER if self.outcome == Outcome.UNANSWERED else self.seconds
        return Observation(seconds, self.answered)


@dataclass(frozen=True, slots=True)
class ResponseFigures:
    """What became of everybody who asked; percentiles in seconds, `MoreThan` where not reached yet."""

    n: int
    answered: int
    waiting: int
    unanswered: int
    p50: Percentile
    p90: Percentile
    naive_p50: float | None
    naive_p90: float | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values; a percentile that is not reached yet is `{"more_than": seconds}`."""
        return {
            name: {"more_than": value["seconds"]} if isinstance(value, dict) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class PromiseSlices:
    """Four slices, never folded into one another."""

    met: int
    late: int
    unanswered: int
    undecided: int

    @property
    def on_time(self) -> Fraction | None:
        """The share of what is decided that was kept; whoever was never answered counts against it."""
        decided = self.met + self.late + self.unanswered
        return Fraction(self.met, decided) if decided else None


def waits(clocks: QuerySet[Clock], *, now: datetime) -> list[FirstWait]:
    """Return the waits for a first response among these clocks, in the order of asking."""
    asked = (
        clocks.filter(superseded_at=None, metric=Metric.FIRST_RESPONSE)
        .exclude(outcome__in=NOBODY_WAITED)
        .order_by("started_at", "id")
    )
    return [FirstWait.of(row, now=now) for row in asked.values_list(*FirstWait.COLUMNS).iterator()]


def first_response(asked: Iterable[FirstWait]) -> ResponseFigures:
    """Sum up how long they waited, those who still wait included, and naively beside it."""
    everybody = list(asked)
    observations = [wait.observation for wait in everybody]
    answered = [wait.seconds for wait in everybody if wait.answered]
    return ResponseFigures(
        n=len(everybody),
        answered=len(answered),
        waiting=sum(not wait.outcome for wait in everybody),
        unanswered=sum(wait.outcome == Outcome.UNANSWERED for wait in everybody),
        p50=percentile(observations, HALF),
        p90=percentile(observations, NINE_IN_TEN),
        naive_p50=naive_percentile(answered, HALF),
        naive_p90=naive_percentile(answered, NINE_IN_TEN),
    )


def by_day(
    asked: Iterable[FirstWait], *, days: int, zone: tzinfo, now: datetime
) -> dict[date, list[FirstWait]]:
    """Sort waits by the day of asking, as the zone counts days: the last so many of them, today last."""
    today = now.astimezone(zone).date()
    groups: dict[date, list[FirstWait]] = {today - timedelta(days=back): [] for back in reversed(range(days))}
    for wait in asked:
        if (day := wait.asked_at.astimezone(zone).date()) in groups:
            groups[day].append(wait)
    return groups


PROMISED = Q(target__isnull=False) | Q(due_at__isnull=False) | Q(breach_at__isnull=False)
"""Clocks that promise something, or did until they were answered."""

PROMISES: Final[dict[str, Callable[[datetime], Q]]] = {
    "met": lambda now: PROMISED & Q(outcome=Outcome.MET),
    "late": lambda now: PROMISED & (Q(outcome=Outcome.LATE) | Q(outcome="", breach_at__lte=now)),
    "unanswered": lambda now: PROMISED & Q(outcome=Outcome.UNANSWERED),
    "undecided": lambda now: PROMISED & Q(outcome="") & (Q(breach_at=None) | Q(breach_at__gt=now)),
}
"""What became of a promise: answered in time, late or still running past it, ended without an answer, or
none of that yet. Each is in one slice; who withdrew, was merged or needed no reply is in none."""

WAITS: Final[dict[str, Callable[[datetime], Q]]] = {
    "answered": lambda now: Q(outcome__in=ANSWERED),
    "waiting": lambda now: Q(outcome=""),
    "never-answered": lambda now: Q(outcome=Outcome.UNANSWERED),
}
"""What became of somebody's wait, whether anything was promised or not."""


def promises(clocks: QuerySet[Clock], *, now: datetime) -> PromiseSlices:
    """Count the four slices of what these clocks of first responses promised."""
    asked = clocks.filter(superseded_at=None, metric=Metric.FIRST_RESPONSE)
    return PromiseSlices(
        **asked.aggregate(**{name: Count("pk", filter=rule(now)) for name, rule in PROMISES.items()})
    )
