"""The fold: the clocks of one ticket between two of its events, and how they start, turn and end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Final

from monitor.clock.book.policy import Attributes, Book, PolicyInForce
from monitor.clock.checkpoint import Checkpoint
from monitor.clock.clock import OtherEnd, Outlook, ReplayedClock, ended_clock, running_clock
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.metrics import (
    ANSWERED,
    BESIDE,
    ENDS,
    ONLY_ONCE,
    ONLY_WITH_TARGET,
    REPORTS,
    RESUMES,
    Cause,
    Metric,
    Outcome,
)
from monitor.clock.question import Question, Reopening
from monitor.clock.terms import NO_TERMS, Terms
from monitor.clock.timer import Beginning, Identity, Stopped, Timer

Effect = Callable[["Fold", datetime, Event], None]

LIVE: Final = frozenset({"new", "open", "pending", "on_hold"})
GONE: Final = frozenset({"merged", "void"})

_NOWHERE: Final = Attributes("", "", "", "", "", "", frozenset())
_FIRST: Final = frozenset({Metric.FIRST_RESPONSE, *BESIDE})
_NOBODY_WAITED: Final = (Outcome.VOID, Outcome.NOT_APPLICABLE)
_RESOLVED: Final = frozenset({Outcome.MET, Outcome.LATE})
_CAN_GO_ON: Final = frozenset({Outcome.MET, Outcome.LATE, Outcome.WITHDRAWN})


class Fold:
    """The state of one ticket between two of its events: the one thing here that changes.

    `clocks` are all of them in the order of their start, None while one runs; `running` and `stopped`
    are by metric those that count, and those that reopening goes on with. `questions` are what nobody has
    answered, the oldest first, which has the response clock; `under_way` is what has counted of others since
    they were asked. `begun`: somebody asked, or was written to. `unheard` are the answers of substance that
    bounced after somebody was held off: the numbers of each and of its bounce.
    """

    def __init__(
        self, book: Book, *, opened_at: datetime, taken_back: Mapping[int, TakenBack], reports: bool
    ) -> None:
        self.book = book
        self.taken_back = taken_back
        self.in_order = True
        self._reports = reports
        self.attributes = _NOWHERE
        self.status = "new"
        self.begun = False
        self.questions: tuple[Question, ...] = ()
        self.under_way: dict[int, Timer] = {}
        self.reopening: Reopening | None = None
        self.unheard: tuple[tuple[int, int], ...] = ()
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
        fold.attributes, fold.status, fold.begun = checkpoint.attributes, checkpoint.status, checkpoint.begun
        fold.untold, fold.counts = checkpoint.untold, dict(checkpoint.counts)
        fold.reopening, fold.questions = checkpoint.reopening, tuple(map(Question, checkpoint.questions))
        for clock in checkpoint.clocks:
            if reports or clock.beginning.metric in BESIDE or clock.beginning.metric not in REPORTS:
                fold.take_up(clock)
        return fold

    def take_up(self, clock: Timer | Stopped) -> None:
        """Go on with a clock that was kept."""
        metric, identity = clock.beginning.metric, clock.beginning.identity
        if isinstance(clock, Timer):
            self.clocks[identity], self.running[metric] = None, clock
        else:
            self.clocks[identity] = clock
            if metric in RESUMES:
                self.stopped[metric] = clock

    def kept(self) -> Iterator[Timer | Stopped]:
        """Yield the clocks that run, and of those that ended what goes on or is kept with one, without their past."""
        is_first_kept = not _FIRST.isdisjoint(self.running)
        for (metric, _), stopped in self.clocks.items():
            clock = self.running[metric] if stopped is None else stopped
            goes_on = self.stopped.get(metric) is stopped or (is_first_kept and metric in _FIRST)
            if stopped is None or goes_on:
                yield clock.forget(self.book.targets.get(metric, ()), self.book)

    def advance(self, at: datetime) -> None:
        """Let time pass until the next event: versions take effect on the way."""
        self._cross_boundaries(at)
        self._last_at = at

    def finish(self, shown_at: datetime | None) -> tuple[ReplayedClock, ...]:
        """Return the clocks as they stand at an instant, with the versions to come counted in."""
        return tuple(self._results(self._last_at if shown_at is None else shown_at))

    def _results(self, shown_at: datetime) -> Iterator[ReplayedClock]:
        for (metric, seq), stopped in self.clocks.items():
            if metric in BESIDE and not self._reports:
                continue
            if stopped is not None:
                clock = ended_clock(stopped)
            else:
                timer = self.running[metric]
                elapsed = timer.meter.measure(self._last_at)
                clock = running_clock(self._look_ahead(timer, shown_at), elapsed)
            yield self._with_other_ends(clock, seq) if metric is Metric.FIRST_RESPONSE else clock

    def _with_other_ends(self, clock: ReplayedClock, seq: int) -> ReplayedClock:
        any_end, substantive_end = (self._other_end(metric, seq) for metric in BESIDE)
        if any_end is None and substantive_end is None:
            return clock
        return clock._replace(any_end=any_end, substantive_end=substantive_end)

    def _other_end(self, metric: Metric, seq: int) -> OtherEnd | None:
        if (metric, seq) not in self.clocks:
            return None
        stopped = self.clocks[metric, seq]
        if stopped is None:
            return OtherEnd(None, None, None, self.running[metric].meter.measure(self._last_at)[0])
        end = stopped.timer.meter
        return OtherEnd(end.present.start, end.present.seq, stopped.outcome, end.business)

    def hear_late(self, effect: Effect, at: datetime, event: Event, left: TakenBack) -> None:
        """Heed what was given up for a while: until it left nobody knew what has run since it was sent."""
        before = dict(self.running)
        effect(self, at, event)
        for metric, timer in self.running.items():
            if before.get(metric) is not timer:
                self.running[metric] = timer.deafen(left)

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
        other.under_way = dict(self.under_way)
        return other

    # Versions of policies and calendars.

    def _cross_boundaries(self, at: datetime) -> None:
        boundaries = self.book.boundaries
        while self._boundary < len(boundaries) and boundaries[self._boundary] <= at:
            self.retarget_all(boundaries[self._boundary], None)
            self._boundary += 1

    def _look_ahead(self, timer: Timer, shown_at: datetime) -> Outlook:
        """Let known versions touch a clock: by `shown_at`, by its due time, and all of them."""
        boundaries = self.book.boundaries[self._boundary :]
        known = bisect_right(boundaries, shown_at)
        for boundary in boundaries[:known]:
            timer = self.rebase(timer, boundary, None)
        ahead = due_by = timer
        for boundary in boundaries[known:]:
            is_open = due_by is ahead and not ahead.is_decided_before(boundary)
            ahead = self.rebase(ahead, boundary, None)
            if ahead.meter.present.pause and is_open and not timer.meter.present.pause:
                due_by = self._under_policy_of_today(timer, boundaries[known:])
            elif is_open:
                due_by = ahead
        return Outlook(timer, timer if timer.meter.present.pause else due_by, ahead)

    def _under_policy_of_today(self, timer: Timer, boundaries: Sequence[datetime]) -> Timer:
        """Let only the calendar versions to come touch a clock that a policy to come will pause."""
        policy = timer.terms.policy
        for boundary in boundaries:
            if policy is None or timer.is_decided_before(boundary):
                break
            hours = self.book.calendar_at(policy.calendar, boundary)
            terms = timer.terms._replace(calendar=hours)
            timer = timer.retarget(terms, at=boundary, status=self.status, event=None, book=self.book)
        return timer

    def rebase(self, timer: Timer, at: datetime, event: Event | None) -> Timer:
        """Bring a clock under the terms that the ticket's attributes call for at `at`."""
        terms = self.terms_of(timer, at)
        return timer.retarget(terms, at=at, status=self.status, event=event, book=self.book)

    def terms_of(self, timer: Timer, at: datetime) -> Terms:
        """Return what a clock counts under from `at` on; where no policy matches any more, the last may be kept."""
        terms = self.terms(timer.beginning.metric, at, timer.beginning.at)
        if terms.policy is not None or timer.terms.policy is None:
            return terms
        return self._kept(timer, timer.terms.policy, at)

    def _kept(self, timer: Timer, policy: PolicyInForce, at: datetime) -> Terms:
        """Return what is left of a promise to a ticket that no policy matches any more."""
        newest = self.book.has_in_force(policy, at, since=timer.beginning.at)
        if newest is None or not newest.rules.keeps:
            return NO_TERMS
        return Terms(policy, timer.terms.promise, self.book.calendar_at(policy.calendar, at))

    def terms(self, metric: Metric, at: datetime, since: datetime) -> Terms:
        """Return what a clock that began at `since` counts under at `at`."""
        policy = self.book.match(self.attributes, at, since=since)
        if policy is None:
            return NO_TERMS
        target = policy.target(metric, self.attributes.priority)
        return Terms(policy, target, self.book.calendar_at(policy.calendar, at))

    # Starting and ending.

    def start(self, metrics: Iterable[Metric], at: datetime, event: Event, *, asked: bool = False) -> None:
        """Start a clock of each metric, where none runs and none was the only one."""
        for metric in metrics:
            once_only = metric in ONLY_ONCE and metric in self.counts
            if metric not in self.running and not once_only and (self._reports or metric not in REPORTS):
                timer = self.begin(metric, at, event, asked=asked)
                if metric not in ONLY_WITH_TARGET or timer.terms.target is not None:
                    self.run(timer)

    def begin(self, metric: Metric, at: datetime, event: Event, *, asked: bool) -> Timer:
        """Return a timer that begins to count; `asked`: a customer did, and nobody answers before they know."""
        cycle = self.counts.get(metric, 0) + 1
        beginning = Beginning(metric, event.seq, at, cycle, event.imported, asked and metric in ANSWERED)
        timer = Timer.begin(beginning, self.terms(metric, at, at), self.status, event)
        return self._unheard(timer.reckon(self.book), at)

    def run(self, timer: Timer) -> None:
        """Let a clock run that did not."""
        beginning = timer.beginning
        self.counts[beginning.metric] = beginning.cycle
        self.clocks[beginning.identity], self.running[beginning.metric] = None, timer

    def _unheard(self, timer: Timer, at: datetime) -> Timer:
        """Let a clock that ran while nobody knew of it ring no sooner than somebody could."""
        return timer if self.untold is None or at > self.untold.at else timer.deafen(self.untold)

    def end(self, cause: Cause, at: datetime, event: Event) -> None:
        """End whatever a cause ends, but for what no event that is made here could know of."""
        for timer, outcome in self.ended_by(cause):
            if timer.beginning.is_known_to(event):
                self.end_one(timer, outcome, at, event)

    def end_one(self, timer: Timer, outcome: Outcome, at: datetime, event: Event) -> None:
        """End one running clock."""
        metric, identity = timer.beginning.metric, timer.beginning.identity
        stopped = self.clocks[identity] = timer.end(outcome, at=at, seq=event.seq)
        del self.running[metric]
        if metric is Metric.FIRST_RESPONSE and stopped.outcome in _NOBODY_WAITED:
            self.drop_other_answers(identity)
        if metric in RESUMES and stopped.outcome in _CAN_GO_ON:
            self.stopped[metric] = stopped

    def drop_other_answers(self, first: Identity) -> None:
        """Heed no more who else had answered a first response: that is nobody's any more, or somebody else's."""
        if self.clocks.pop((Metric.FIRST_ANY_RESPONSE, first[1]), None) is not None:
            del self.counts[Metric.FIRST_ANY_RESPONSE]

    def end_everything(self, cause: Cause, at: datetime, event: Event) -> None:
        """End every clock and every wait."""
        for timer, outcome in self.ended_by(cause):
            self.end_one(timer, outcome, at, event)
        self.questions = ()

    def ended_by(self, cause: Cause) -> list[tuple[Timer, Outcome]]:
        """Return the running clocks that a cause ends, and how."""
        ends = ENDS[cause]
        return [(timer, ends[metric]) for metric, timer in self.running.items() if metric in ends]

    def go_on(self, at: datetime, event: Event) -> None:
        """Go on with the clocks that were stopped."""
        for metric, stopped in self.stopped.items():
            terms = self.terms_of(stopped.timer, at)
            if self._is_final(stopped, terms):
                continue
            timer = self._unheard(stopped.timer, at).go_on(terms, at=at, event=event, book=self.book)
            self.clocks[timer.beginning.identity], self.running[metric] = None, timer
        self.stopped.clear()

    @staticmethod
    def _is_final(stopped: Stopped, terms: Terms) -> bool:
        """Whether a resolution that was made is the only one that counts."""
        is_only = terms.policy is not None and terms.policy.rules.first_resolution_only
        return is_only and stopped.beginning.metric is Metric.RESOLUTION and stopped.outcome in _RESOLVED

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def stand(self, status: str, at: datetime, event: Event) -> None:
        """Let the ticket have a status, which every clock follows."""
        self.status = status
        self._turn_all(lambda timer: timer.follow(status, at=at, event=event, book=self.book))

    def retarget_all(self, at: datetime, event: Event | None) -> None:
        """Bring every running clock under the terms that the ticket's attributes now call for."""
        self._turn_all(lambda timer: self.rebase(timer, at, event))

    def _turn_all(self, turn: Callable[[Timer], Timer]) -> None:
        for metric, timer in self.running.items():
            self.running[metric] = turn(timer)
        for seq, timer in self.under_way.items():
            self.under_way[seq] = turn(timer)
