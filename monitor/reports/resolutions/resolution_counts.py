"""What cells hold of first resolutions: a number for each way in which one can have come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from monitor.reports.resolutions.response_bands import BANDS

METRIC: Final = "first_resolution"
"""What cells are told by that hold them, on the day of resolving."""


class CameOut(NamedTuple):
    """How soon it had been answered, and whether it was reopened, or its customer asked again, within seven days."""

    band: str
    reopened: bool
    asked_again: bool

    @property
    def number(self) -> int:
        """Return the number under which it is counted."""
        return BANDS.index(self.band) * 4 + self.reopened * 2 + self.asked_again

    def is_of(self, band: str, came: str) -> bool:
        """Tell whether it is of a band ("": any), and came to what `ResolutionSelection` calls so ("": anything)."""
        if band and band != self.band:
            return False
        return (
            not came
            or {
                "reopened": self.reopened,
                "asked_again": self.asked_again,
                "settled": not (self.reopened or self.asked_again),
            }[came]
        )


_ALL: Final = {
    one.number: one
    for one in (CameOut(band, bool(flags & 2), bool(flags & 1)) for band in BANDS for flags in range(4))
}


def of_days(days: Iterable[Mapping[int, int]]) -> Counter[CameOut]:
    """Return how those of several days came out."""
    found: Counter[CameOut] = Counter()
    for counts in days:
        for number, count in counts.items():
            found[_ALL[number]] += count
    return found
