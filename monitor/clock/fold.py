"""The fold: the clocks of one ticket between two of its events, and how they start, turn and end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from typing import Final

from monitor.clock.book.policy import Attributes, Book
from monitor.clock.checkpoint import Checkpoint
from monitor.clock.clock import ReplayedClock
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.metrics import (
    ENDS,
    ONLY_ONCE,
    ONLY_WITH_TARGET,
    REPORTS,
    RESPONSES,
    RESUMES,
    Cause,
    Metric,
    Outcome,
)
from monitor.clock.result import ended_clock, running_clock
from monitor.clock.terms import NO_TERMS, Terms
from monitor.clock.timer import Beginning, Identity, Stopped, Timer

Effect = Callable[["Fold", datetime, Event], None]

LIVE: Final = frozenset({"new", "open", "pending", "on_hold"})
GONE: Final = frozenset({"merged", "void"})

_NOWHERE: Final = Attributes("", "", "", "", "", "", frozenset())
_CAN_GO_ON: Final = frozenset({Outcome.MET, Outcome.LATE, Outcome.WITHDRAWN})


class Fold:
    """The state of one ticket between two of its events: the one thing here that changes.

    `clocks` are all of them in the order of their start, None while one runs; `running` and `stopped`
    are by metric those that count, and those that reopening goes on with.
    """

    def __init__(
        self, book: Book, *, opened_at: datetime, taken_back: Mapping[int, TakenBack], reports: bool
    ) -> None:
        self.book = book
        self.taken_back = taken_back
        self._reports = reports
        self.attributes = _NOWHERE
        self.status = "new"
        self._last_at = opened_at
        self.clocks: dict[Identity, Stopped | None] = {}
        self.running: dict[Metric, Timer] = {}
        self.stopped: dict[Metric, Stopped] = {}
        self.counts: dict[Metric, int] = {}
        self.untold: TakenBack | None = None
        self._boundary = bisect_right(book.boundaries, opened_at)

    @classmethod
    def resume(
        cls, book: Book, checkpoint: Checkpoint, *, taken_back: Mapping[int, TakenBack], reports: bool
    ) -> Fold:
        """Return the state that a checkpoint kept."""
        fold = cls(book, opened_at=checkpoint.at, taken_back=taken_back, reports=reports)
        fold.attributes, fold.status = checkpoint.attributes, checkpoint.status
        fold.untold, fold.counts = checkpoint.untold, dict(checkpoint.counts)
        for clock in checkpoint.clocks:
            if reports or clock.beginning.metric not in REPORTS:
                fold.take_up(clock)
        return fold

    def take_up(self, clock: Timer | Stopped) -> None:
        """Go on with a clock that was kept."""
        metric, identity = clock.beginning.metric, clock.beginning.identity
        if isinstance(clock, Timer):
            self.clocks[identity], self.running[metric] = None, clock
        else:
            self.clocks[identity] = self.stopped[metric] = clock

    def kept(self) -> Iterator[Timer | Stopped]:
        """Yield the clocks that run and those that reopening goes on with, without their past."""
        for (metric, _), stopped in self.clocks.items():
            clock = self.running[metric] if stopped is None else stopped
            if stopped is None or self.stopped.get(metric) is stopped:
                yield clock.forget(self.book.targets.get(metric, ()))

    def advance(self, at: datetime) -> None:
        """Let time pass until the next event: versions take effect on the way."""
        self._cross_boundaries(at)
        self._last_at = at

    def finish(self) -> tuple[ReplayedClock, ...]:
        """Return the clocks, with the versions that are still to take effect counted in."""
        return tuple(self._results())

    def _results(self) -> Iterator[ReplayedClock]:
        for (metric, _), stopped in self.clocks.items():
            if stopped is not None:
                yield ended_clock(stopped)
            else:
                timer = self.running[metric]
                yield running_clock(timer, self._look_ahead(timer), self._last_at)

    def leave_out(self, effect: Effect, at: datetime, event: Event, taken_back: TakenBack) -> None:
        """Count through an act that was taken back: no clock that it would have touched could ring meanwhile."""
        would = self._as_it_is()
        effect(would, at, event)
        for metric, timer in self.running.items():
            if would.running.get(metric) is not timer:
                self.running[metric] = timer.bridge(at, taken_back)
        if would.attributes != self.attributes or would.status in GONE:
            self.untold = taken_back if self.untold is None else max(self.untold, taken_back)

    def _as_it_is(self) -> Fold:
        """Return another fold that stands as this one does."""
        other = copy(self)
        other.clocks, other.running = dict(self.clocks), dict(self.running)
        other.stopped, other.counts = dict(self.stopped), dict(self.counts)
        return other

    # Versions of policies and calendars.

    def _cross_boundaries(self, at: datetime) -> None:
        boundaries = self.book.boundaries
        while self._boundary < len(boundaries) and boundaries[self._boundary] <= at:
            for metric, timer in self.running.items():
                self.running[metric] = self.rebase(timer, boundaries[self._boundary], None)
            self._boundary += 1

    def _look_ahead(self, timer: Timer) -> Timer:
        """Let known versions touch a clock that will still be unbreached by then."""
        for boundary in self.book.boundaries[self._boundary :]:
            if timer.is_decided_before(boundary):
                break
            timer = self.rebase(timer, boundary, None)
        return timer

    def rebase(self, timer: Timer, at: datetime, event: Event | None) -> Timer:
        """Bring a clock under the terms that the ticket's attributes call for at `at`."""
        terms = self.terms(timer.beginning.metric, at, timer.beginning.at)
        return timer.retarget(terms, at=at, status=self.status, event=event)

    def terms(self, metric: Metric, at: datetime, since: datetime) -> Terms:
        """Return what a clock that began at `since` counts under at `at`."""
        policy = self.book.match(self.attributes, at, since=since)
        if policy is None:
            return NO_TERMS
        target = None if metric in REPORTS else policy.target(metric, self.attributes.priority)
        return Terms(policy, target, self.book.calendar_at(policy.calendar, at))

    # Starting and ending.

    def start(self, metrics: Iterable[Metric], at: datetime, event: Event) -> None:
        """Start a clock of each metric, where none runs and none was the only one."""
        for metric in metrics:
            once_only = metric in ONLY_ONCE and metric in self.counts
            if metric not in self.running and not once_only and (self._reports or metric not in REPORTS):
                self._start_one(metric, at, event)

    def _start_one(self, metric: Metric, at: datetime, event: Event) -> None:
        terms = self.terms(metric, at, at)
        if metric in ONLY_WITH_TARGET and terms.target is None:
            return
        cycle = self.counts[metric] = self.counts.get(metric, 0) + 1
        beginning = Beginning(metric, event.seq, at, cycle, event.imported)
        timer = Timer.begin(beginning, terms, self.status, event)
        self._run(self._unheard(timer, at))

    def _run(self, timer: Timer) -> None:
        self.clocks[timer.beginning.identity], self.running[timer.beginning.metric] = None, timer

    def _unheard(self, timer: Timer, at: datetime) -> Timer:
        """Let a clock that ran while nobody knew of it ring no sooner than somebody could."""
        return timer if self.untold is None or at > self.untold.at else timer.deafen(self.untold)

    def end(self, cause: Cause, at: datetime, event: Event) -> None:
        """End whatever a cause ends."""
        for timer, outcome in self.ended_by(cause):
            self.end_one(timer, outcome, at, event)

    def end_one(self, timer: Timer, outcome: Outcome, at: datetime, event: Event) -> None:
        """End one running clock."""
        metric, identity = timer.beginning.metric, timer.beginning.identity
        stopped = self.clocks[identity] = timer.end(outcome, at=at, seq=event.seq)
        del self.running[metric]
        if metric in RESUMES and stopped.outcome in _CAN_GO_ON:
            self.stopped[metric] = stopped

    def ended_by(self, cause: Cause) -> list[tuple[Timer, Outcome]]:
        """Return the running clocks that a cause ends, and how."""
        ends = ENDS[cause]
        return [(timer, ends[metric]) for metric, timer in self.running.items() if metric in ends]

    def go_on(self, at: datetime, event: Event) -> None:
        """Go on with the clocks that were stopped."""
        for metric, stopped in self.stopped.items():
            terms = self.terms(metric, at, stopped.beginning.at)
            timer = self._unheard(stopped.timer, at)
            self._run(timer.go_on(terms, at=at, status=self.status, event=event))
        self.stopped.clear()

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_waiting(self) -> bool:
        return any(metric in self.running for metric in RESPONSES)

    def retarget_all(self, at: datetime, event: Event) -> None:
        """Bring every running clock under the terms that the ticket's attributes now call for."""
        for metric, timer in self.running.items():
            self.running[metric] = self.rebase(timer, at, event)
