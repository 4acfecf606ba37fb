"""The fold: the clocks of one ticket between two of its events, and how they start, turn and end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from monitor.clock.clock import Clock
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.metrics import (
    ENDS,
    ONLY_ONCE,
    ONLY_WITH_TARGET,
    REPORTS,
    RESPONSES,
    Cause,
    Metric,
    Outcome,
)
from monitor.clock.policy import Attributes, Book, CalendarVersion, PolicyVersion
from monitor.clock.rules import Target
from monitor.clock.timer import Timer

LIVE: Final = frozenset({"new", "open", "pending", "on_hold"})
GONE: Final = frozenset({"merged", "void"})

_NOWHERE: Final = Attributes("", "", "", "", "", "", frozenset())
_Terms = tuple[PolicyVersion | None, Target | None, CalendarVersion | None]


class Fold:
    """The state of one ticket between two of its events."""

    def __init__(
        self, book: Book, *, opened_at: datetime, taken_back: Mapping[int, TakenBack], reports: bool
    ) -> None:
        self.book = book
        self.taken_back = taken_back
        self._reports = reports
        self.attributes = _NOWHERE
        self.status = "new"
        self._last_at = opened_at
        self.timers: list[Timer] = []
        self.running: dict[Metric, Timer] = {}
        self.counts: dict[Metric, int] = {}
        self.restored: TakenBack | None = None
        self._boundary = bisect_right(book.boundaries, opened_at)

    def advance(self, at: datetime) -> None:
        """Let time pass until the next event: versions take effect on the way."""
        self._cross_boundaries(at)
        self._last_at = at

    def finish(self) -> tuple[Clock, ...]:
        """Return the clocks, with the versions that are still to take effect counted in."""
        if self._boundary < len(self.book.boundaries):
            self._look_ahead()
        return tuple(timer.finish(self._last_at) for timer in self.timers)

    # Versions of policies and calendars.

    def _cross_boundaries(self, at: datetime) -> None:
        boundaries = self.book.boundaries
        while self._boundary < len(boundaries) and boundaries[self._boundary] <= at:
            for timer in self.running.values():
                self.rebase(timer, boundaries[self._boundary], None)
            self._boundary += 1

    def _look_ahead(self) -> None:
        """Let known versions touch the clocks that will still be unbreached by then."""
        for timer in self.running.values():
            timer.measured = timer.measure(self._last_at)
            for boundary in self.book.boundaries[self._boundary :]:
                if timer.is_decided_before(boundary):
                    break
                self.rebase(timer, boundary, None)

    def rebase(self, timer: Timer, at: datetime, event: Event | None) -> None:
        terms = self.terms(timer.metric, at, timer.pinned_at)
        timer.retarget(*terms, at=at, status=self.status, event=event)

    def terms(self, metric: Metric, at: datetime, since: datetime) -> _Terms:
        policy = self.book.match(self.attributes, at, since=since)
        if policy is None:
            return None, None, None
        target = None if metric in REPORTS else policy.target(metric, self.attributes.priority)
        return policy, target, self.book.calendar_at(policy.calendar, at)

    # Starting and ending.

    def start(self, metrics: Iterable[Metric], at: datetime, event: Event) -> None:
        for metric in metrics:
            once_only = metric in ONLY_ONCE and metric in self.counts
            if metric not in self.running and not once_only and (self._reports or metric not in REPORTS):
                self._start_one(metric, at, event)

    def _start_one(self, metric: Metric, at: datetime, event: Event) -> None:
        terms = self.terms(metric, at, at)
        if metric in ONLY_WITH_TARGET and terms[1] is None:
            return
        timer = Timer(
            metric,
            seq=event.seq,
            at=at,
            recorded_at=event.recorded_at,
            reason=event.kind,
            silent=event.imported,
        )
        timer.agree(*terms)
        timer.follow(self.status, at=at, event=event)
        if self.restored is not None and at <= self.restored.at:
            timer.bridge(at, self.restored)
        timer.cycle = self.counts[metric] = self.counts.get(metric, 0) + 1
        self.timers.append(timer)
        self.running[metric] = timer

    def end(self, cause: Cause, at: datetime, event: Event) -> None:
        for timer, outcome in self.ended_by(cause):
            self.end_one(timer, outcome, at, event)

    def end_one(self, timer: Timer, outcome: Outcome, at: datetime, event: Event) -> None:
        timer.end(outcome, at=at, seq=event.seq)
        del self.running[timer.metric]

    def ended_by(self, cause: Cause) -> list[tuple[Timer, Outcome]]:
        ends = ENDS[cause]
        return [(timer, ends[metric]) for metric, timer in self.running.items() if metric in ends]

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_waiting(self) -> bool:
        return any(metric in self.running for metric in RESPONSES)

    def retarget_all(self, at: datetime, event: Event) -> None:
        """Bring every running clock under the terms that the ticket's attributes now call for."""
        for timer in self.running.values():
            self.rebase(timer, at, event)
