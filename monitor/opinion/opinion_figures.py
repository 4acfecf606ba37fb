"""What a second opinion says in all: their first reply times beside ours, and how many tickets differ and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, LiteralString

from helpdesk.database.statement import run
from monitor.clock.metrics import Outcome
from monitor.measure.survival import NEVER, Observation, Percentile, naive_percentile, percentiles
from monitor.models import Opinion
from monitor.opinion.difference import Reason
from monitor.opinion.our_count import WAITING

SHARES: Final = (Fraction(1, 2), Fraction(9, 10))


@dataclass(frozen=True, slots=True)
class OpinionFigures:
    """Both sides, in seconds. Theirs know only who was answered; ours count those who wait and who never were.

    `alike` and `reasons` add up to `counted`; `taken` are all that were taken in.
    """

    taken: int
    counted: int
    alike: int
    reasons: dict[Reason, int]
    their_median: float | None
    their_ninetieth: float | None
    their_mean: float | None
    their_answered: int
    our_median: Percentile
    our_ninetieth: Percentile
    our_answered: int
    our_waiting: int
    our_unanswered: int

    @property
    def differing(self) -> int:
        return self.counted - self.alike


def figures(opinion: Opinion) -> OpinionFigures:
    """Return the figures of what has been counted by now."""
    reasons = _counts(_REASONS, opinion)
    counted = sum(number for (is_counted, _reason), number in reasons.items() if is_counted)
    theirs = [seconds for (seconds,), number in _counts(_THEIRS, opinion).items() for _ in range(number)]
    ours = _waits(opinion)
    their_median, their_ninetieth = (naive_percentile(theirs, share) for share in SHARES)
    our_median, our_ninetieth = percentiles(ours, SHARES)
    return OpinionFigures(
        taken=sum(reasons.values()),
        counted=counted,
        alike=reasons[True, ""],
        reasons={reason: number for reason in Reason if (number := reasons[True, reason.value])},
        their_median=their_median,
        their_ninetieth=their_ninetieth,
        their_mean=sum(theirs) / len(theirs) if theirs else None,
        their_answered=len(theirs),
        our_median=our_median,
        our_ninetieth=our_ninetieth,
        **_how_many(ours),
    )


def _how_many(waits: Counter[Observation]) -> dict[str, int]:
    """Return how many were answered, wait, and never will be."""
    fates = Counter[str]()
    for wait, number in waits.items():
        fate = "answered" if wait.answered else "unanswered" if wait.seconds == NEVER else "waiting"
        fates[fate] += number
    return {f"our_{fate}": fates[fate] for fate in ("answered", "waiting", "unanswered")}


def _waits(opinion: Opinion) -> Counter[Observation]:
    """Return the waits of those to whom an answer was owed."""
    waits = Counter[Observation]()
    for (outcome, seconds), number in _counts(_OURS, opinion).items():
        if outcome == Outcome.UNANSWERED:
            waits[Observation(NEVER, answered=False)] += number
        else:
            waits[Observation(float(seconds), answered=outcome != WAITING)] += number
    return waits


def _counts(sql: LiteralString, opinion: Opinion) -> Counter[tuple[Any, ...]]:
    """Return how many rows there are of each key, which is all columns but the last."""
    return Counter({tuple(key): number for *key, number in run(sql, (opinion.pk,))})


_REASONS: Final = """
    SELECT counted_at IS NOT NULL, reason, count(*) FROM monitor_opinionticket WHERE opinion_id = %s GROUP BY 1, 2
"""
_THEIRS: Final = """
    SELECT theirs, count(*) FROM monitor_opinionticket WHERE opinion_id = %s AND theirs IS NOT NULL GROUP BY 1
"""
_OURS: Final = """
    SELECT outcome, ours, count(*) FROM monitor_opinionticket WHERE opinion_id = %s AND ours IS NOT NULL GROUP BY 1, 2
"""
