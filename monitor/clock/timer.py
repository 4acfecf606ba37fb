"""A timer: a meter with a life. What the events of a ticket can do to one of its clocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.clock.clock import NO_TIME, Clock
from monitor.clock.corrections import Event, TakenBack
from monitor.clock.meter import Meter
from monitor.clock.metrics import PAUSES, REPORTS, Metric, Outcome
from monitor.clock.policy import Book, CalendarVersion, PolicyVersion
from monitor.clock.rules import Target


class Timer(Meter):
    """A clock while it is being folded. `pinned_at` decides which policy versions it sees."""

    def __init__(
        self, metric: Metric, *, seq: int, at: datetime, recorded_at: datetime, reason: str, silent: bool
    ) -> None:
        super().__init__(metric, seq=seq, at=at, recorded_at=recorded_at, reason=reason)
        self.pinned_at = at
        self.silent = silent
        self.cycle = 1
        self.paused_at: datetime | None = None
        self.left = NO_TIME
        self.ended_at: datetime | None = None
        self.end_seq: int | None = None
        self.outcome: Outcome | None = None
        self.bounced_until: datetime | None = None
        self.measured: tuple[timedelta, timedelta] | None = None

    # Terms.

    def pausing(self, status: str) -> str:
        """Return the status if it pauses this metric under its policy, else nothing."""
        statuses = PAUSES[self.metric]
        if self.policy is not None and self.metric not in REPORTS:
            statuses = self.policy.pauses(self.metric)
        return status if status in statuses else ""

    def retarget(
        self,
        policy: PolicyVersion | None,
        target: Target | None,
        calendar: CalendarVersion | None,
        *,
        at: datetime,
        status: str,
        event: Event | None,
    ) -> None:
        """Come under other terms; start and elapsed are kept, and what is already spent is a breach."""
        if policy is self.policy and calendar is self.calendar and target == self.target:
            return
        self._turn(at, event)
        if target != self.target:
            self.spent_at = None
        self.agree(policy, target, calendar)
        self._change_pause(self.pausing(status), at)
        self._carry_on(at, event)
        self.settle_change(at, "retarget", keeps_warning=event is None)

    def set_due_time(self, due_at: datetime, *, at: datetime, event: Event) -> None:
        """Be due at an instant, whatever the policy says, until that is cleared."""
        self._turn(at, event)
        self.manual, self.left, self.spent_at = due_at, due_at - at, None
        self._carry_on(at, event)
        self.manual_budget = self.before + self.counted(at, due_at)
        self.settle_change(at, "retarget")

    def clear_due_time(self, *, at: datetime, event: Event) -> None:
        """Be due by the policy again."""
        if self.manual is None:
            return
        self._turn(at, event)
        self.manual = self.spent_at = None
        self._carry_on(at, event)
        self.settle_change(at, "retarget")

    def move_start(self, start: datetime, *, at: datetime, event: Event, book: Book) -> None:
        """Count from an earlier start; a breach that this brings is stamped at `at`, not before."""
        self._turn(at, event)
        self.prepend(start, book=book, reason=event.kind, seq=event.seq)
        self._carry_on(at, event)
        self.settle_change(at, "backdated")

    # Running, pausing, ending.

    def follow(self, status: str, *, at: datetime, event: Event) -> None:
        """Pause or resume, as the ticket's status wants it."""
        paused = self.pausing(status)
        if paused == self.paused:
            return
        self._turn(at, event)
        self._change_pause(paused, at)
        self._carry_on(at, event)
        self.settle_change(at, "retarget", resumed=True)

    def end(self, outcome: Outcome, *, at: datetime, seq: int) -> None:
        """Stop counting. Stopped after a breach, `met` is `late`."""
        self.close(at)
        self.ended_at, self.end_seq = at, seq
        breached = self.breach_at is not None
        self.outcome = Outcome.LATE if breached and outcome is Outcome.MET else outcome

    def go_on(self, *, at: datetime, event: Event) -> None:
        """Count on after an end that reopening took back; the time between was paused."""
        ended_at = self.ended_at or at
        if not self.paused and self.manual is not None:
            self.left = self.manual - ended_at
        self.paused = "resolved"
        self.open(ended_at, self.paused, self.end_seq)
        self.ended_at = self.end_seq = self.outcome = None
        self._turn(at, event)
        self._change_pause("", at)
        self._carry_on(at, event)
        self.settle_change(at, "retarget", resumed=True)

    def bridge(self, start: datetime, taken_back: TakenBack) -> None:
        """Count through a stop that a later correction took back.

        An alarm that falls between the two could not ring then: it is stamped with the correction.
        """
        if start > self.since:
            self.close(start)
            self.open(start, self.paused or taken_back.kind, taken_back.seq)
        self.gaps.append((start, taken_back.at))
        self._heed(taken_back.recorded_at)

    def _turn(self, at: datetime, event: Event | None) -> None:
        """Close the segment before a change; an alarm that it did not pass is shaped by the change."""
        self.close(at)
        if event is not None:
            self._heed(event.recorded_at)

    def _carry_on(self, at: datetime, event: Event | None) -> None:
        """Open the segment after a change."""
        reason, seq = ("version", None) if event is None else (event.kind, event.seq)
        self.open(at, self.paused or reason, seq)

    def _heed(self, recorded_at: datetime) -> None:
        if self.breach_at is None and recorded_at > self.floor:
            self.floor = recorded_at

    def _change_pause(self, paused: str, at: datetime) -> None:
        """Note the pause or its end; a due time set by hand moves by the length of the pause."""
        if paused and not self.paused:
            self.paused_at = at
            self.left = NO_TIME if self.manual is None else self.manual - at
        elif self.paused and not paused:
            self.paused_at = None
            self.manual = None if self.manual is None else at + self.left
        self.paused = paused

    # Looking ahead.

    def is_decided_before(self, at: datetime) -> bool:
        """Whether the due time passes before `at` if nothing more happens, or has passed."""
        due = self.due()
        return self.breach_at is not None or (due is not None and due < at)

    def measure(self, at: datetime) -> tuple[timedelta, timedelta]:
        """Return the (business, wall) time that has counted by `at`, which is not in the past."""
        if self.ended_at is not None or self.paused or at <= self.since:
            return self.business, self.wall
        wall = at - self.since
        business = wall if self.hours is None else self.hours.elapsed(self.since, at)
        return self.business + business, self.wall + wall

    def finish(self, at: datetime) -> Clock:
        """Return the clock, as things stand after the ticket's last event at `at`."""
        due_at = self.due()
        business, wall = self.measured or self.measure(at)
        if self.ended_at is None:
            self.risk_at = self.risk(due_at)
            if due_at is not None and self.breach_at is None:
                self.stamp(due_at, "due")
            self.segments.append(self.segment(None))
        elif self.risk_at is not None and self.risk_at >= self.ended_at:
            self.risk_at = None
        return self._as_value(due_at, business, wall)

    def _as_value(self, due_at: datetime | None, business: timedelta, wall: timedelta) -> Clock:
        policy, calendar, target, runs = self.policy, self.calendar, self.target, self.ended_at is None
        return Clock(
            metric=self.metric,
            start_seq=self.start_seq,
            cycle=self.cycle,
            started_at=self.started_at,
            policy_version=None if policy is None else policy.id,
            calendar_version=None if calendar is None else calendar.id,
            basis="" if target is None else target.basis,
            target=None if target is None else target.duration,
            due_at=due_at,
            paused_at=self.paused_at if runs else None,
            remaining=self._remaining() if runs and self.paused else None,
            risk_at=self.risk_at,
            breach_at=self.breach_at,
            breach_kind=self._kind(),
            ended_at=self.ended_at,
            end_seq=self.end_seq,
            outcome=self.outcome,
            business=business,
            wall=wall,
            alarm_floor=self.floor,
            silent=self.silent,
            segments=tuple(self.segments),
        )

    def _remaining(self) -> timedelta | None:
        if self.manual is not None:
            return max(self.left, NO_TIME)
        return None if self.target is None else max(self.target.duration - self.before, NO_TIME)

    def _kind(self) -> str:
        backdated = self.breach_at is not None and self.breach_at < self.floor and not self.silent
        return "backdated" if backdated and self.breach_kind == "due" else self.breach_kind
