"""Reports: how long people really wait, and whether promises are kept, by the time of asking.

Those who still wait are always counted. What was void is left out; whoever was resolved without an answer
never was answered; who withdrew, was merged or needed no reply counts for as long as they waited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db.models import Case, QuerySet, When

from monitor.clock.metrics import Metric, Outcome
from monitor.measure.survival import (
    HALF,
    NEVER,
    NINE_IN_TEN,
    MoreThan,
    Never,
    Observation,
    Percentile,
    naive_mean,
    naive_percentile,
    percentiles,
)
from monitor.models import Clock
from monitor.reports import first_answers
from monitor.reports.wait_parts import ANSWERED, LEFT, PARTS, WAITS


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
    misdated: bool = False

    COLUMNS: ClassVar = (
        "ticket_id", "ticket__external_id", "ticket__reference", "started_at", "end", "came_out", "due_at",
        "breach_at", "misdated",
    )  # fmt: skip

    @classmethod
    def of(cls, row: tuple[Any, ...], *, now: datetime) -> Self:
        """Make a wait of a clock's `COLUMNS`: it has ended, or lasts until now."""
        ticket_id, external_id, reference, start, end, outcome, due, breach, misdated = row
        seconds = max(((end or now) - start).total_seconds(), 0.0)
        return cls(ticket_id, external_id, reference, start, outcome, seconds, due, breach, misdated)

    @property
    def answered(self) -> bool:
        return self.outcome in ANSWERED

    @property
    def told_outcome(self) -> str:
        """Return how it came out, as tables say it."""
        return "misdated" if self.misdated else self.outcome or "waiting"

    @property
    def part(self) -> str:
        """Return which part of all who asked this is one of: a key of `WAITS`."""
        return "misdated" if self.misdated else PARTS[self.outcome]

    @property
    def observation(self) -> Observation:
        seconds = NEVER if self.outcome == Outcome.UNANSWERED else self.seconds
        return Observation(seconds, self.answered, left=self.outcome in LEFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFigures:
    """What became of everybody who asked, part by part, and how long those waited of whom that is known.

    Percentiles are in seconds, `MoreThan` where not reached yet, `Never` where never to be reached.
    """

    answered: int = 0
    waiting: int = 0
    never_answered: int = 0
    withdrawn: int = 0
    merged: int = 0
    no_reply_needed: int = 0
    misdated: int = 0
    p50: Percentile = None
    p90: Percentile = None
    naive_p50: float | None = None
    naive_p90: float | None = None
    naive_mean: float | None = None

    @property
    def parts(self) -> dict[str, int]:
        """Return how many are in each part; together they are everybody."""
        return {part: getattr(self, part) for part in WAITS}

    @property
    def n(self) -> int:
        return sum(self.parts.values())

    @property
    def measured(self) -> int:
        """How many have a wait that is known: the percentiles are theirs."""
        return self.n - self.misdated

    def as_json(self) -> dict[str, Any]:
        """Return plain values; a percentile not reached is `{"more_than": seconds}` or `{"never": people}`."""
        return {"n": self.n} | {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


def _plain(value: Percentile) -> float | dict[str, float] | None:
    match value:
        case MoreThan(seconds):
            return {"more_than": seconds}
        case Never(people):
            return {"never": people}
    return value


def waits(clocks: QuerySet[Clock], *, now: datetime, metric: str = Metric.FIRST_RESPONSE) -> list[FirstWait]:
    """Return the waits for a first response, or by another metric, among these clocks, in the order of asking."""
    misdated = Case(When(first_answers.misdated(metric), then=True), default=False)
    asked = (
        clocks.filter(superseded_at=None, metric=first_answers.stored_as(metric))
        .filter(first_answers.somebody_waited(metric))
        .annotate(
            misdated=misdated, end=first_answers.end_of(metric), came_out=first_answers.outcome_of(metric)
        )
        .order_by("started_at", "id")
    )
    return [FirstWait.of(row, now=now) for row in asked.values_list(*FirstWait.COLUMNS).iterator()]


def first_response(asked: Iterable[FirstWait]) -> ResponseFigures:
    """Sum up how long they waited, those who still wait included, and naively beside it."""
    everybody = list(asked)
    parts = Counter(wait.part for wait in everybody)
    observations = [wait.observation for wait in everybody if not wait.misdated]
    answered = [one.seconds for one in observations if one.answered]
    p50, p90 = percentiles(observations, (HALF, NINE_IN_TEN))
    return ResponseFigures(
        **parts,
        p50=p50,
        p90=p90,
        naive_p50=naive_percentile(answered, HALF),
        naive_p90=naive_percentile(answered, NINE_IN_TEN),
        naive_mean=naive_mean(Counter(answered)),
    )
