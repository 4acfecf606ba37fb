"""One year of a calendar, laid out, and the instants that no calendar can tell of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

YEARS_SEARCHED: Final = 5
YEARS_TRIED: Final = 100
"""After so many, the fullest tells whether there are enough to come: no target may cost thousands of years."""
YEARS_KNOWN: Final = range(2, 9999)
"""Years whose neighbours can be written as dates too, in every zone."""


class NaiveInstant(ValueError):
    """A datetime without a zone; there is no telling which instant it means."""


class NeverOpen(ValueError):
    """No open time within five years: what is still to be spent never will be."""


class OutOfReach(ValueError):
    """An instant so near the first or the last year there is that its neighbours cannot be written."""


@dataclass(frozen=True, slots=True)
class Year:
    """The open windows of one UTC year; `spent[i]` is the open time up to the end of window i.

    Inside window i, an instant less `origin[i]` is the open time up to that instant. Window 0 is empty and
    stands at the beginning of the year, so that no instant lies before them all.
    """

    opens: list[datetime]
    closes: list[datetime]
    spent: list[timedelta]
    origin: list[datetime]
    total: timedelta

    def before(self, at: datetime) -> timedelta:
        """Return the open time of this year before an instant of it."""
        i = bisect_right(self.opens, at) - 1
        return at - self.origin[i] if at < self.closes[i] else self.spent[i]

    def when(self, spent: timedelta) -> datetime:
        """Return the earliest instant before which that much is spent; more than nothing, up to `total`."""
        return self.origin[bisect_left(self.spent, spent)] + spent
