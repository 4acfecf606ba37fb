"""A timer: a clock while it is being folded. Immutable: whatever happens to it gives another one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from monitor.clock.book.policy import Book, Target
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.meter import NO_ALARMS, Alarms, ByHand, Meter
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.segments import NOTHING, Segment
from monitor.clock.terms import NO_TIME, Elapsed, Terms

Identity = tuple[Metric, int]


class Beginning(NamedTuple):
    """How a clock began, which nothing changes: `at` decides which policy versions it sees."""

    metric: Metric
    seq: int
    at: datetime
    cycle: int
    silent: bool

    @property
    def identity(self) -> Identity:
        """Return what tells a clock from all others of its ticket."""
        return self.metric, self.seq


class Timer(NamedTuple):
    """What the events of a ticket have made of a clock that has not ended.

    `floor` is when the last event that shaped its alarm was recorded. An answer that bounced leaves it
    running, and nobody knew before `bounced_until`.
    """

    beginning: Beginning
    meter: Meter
    alarms: Alarms
    floor: datetime
    bounced_until: datetime | None = None

    @classmethod
    def begin(cls, beginning: Beginning, terms: Terms, status: str, event: Event) -> Timer:
        """Start counting, or start paused where the ticket's status wants it."""
        at, pause = beginning.at, terms.pausing(beginning.metric, status)
        present = Segment(at, None, terms, pause, event.kind, event.seq)
        return cls(beginning, Meter(at, present), NO_ALARMS, event.recorded_at)

    @property
    def terms(self) -> Terms:
        """Return what it counts under at present."""
        return self.meter.present.terms

    def due(self) -> datetime | None:
        """Return when the target is spent, as things stand; None without one and while paused."""
        meter, alarms = self.meter, self.alarms
        present, target = meter.present, meter.present.terms.target
        if present.pause:
            return None
        if meter.by_hand is not None:
            return meter.by_hand.due_at
        if target is None:
            return None
        left = target.duration - meter.spent
        if left > NO_TIME:
            return meter.reach(left)
        if alarms.breach_at is None:
            return present.start
        return alarms.spent_at or meter.spent_when(target)

    def foresee(self, due: datetime | None) -> Alarms:
        """Return the alarms with those to come, if nothing more happens."""
        meter, alarms, warning = self.meter, self.alarms, self.meter.warning
        if alarms.breach_at is not None:
            return alarms
        if alarms.risk_at is None and not meter.present.pause and warning is not None:
            risk = meter.reach(warning - meter.spent)
            alarms = alarms.warn(risk) if due is None or risk < due else alarms
        return alarms if due is None else alarms.stamp(due, "due")

    def breach_kind(self, alarms: Alarms) -> str:
        """Return the kind of a breach; what was passed before anybody could know of it is backdated."""
        kind, at = alarms.breach_kind, alarms.breach_at
        unheard = at is not None and at < self.floor and not self.beginning.silent
        return "backdated" if unheard and kind == "due" else kind

    def is_decided_before(self, at: datetime) -> bool:
        """Whether the due time passes before `at` if nothing more happens, or has passed."""
        if self.alarms.breach_at is not None:
            return True
        due = self.due()
        return due is not None and due < at

    def forget(self, targets: Iterable[Target]) -> Timer:
        """Keep of its closed segments only what later events can ask for."""
        return self._replace(meter=self.meter.forget(targets))

    # Terms.

    def retarget(self, terms: Terms, *, at: datetime, status: str, event: Event | None) -> Timer:
        """Come under other terms; start and elapsed are kept, and what is already spent is a breach."""
        if terms == self.terms:
            return self
        pause = terms.pausing(self.beginning.metric, status)
        timer = self.turn(at, event, terms=terms, pause=pause)
        if terms.target != self.terms.target:
            timer = timer.forget_spent()
        return timer.settle_change(at, "retarget", keeps_warning=event is None)

    def set_due_time(self, due_at: datetime, *, at: datetime, event: Event) -> Timer:
        """Be due at an instant, whatever the policy says, until that is cleared."""
        timer = self.turn(at, event)
        by_hand = ByHand(due_at, timer.meter.spent + timer.terms.spend(at, due_at))
        timer = timer._replace(meter=timer.meter._replace(by_hand=by_hand))
        return timer.forget_spent().settle_change(at, "retarget")

    def clear_due_time(self, *, at: datetime, event: Event) -> Timer:
        """Be due by the policy again."""
        if self.meter.by_hand is None:
            return self
        timer = self.turn(at, event)
        timer = timer._replace(meter=timer.meter._replace(by_hand=None))
        return timer.forget_spent().settle_change(at, "retarget")

    def move_start(self, start: datetime, *, at: datetime, event: Event, book: Book) -> Timer:
        """Count from an earlier start; a breach that this brings is stamped at `at`, not before."""
        timer = self.turn(at, event)
        meter = timer.meter.move_start(start, book=book, begun_by=event.kind, seq=event.seq)
        timer = timer._replace(meter=meter)
        return timer.forget_spent().settle_change(at, "backdated")

    # Running, pausing, ending.

    def follow(self, status: str, *, at: datetime, event: Event) -> Timer:
        """Pause or resume, as the ticket's status wants it."""
        present = self.meter.present
        pause = present.terms.pausing(self.beginning.metric, status)
        if pause == present.pause:
            return self
        return self.turn(at, event, pause=pause).settle_change(at, "retarget", resumed=True)

    def bounce(self, at: datetime, taken_back: TakenBack) -> Timer:
        """Count through an answer that will have bounced."""
        until = max(self.bounced_until or at, taken_back.at)
        return self.bridge(at, taken_back)._replace(bounced_until=until)

    def bridge(self, start: datetime, taken_back: TakenBack) -> Timer:
        """Count through a stop that a later correction took back."""
        timer = self.turn(start, taken_back) if start > self.meter.present.start else self
        return timer.deafen(taken_back)

    def deafen(self, taken_back: TakenBack) -> Timer:
        """Ring no sooner than something was taken back, before which nobody knew that this runs."""
        alarms, floor = self.alarms, self.floor
        if alarms.breach_at is None:
            floor = max(floor, taken_back.recorded_at)
        until = max(alarms.deaf_until or taken_back.at, taken_back.at)
        return self._replace(alarms=alarms._replace(deaf_until=until), floor=floor)

    def go_on(self, terms: Terms, *, at: datetime, status: str, event: Event) -> Timer:
        """Count on after an end that was none, under the terms of now; the time between was paused."""
        pause = terms.pausing(self.beginning.metric, status)
        timer = self.turn(at, event, terms=terms, pause=pause)
        if terms.target != self.terms.target:
            timer = timer.forget_spent()
        return timer.settle_change(at, "retarget", resumed=True)

    def end(self, outcome: Outcome, *, at: datetime, seq: int) -> Stopped:
        """Stop counting. Stopped after a breach, `met` is `late`."""
        resolved = Segment(at, None, self.terms, "resolved", "resolved", seq)
        timer = self._close(resolved, None)
        breached = timer.alarms.breach_at is not None
        return Stopped(timer, self.due(), Outcome.LATE if breached and outcome is Outcome.MET else outcome)

    def turn(
        self,
        at: datetime,
        event: Event | TakenBack | None,
        *,
        terms: Terms | None = None,
        pause: str | None = None,
    ) -> Timer:
        """Begin a segment under the same terms and pause, but for what is given.

        An alarm that was not passed before is shaped by the event behind it.
        """
        present = self.meter.present
        begun_by, seq = ("version", None) if event is None else (event.kind, event.seq)
        under = present.terms if terms is None else terms
        pause = present.pause if pause is None else pause
        return self._close(Segment(at, None, under, pause, begun_by, seq), event)

    def _close(self, following: Segment, event: Event | TakenBack | None) -> Timer:
        """Count what has passed, settle the alarms that were passed meanwhile, and begin what follows."""
        beginning, meter, alarms, floor, bounced_until = self
        counted = meter.elapsed(following.start)
        if alarms.breach_at is None:
            if counted is not NOTHING:
                alarms = self._settle(following.start, counted)
            if event is not None and alarms.breach_at is None and event.recorded_at > floor:
                floor = event.recorded_at
        return Timer(beginning, meter.turn(following, counted), alarms, floor, bounced_until)

    def _settle(self, at: datetime, counted: Elapsed) -> Alarms:
        meter, alarms, terms = self.meter, self.alarms, self.terms
        if terms.target is None and meter.by_hand is None:
            return alarms
        spent = meter.spent + (counted[0] if terms.in_business else counted[1])
        due, warning = meter.due_before(at, spent), meter.warning
        if alarms.risk_at is None and warning is not None and spent >= warning:
            risk = meter.reach(warning - meter.spent)
            alarms = alarms.warn(risk) if risk < (due or at) else alarms
        return alarms if due is None else alarms.stamp(due, "due")._replace(spent_at=due)

    def settle_change(
        self, at: datetime, kind: str, *, resumed: bool = False, keeps_warning: bool = False
    ) -> Timer:
        """After a change at `at`: what is already spent is a breach, what is no longer at risk is not.

        A version keeps a warning that was passed: what was foretold before it must have been so.
        """
        meter, alarms = self.meter, self.alarms
        if alarms.breach_at is not None:
            return self
        if not meter.present.pause and meter.is_overspent(at, resumed=resumed):
            return self._replace(alarms=alarms.stamp(at, kind))
        if alarms.risk_at is None or keeps_warning:
            return self
        warning = meter.warning
        passed = warning is not None and meter.spent >= warning
        return self if passed else self._replace(alarms=alarms._replace(risk_at=None))

    def forget_spent(self) -> Timer:
        if self.alarms.spent_at is None:
            return self
        return self._replace(alarms=self.alarms._replace(spent_at=None))


class Stopped(NamedTuple):
    """A clock that has ended: paused for good, unless reopening goes on with it."""

    timer: Timer
    due_at: datetime | None
    outcome: Outcome

    @property
    def beginning(self) -> Beginning:
        """Return how it began."""
        return self.timer.beginning

    def forget(self, targets: Iterable[Target]) -> Stopped:
        """Keep of its closed segments only what later events can ask for."""
        return self._replace(timer=self.timer.forget(targets))
