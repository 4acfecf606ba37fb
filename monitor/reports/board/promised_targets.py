"""What was promised to those whom the board shows: where a line may stand beside their waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import DayCount
from monitor.models import Clock
from monitor.relay import book
from monitor.reports import promise_slices
from monitor.reports.board.board_view import BoardView

LATEST: Final = 100
"""Of so many who asked last it is said what they were promised."""


@dataclass(frozen=True, slots=True)
class PromisedTarget:
    """A target, and what its time is counted in: `wall`, or the open time of these hours, or `days`."""

    duration: timedelta
    basis: str
    hours: BusinessCalendar | None
    days: DayCount | None = None


def targets(view: BoardView) -> list[PromisedTarget]:
    """Return the targets of the metric that is looked at, of those who asked last, each once."""
    asked = Clock.objects.standing().of(view.filter.metric).filter(ticket__in=view.tickets)
    promised = asked.filter(promise_slices.PROMISED, target__isnull=False).order_by("-started_at")
    found = dict.fromkeys(promised.values_list("target", "basis", "calendar_version")[:LATEST])
    edition = book.current()
    return [
        PromisedTarget(target, basis, version.hours if version else None)
        for target, basis, number in found
        if target is not None
        for version in [edition.calendar_version(number)]
    ]
