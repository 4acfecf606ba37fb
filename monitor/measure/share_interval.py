"""How far a share may lie from what was counted, where few were counted (Wilson, 1927)."""

from __future__ import annotations

from math import sqrt
from typing import Final, NamedTuple

NINETEEN_IN_TWENTY: Final = 1.959963984540054
"""So many standard deviations to both sides hold nineteen in twenty."""


class ShareInterval(NamedTuple):
    """Between these two, from 0 to 1, the share lies as a rule."""

    low: float
    high: float


def of_count(count: int, whole: int, *, deviations: float = NINETEEN_IN_TWENTY) -> ShareInterval | None:
    """Return where the share lies of which `count` of a `whole` was seen; None where nothing was."""
    if whole == 0:
        return None
    seen, square = count / whole, deviations**2
    middle = (seen + square / (2 * whole)) / (1 + square / whole)
    width = deviations * sqrt(seen * (1 - seen) / whole + square / (4 * whole**2)) / (1 + square / whole)
    return ShareInterval(max(0.0, middle - width), min(1.0, middle + width))
