"""What was promised to those whom the board shows: where a line may stand beside their waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book
from monitor.clock.book.rules import Target
from monitor.clock.book.working_day import is_always_open
from monitor.clock.metrics import Metric
from monitor.models import Clock
from monitor.relay import book
from monitor.reports import promise_slices
from monitor.reports.board.board_view import BoardView

LATEST: Final = 100
"""Of so many who asked last it is said what they were promised."""


class PromisedTarget(NamedTuple):
    """A target, and the hours in which its time counts where it is no time on the wall."""

    target: Target
    hours: BusinessCalendar | None

    @property
    def is_all_time(self) -> bool:
        """Whether each minute counts, closed or not."""
        return self.target.basis == "wall" or (self.hours is not None and is_always_open(self.hours))


class _StoredTarget(NamedTuple):
    """What a clock keeps of its target, and what tells how that was promised."""

    duration: timedelta
    basis: str
    calendar_version: int | None
    policy_version: int | None
    priority: str


def targets(view: BoardView) -> list[PromisedTarget]:
    """Return the targets of the metric that is looked at, of those who asked last, each once."""
    metric = Metric(view.filter.metric)
    asked = Clock.objects.standing().of(metric).filter(ticket__in=view.tickets)
    promised = asked.filter(promise_slices.PROMISED, target__isnull=False).order_by("-started_at")
    columns = ("target", "basis", "calendar_version", "policy_version", "ticket__priority")
    found = dict.fromkeys(promised.values_list(*columns)[:LATEST])
    edition = book.current()
    said = (_as_promised(_StoredTarget._make(one), metric, edition) for one in found)
    return list(dict.fromkeys(said))


def _as_promised(stored: _StoredTarget, metric: Metric, edition: Book) -> PromisedTarget:
    """Return a target as its policy says it: what days come to differs from clock to clock."""
    policy = edition.policy_version(stored.policy_version)
    hours = edition.calendar_version(stored.calendar_version)
    said = policy.target(metric, stored.priority) if policy else None
    in_days = said.days if said else None
    duration = said.duration if said and in_days else stored.duration
    return PromisedTarget(Target(duration, stored.basis, days=in_days), hours.hours if hours else None)
