"""Honest percentiles: how long people wait, counting those who still wait.

Kaplan and Meier (1958): whoever leaves without an answer stays in the count up to the moment they were
last seen waiting. Where everybody was answered, the result is the one of rank `ceil(q·n)`, which is also
what PostgreSQL's `percentile_disc` returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf
from typing import NamedTuple

HALF, NINE_IN_TEN = Fraction(1, 2), Fraction(9, 10)

NEVER = inf
"""The wait of somebody who will never be answered: at risk for ever."""

WHOLE = 2**256
"""Everybody, as a share. Until somebody is lost from sight shares are exact; then they are cut at 2⁻²⁵⁶."""


class Observation(NamedTuple):
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


Percentile = float | MoreThan | Never | None
"""Seconds; None for nobody."""
Waits = Iterable[Observation] | Mapping[Observation, int]
"""Waits one by one, or how many there are of each."""


def percentile(observations: Waits, q: Fraction) -> Percentile:
    """Return the wait in seconds within which a share `q` (0 < q <= 1) was answered; None for nobody.

    Where so many have not been answered, return `Never` if they would not be even if all who still wait got
    their answer now, else `MoreThan` the longest wait seen, finite ones only. An answer and a last sighting at
    the same second count the answer first.
    """
    return percentiles(observations, (q,))[0]


def percentiles(observations: Waits, shares: Sequence[Fraction]) -> list[Percentile]:
    """Return the percentile of each of these ascending shares."""
    waits = Counter(observations)
    if not waits:
        return [None] * len(shares)
    reached = _reached(waits, shares)
    missed = shares[len(reached) :]
    return [*reached, *(_not_reached(waits, missed) if missed else ())]


def _not_reached(waits: Counter[Observation], shares: Sequence[Fraction]) -> list[MoreThan | Never]:
    never = sum(count for wait, count in waits.items() if wait.seconds == NEVER)
    at_best = Counter[Observation]()
    for wait, count in waits.items():
        at_best[_at_best(wait)] += count
    still_to_be = len(_reached(at_best, shares)) if never else len(shares)
    longest = MoreThan(max((wait.seconds for wait in waits if wait.seconds != NEVER), default=0.0))
    return [longest] * still_to_be + [Never(never)] * (len(shares) - still_to_be)


def _at_best(wait: Observation) -> Observation:
    """Return the wait with its answer now, if one may still come."""
    may_come = not wait.left and wait.seconds != NEVER
    return Observation(wait.seconds, answered=True) if may_come else wait


def _reached(waits: Counter[Observation], shares: Sequence[Fraction]) -> list[float]:
    """Return the percentiles of the first of these shares, as far as they are reached."""
    answered, seen = Counter[float](), Counter[float]()
    for wait, count in waits.items():
        seen[wait.seconds] += count
        if wait.answered:
            answered[wait.seconds] += count
    found: list[float] = []
    at_risk = of = seen.total()
    share = WHOLE
    for seconds in sorted(seen):
        still = at_risk - answered[seconds]
        while answered[seconds] and _is_within(share * still, WHOLE * of, shares[len(found)]):
            found.append(seconds)
            if len(found) == len(shares):
                return found
        at_risk -= seen[seconds]
        if at_risk < still:
            share, of = share * still // of, at_risk
    return found


def _is_within(left: int, whole: int, q: Fraction) -> bool:
    """Tell whether no more than the rest beyond a share is left."""
    return left * q.denominator <= (q.denominator - q.numerator) * whole


def naive_mean(answered: Mapping[float, int]) -> float | None:
    """Return the mean of the answered alone, of how many there are of each wait in seconds; None for nobody."""
    people = sum(answered.values())
    return sum(seconds * count for seconds, count in answered.items()) / people if people else None


def naive_percentile(seconds: Sequence[float], q: Fraction) -> float | None:
    """Return the value of rank `ceil(q·n)` among the answered alone; None for nobody."""
    return sorted(seconds)[ceil(q * len(seconds)) - 1] if seconds else None
