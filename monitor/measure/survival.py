"""Honest percentiles: how long people wait, counting those who still wait.

Kaplan and Meier (1958): whoever leaves without an answer stays in the count up to the moment they were
last seen waiting. Where everybody was answered, the result is the one of rank `ceil(q·n)`, which is also
what PostgreSQL's `percentile_disc` returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf

NEVER = inf
"""The wait of somebody who will never be answered: at risk for ever."""

WHOLE = 2**256
"""Everybody, as a share. Until somebody is lost from sight shares are exact; then they are cut at 2⁻²⁵⁶."""


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """One person's wait in seconds: until the answer, or, not `answered`, as far as it was seen.

    Who has `left` asks for no answer any more; whoever else was not answered waits, or `NEVER` will be.
    """

    seconds: float
    answered: bool
    left: bool = False


@dataclass(frozen=True, slots=True)
class MoreThan:
    """A percentile not reached yet: it is more than so many seconds, so far."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Never:
    """A percentile that cannot be reached any more: so many never got an answer."""

    people: int


def percentile(observations: Iterable[Observation], q: Fraction) -> float | MoreThan | Never | None:
    """Return the wait in seconds within which a share `q` (0 < q <= 1) was answered; None for nobody.

    Where so many have not been answered, return `Never` if they would not be even if all who still wait got
    their answer now, else `MoreThan` the longest wait seen, finite ones only. An answer and a last sighting at
    the same second count the answer first.
    """
    waits = list(observations)
    if not waits:
        return None
    reached = _reached(waits, q)
    if reached is not None:
        return reached
    never = sum(wait.seconds == NEVER for wait in waits)
    if never and _reached([_at_best(wait) for wait in waits], q) is None:
        return Never(never)
    return MoreThan(max(wait.seconds for wait in waits if wait.seconds != NEVER))


def _at_best(wait: Observation) -> Observation:
    """Return the wait with its answer now, if one may still come."""
    may_come = not wait.left and wait.seconds != NEVER
    return Observation(wait.seconds, answered=True) if may_come else wait


def _reached(waits: Sequence[Observation], q: Fraction) -> float | None:
    answered = Counter(wait.seconds for wait in waits if wait.answered)
    seen = Counter(wait.seconds for wait in waits)
    at_risk = of = len(waits)
    share = WHOLE
    for seconds in sorted(seen):
        still = at_risk - answered[seconds]
        if answered[seconds] and share * still * q.denominator <= (q.denominator - q.numerator) * WHOLE * of:
            return seconds
        at_risk -= seen[seconds]
        if at_risk < still:
            share, of = share * still // of, at_risk
    return None


def naive_percentile(seconds: Sequence[float], q: Fraction) -> float | None:
    """Return the value of rank `ceil(q·n)` among the answered alone; None for nobody."""
    return sorted(seconds)[ceil(q * len(seconds)) - 1] if seconds else None
