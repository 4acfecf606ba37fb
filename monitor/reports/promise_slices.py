"""Whether promises are kept, by the time of asking: slices, never folded into one another."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Q

from monitor.clock.metrics import Outcome
from monitor.reports.wait_parts import LEFT, MISDATED, REST, Rules

PROMISED = Q(target__isnull=False) | Q(due_at__isnull=False) | Q(breach_at__isnull=False)
"""Clocks that promise something, or did until they were answered."""


def _minute(now: datetime) -> datetime:
    """Return the last whole minute: sums keep what runs by minutes, and who is counted is to be who is listed."""
    return now.replace(second=0, microsecond=0)


PROMISES: Final[Rules] = {
    "met": lambda now: PROMISED & Q(outcome=Outcome.MET) & ~MISDATED,
    "late": lambda now: (
        PROMISED & (Q(outcome=Outcome.LATE) & ~MISDATED | Q(outcome="", breach_at__lte=_minute(now)))
    ),
    "unanswered": lambda now: PROMISED & Q(outcome=Outcome.UNANSWERED),
    "undecided": lambda now: PROMISED & Q(outcome="") & (Q(breach_at=None) | Q(breach_at__gt=_minute(now))),
    "unpromised": lambda now: ~PROMISED & ~Q(outcome__in=LEFT) & ~MISDATED,
    **REST,
}
"""What became of the promise to everybody who asked: answered in time, late or still running past it, ended
without an answer, or none of that yet; nothing was promised; or they are of the rest. Each is in one slice. What
broke within this minute is still undecided: flags, the queue and what is shown as of now know it at once."""

BROKEN: Final = ("late", "unanswered")
"""The slices of whoever was let down: answered late, or never."""
DECIDED: Final = ("met", *BROKEN)
