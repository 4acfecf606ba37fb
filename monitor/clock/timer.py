"""A timer: a clock while it is being folded. Immutable: whatever happens to it gives another one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.clock.book.policy import Book, Target
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.meter import NO_ALARMS, Alarms, ByHand, Meter
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.segments import NOTHING, Segment
from monitor.clock.terms import NO_TIME, Elapsed, LaterStart, Terms

Identity = tuple[Metric, int]


class Beginning(NamedTuple):
    """How a clock began, which nothing changes: `at` decides which policy versions it sees.

    `asked`: by a message of the customer, and what is done here knows it once it was heard.
    """

    metric: Metric
    seq: int
    at: datetime
    cycle: int
    silent: bool
    asked: bool = False

    def is_known_to(self, event: Event) -> bool:
        """Whether what this event did can have been meant for it."""
        return not self.asked or event.is_told or self.seq < event.seq

    @property
    def identity(self) -> Identity:
        """Return what tells a clock from all others of its ticket."""
        return self.metric, self.seq


class Timer(NamedTuple):
    """What the events of a ticket have made of a clock that has not ended.

    `floor` is when the last event that shaped its alarm was recorded.
    """

    beginning: Beginning
    meter: Meter
    alarms: Alarms
    floor: datetime

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
        """Return when the target is spent, as things stand; None without one, and where it never will be.

        While it is paused it has none either, unless that has passed: late stays late.
        """
        due, rested_from = self.due_if_running(), self.meter.paused_at
        if rested_from is None or due is None:
            return due
        return due if self.alarms.breach_at is not None and due < rested_from else None

    def due_if_running(self) -> datetime | None:
        """Return when the target is spent, whether it is paused or not."""
        meter, alarms = self.meter, self.alarms
        present, target = meter.present, meter.present.terms.target
        if alarms.spent_at is not None:
            return alarms.spent_at
        if meter.by_hand is not None or target is None:
            return None if meter.by_hand is None else meter.by_hand.due_at
        left = target.duration - meter.spent
        if left > NO_TIME:
            return None if present.pause else meter.fall_due(left)
        return meter.fall_due(left) if alarms.breach_at is None else meter.fell_due()

    def foresee(self, due: datetime | None) -> Alarms:
        """Return the alarms with those to come, if nothing more happens."""
        alarms = self.alarms
        if alarms.breach_at is not None or due is None:
            return alarms
        risk = None if alarms.risk_at is not None or self.meter.present.pause else self.meter.risk()
        if risk is not None and risk < due:
            alarms = alarms.warn(risk)
        return alarms.stamp(due, "due")

    def breach_kind(self, alarms: Alarms) -> str:
        """Return the kind of a breach; what was passed before anybody could know of it is backdated."""
        kind, at = alarms.breach_kind, alarms.breach_at
        unheard = at is not None and at < self.floor and not self.beginning.silent
        return "backdated" if unheard and kind == "due" else kind

    def is_decided_before(self, at: datetime) -> bool:
        """Whether the due time passes before `at` if nothing more happens, or has passed."""
        due = self.due()
        return self.alarms.breach_at is not None if due is None else due < at

    def beside(self, metric: Metric, *, at: datetime, event: Event) -> Timer:
        """Return one that counts on from what this has counted, under another metric, towards no target."""
        under = self.terms._replace(target=None, reckoning=None)
        timer = self.turn(at, event, terms=under, pause="")
        beginning = self.beginning._replace(metric=metric, cycle=1)
        return Timer(beginning, timer.meter._replace(by_hand=None), NO_ALARMS, self.floor)

    def forget(self, targets: Iterable[Target], book: Book) -> Timer:
        """Keep of its closed segments only what later events can ask for."""
        return self._replace(meter=self.meter.forget(targets, book))

    def reckon(self, book: Book, before: Terms | None = None) -> Timer:
        """Work out what the target comes to on this clock, where it is in days or was attached later.

        `before` are the terms that it had until the present segment began, if they were others.
        """
        terms = self.terms
        if before is not None:
            since = self._attachment(before, book)
        else:
            since = None if terms.reckoning is None else terms.reckoning.since
        if since is None and ((promise := terms.promise) is None or promise.days is None):
            return self
        return self._replace(meter=self.meter.reckon(book, since))

    def _attachment(self, before: Terms, book: Book) -> LaterStart | None:
        """Return since when the target counts, where its policy came to apply after the clock had begun."""
        policy, old, meter = self.terms.policy, before.policy, self.meter
        if policy is None or not policy.rules.attaches:
            return None
        if old is not None and old.policy == policy.policy:
            return None if before.reckoning is None else before.reckoning.since
        return LaterStart(meter.present.start, (meter.business, meter.wall), meter.rest(book))

    # Terms.

    def retarget(self, terms: Terms, *, at: datetime, status: str, event: Event | None, book: Book) -> Timer:
        """Come under other terms; start and elapsed are kept, and what is already spent is a breach."""
        if terms.are_like(self.terms):
            return self
        pause = terms.pausing(self.beginning.metric, status)
        timer = self.turn(at, event, terms=terms, pause=pause).reckon(book, self.terms)
        if timer.alarms.breach_at is not None:
            return timer if terms.promise == self.terms.promise else timer.due_by(self, at, event)
        timer = timer.warned_by_hand(book)
        return timer.settle_change(at, "retarget", keeps_warning=event is None)

    def due_by(self, before: Timer, at: datetime, event: Event | None) -> Timer:
        """Work a due time that was broken out anew, after an event; a version keeps one that has passed."""
        return self.forget_spent() if event is not None else self.keep_late(before.due_if_running(), at)

    def set_due_time(self, due_at: datetime, *, at: datetime, event: Event, book: Book) -> Timer:
        """Be due at an instant, whatever the policy says, until that is cleared."""
        timer = self.turn(at, event)
        timer = timer._replace(meter=timer.meter._replace(by_hand=ByHand(due_at)))
        return timer.forget_spent().warned_by_hand(book).settle_change(at, "retarget")

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
        timer = timer._replace(meter=meter).reckon(book)
        return timer.forget_spent().warned_by_hand(book).settle_change(at, "backdated")

    # Running, pausing, ending.

    def follow(self, status: str, *, at: datetime, event: Event, book: Book) -> Timer:
        """Pause or resume, as the ticket's status wants it."""
        present = self.meter.present
        pause = present.terms.pausing(self.beginning.metric, status)
        if pause == present.pause:
            return self
        timer = self.turn(at, event, pause=pause).warned_by_hand(book)
        return timer.settle_change(at, "retarget", resumed=True)

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

    def go_on(self, terms: Terms, *, at: datetime, event: Event, book: Book) -> Timer:
        """Count on after an end that was none, under the terms of now; the time between was paused."""
        timer = self.turn(at, event, terms=terms, pause="").reckon(book, self.terms).warned_by_hand(book)
        if terms.promise != self.terms.promise:  # worked out anew it is the same, and costs a walk
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
        """Count what has passed, settle the alarms that were passed meanwhile, and begin what follows.

        An event that touches a clock that is late has its due time worked out anew.
        """
        beginning, meter, alarms, floor = self
        counted = meter.elapsed(following.start)
        if alarms.breach_at is None:
            if counted is not NOTHING:
                alarms = self._settle(following.start, counted)
            if event is not None and alarms.breach_at is None and event.recorded_at > floor:
                floor = event.recorded_at
        elif event is not None and alarms.outdated:
            alarms = alarms._replace(spent_at=None, outdated=False)
        return Timer(beginning, meter.turn(following, counted), alarms, floor)

    def _settle(self, at: datetime, counted: Elapsed) -> Alarms:
        meter, alarms, terms = self.meter, self.alarms, self.terms
        spent = meter.spent + (counted[0] if terms.in_business else counted[1])
        due = meter.due_before(at, spent)
        if alarms.risk_at is None and self._comes_to_risk(spent):
            risk = meter.risk()
            alarms = alarms.warn(risk) if risk is not None and risk < (due or at) else alarms
        return alarms if due is None else alarms.stamp(due, "due")._replace(spent_at=due)

    def _comes_to_risk(self, spent: timedelta) -> bool:
        """Whether a warning point may have been passed; what is never due never warns."""
        meter, warning = self.meter, self.meter.warning
        if meter.by_hand is not None:
            return True
        return warning is not None and spent >= warning and self.due_if_running() is not None

    def settle_change(
        self, at: datetime, kind: str, *, resumed: bool = False, keeps_warning: bool = False
    ) -> Timer:
        """After a change: what is spent is a breach, what is not at risk is not, unless a version did it."""
        meter, alarms = self.meter, self.alarms
        if alarms.breach_at is not None:
            return self
        if not meter.present.pause and meter.is_overspent(at, resumed=resumed):
            return self._replace(alarms=alarms.stamp(at, kind))
        if alarms.risk_at is None or keeps_warning:
            return self
        return self if meter.is_at_risk() else self._replace(alarms=alarms._replace(risk_at=None))

    def warned_by_hand(self, book: Book) -> Timer:
        return self._replace(meter=self.meter.warned_by_hand(book))

    def keep_late(self, due: datetime | None, at: datetime) -> Timer:
        """Keep a due time that has passed, until the next event."""
        if due is None or due >= at:
            return self
        return self._replace(alarms=self.alarms._replace(spent_at=due, outdated=True))

    def forget_spent(self) -> Timer:
        if self.alarms.spent_at is None:
            return self
        return self._replace(alarms=self.alarms._replace(spent_at=None, outdated=False))


class Stopped(NamedTuple):
    """A clock that has ended: paused for good, unless reopening goes on with it."""

    timer: Timer
    due_at: datetime | None
    outcome: Outcome

    @property
    def beginning(self) -> Beginning:
        """Return how it began."""
        return self.timer.beginning

    def forget(self, targets: Iterable[Target], book: Book) -> Stopped:
        """Keep of its closed segments only what later events can ask for."""
        return self._replace(timer=self.timer.forget(targets, book))
