"""A meter: how a clock counts, segment by segment, and the alarms that it has passed. Both immutable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, NamedTuple

from monitor.clock.book.policy import Book, Target
from monitor.clock.segments import NOTHING, Segment, Trail, newest_first, stretch, walk_back
from monitor.clock.terms import NO_TIME, Elapsed, LaterStart, Reckoning, Terms


class ByHand(NamedTuple):
    """A due time that was set by hand, and when it warns if the clock runs until then.

    While the clock is paused it stands as it stood when the present segment began: what is left of it
    does not change, and each paused segment moves it by its own length. One that has passed stays.
    """

    due_at: datetime
    warns_at: datetime | None = None

    def rest(self, start: datetime, end: datetime) -> ByHand:
        """Return it after a pause."""
        return self if self.due_at < start else self._replace(due_at=self.due_at + (end - start))


class Mark(NamedTuple):
    """When so much had counted, in `business` or in `wall` time."""

    budget: timedelta
    basis: str
    at: datetime


class Past(NamedTuple):
    """What had counted in segments that are no longer known, and when it came to each target there is.

    A mark at `until`, where they end, was reached as the pause began that may follow.
    """

    business: timedelta = NO_TIME
    wall: timedelta = NO_TIME
    marks: tuple[Mark, ...] = ()
    until: datetime | None = None

    def spent_when(self, target: Target) -> datetime:
        """Return when a target was spent; raises LookupError where that was not marked."""
        wanted = target.duration, target.basis
        for mark in self.marks:
            if (mark.budget, mark.basis) == wanted:
                return mark.at
        raise LookupError(f"no mark at {target.duration} of {target.basis} time")


NO_PAST: Final = Past()


class Meter(NamedTuple):
    """The segment that lasts, and what had counted when it began. A change closes it and begins the next.

    `trail` are the closed segments, `moved` those that were put before the first when the start was
    moved back; with what is `past` they add up to `business` and `wall`. `rested` is what did not count because it
    was paused, as far as that was added up: by the end of a closed segment, or of what is past.
    """

    started_at: datetime
    present: Segment
    by_hand: ByHand | None = None
    business: timedelta = NO_TIME
    wall: timedelta = NO_TIME
    trail: Trail | None = None
    moved: tuple[Segment, ...] = ()
    past: Past = NO_PAST
    rested: tuple[Trail | None, Elapsed] = (None, NOTHING)

    @property
    def terms(self) -> Terms:
        """Return what the clock counts under at present."""
        return self.present.terms

    @property
    def paused_at(self) -> datetime | None:
        """Return when the pause began, None while it runs."""
        return self._rested_from if self.present.pause else None

    @property
    def _rested_from(self) -> datetime:
        """Return when the closed segments last began to be paused, or the present one where they are not."""
        start, trail = self.present.start, self.trail
        while trail is not None and trail[0].pause:
            start, trail = trail[0].start, trail[1]
        return start

    @property
    def spent(self) -> timedelta:
        """Return what had counted when the present segment began, in the target's basis."""
        target = self.present.terms.target
        return self.wall if target is not None and target.basis == "wall" else self.business

    @property
    def remaining(self) -> timedelta | None:
        """Return what was left by then; None without a target."""
        if self.by_hand is not None:
            return max(self.by_hand.due_at - self.present.start, NO_TIME)
        target = self.terms.target
        return None if target is None else max(target.duration - self.spent, NO_TIME)

    @property
    def warning(self) -> timedelta | None:
        """Return how much of its target may be spent before the clock is at risk."""
        target = self.terms.target
        if target is None or target.warn is None or not target.duration:
            return None
        return target.duration * target.warn

    def risk(self) -> datetime | None:
        """Return when the clock comes to be at risk, were the present segment to last."""
        if self.by_hand is not None:
            return self.by_hand.warns_at
        warning = self.warning
        return None if warning is None else self.reach(warning - self.spent)

    def is_at_risk(self) -> bool:
        """Whether the warning point had been passed when the present segment began."""
        if self.by_hand is not None:
            return self.by_hand.warns_at is not None and self.by_hand.warns_at <= self.present.start
        warning = self.warning
        return warning is not None and self.spent >= warning

    def elapsed(self, at: datetime) -> Elapsed:
        """Return the (business, wall) time that the present segment has counted by `at`."""
        present = self.present
        return NOTHING if present.pause or at <= present.start else present.terms.elapsed(present.start, at)

    def measure(self, at: datetime) -> Elapsed:
        """Return the (business, wall) time that has counted by `at`, which is not in the past."""
        business, wall = self.elapsed(at)
        return self.business + business, self.wall + wall

    def segments(self) -> tuple[Segment, ...]:
        """Return the closed segments, the oldest first."""
        return (*self.moved, *tuple(newest_first(self.trail))[::-1])

    def reach(self, left: timedelta) -> datetime | None:
        """Return when that much more has counted, were the present segment to last; None if never."""
        return self.terms.reach(self.present.start, left)

    def fall_due(self, left: timedelta) -> datetime | None:
        """Return when that much more has counted and so many days are over, were the present segment to last."""
        return self.terms.fall_due(self.present.start, left)

    def fell_due(self) -> datetime | None:
        """Return when the target was spent that was spent as the present segment began."""
        target = self.terms.target
        if target is None or self.terms.reckoning is None:
            return None if target is None else self.spent_when(target)
        return self.terms.fell_due(self.present.start, target.duration - self.spent)

    def rest(self, book: Book) -> Elapsed:
        """Return the (business, wall) time that did not count by the beginning of the present segment."""
        (known, (business, wall)), trail = self.rested, self.trail
        while trail is not None and trail is not known:
            segment, trail = trail
            if segment.pause and segment.end is not None:
                business += segment.terms.open_time(book, segment.start, segment.end)
                wall += segment.end - segment.start
        return business, wall

    def reckon(self, book: Book, since: LaterStart | None = None) -> Meter:
        """Work out what the target comes to, where that depends on when it began to count."""
        promise, rested = self.terms.promise, self.rest(book)
        begun = since or LaterStart(self.started_at, NOTHING, NOTHING)
        duration, until = (
            (NO_TIME, begun.at) if promise is None else self._reckon(promise, book, begun, rested)
        )
        target = None if promise is None else promise.lasting(duration)
        terms = self.terms._replace(target=target, reckoning=Reckoning(promise, until, since))
        return self._replace(present=self.present._replace(terms=terms), rested=(self.trail, rested))

    def _reckon(
        self, promise: Target, book: Book, begun: LaterStart, rested: Elapsed
    ) -> tuple[timedelta, datetime | None]:
        """Return what must have counted in all, and the instant before which that is not due, None for never."""
        terms, at, basis = self.terms, self.present.start, 0 if self.terms.in_business else 1
        if promise.days is None or terms.policy is None:
            return begun.counted[basis] + promise.duration, begun.at
        until = book.deadline(promise, begun.at, calendar=terms.policy.calendar, at=at)
        if until is None:
            return begun.counted[basis] + promise.duration, None
        left = rested[basis] - begun.rested[basis] + terms.ahead(book, at, until)
        return max(self.spent + left, NO_TIME), until

    def spent_when(self, target: Target) -> datetime | None:
        """Return when the closed segments first add up to a target; spent as a pause began, when it runs on."""
        spent = self.wall if target.basis == "wall" else self.business
        runs_on_at = None if self.present.pause else self.present.start
        segments = chain(newest_first(self.trail), reversed(self.moved))
        spent, found, first_run_at = walk_back(segments, spent, target, runs_on_at=runs_on_at)
        until = self.past.until
        if until is None or spent < target.duration:
            return runs_on_at if found is None else found
        marked = self.past.spent_when(target)
        return marked if marked < until else first_run_at

    def due_before(self, at: datetime, spent: timedelta) -> datetime | None:
        """Return the due time where it passed before `at`, by when so much was spent."""
        target = self.present.terms.target
        due: datetime | None
        if self.by_hand is not None:
            due = self.by_hand.due_at
        elif target is None or spent < target.duration:
            return None
        else:
            due = self.fall_due(target.duration - self.spent)
        return due if due is not None and due < at else None

    def is_overspent(self, at: datetime, *, resumed: bool) -> bool:
        """Whether the due time lies before `at`, when the present segment began; one `resumed` was in time."""
        target = self.terms.target
        if self.by_hand is not None or target is None:
            return self.by_hand is not None and self.by_hand.due_at < at
        left = target.duration - self.spent
        if left or resumed:
            return left < NO_TIME
        spent_at = self.fell_due()
        return spent_at is not None and spent_at < at

    def turn(self, present: Segment, counted: Elapsed) -> Meter:
        """Begin another segment; the last one has counted so much."""
        started_at, last, by_hand, business, wall, trail, moved, past, rested = self
        start, at = last.start, present.start
        if at <= start:
            return Meter(started_at, present, by_hand, business, wall, trail, moved, past, rested)
        if by_hand is not None and last.pause:
            by_hand = by_hand.rest(start, at)
        closed = Segment(start, at, last.terms, last.pause, last.begun_by, last.seq)
        business, wall = business + counted[0], wall + counted[1]
        return Meter(started_at, present, by_hand, business, wall, (closed, trail), moved, past, rested)

    def move_start(self, start: datetime, *, book: Book, begun_by: str, seq: int) -> Meter:
        """Count the time from an earlier start too."""
        earlier = tuple(
            stretch(start, self.started_at, terms=self.terms, book=book, begun_by=begun_by, seq=seq)
        )
        business, wall = self.business, self.wall
        for segment in earlier:
            more_business, more_wall = segment.elapsed(segment.start, segment.end or start)
            business, wall = business + more_business, wall + more_wall
        more = business - self.business, wall - self.wall
        present = self.present._replace(terms=self.terms.count_before(more))
        moved = earlier + self.moved
        return self._replace(started_at=start, present=present, business=business, wall=wall, moved=moved)

    def forget(self, targets: Iterable[Target], book: Book) -> Meter:
        """Keep of the closed segments what they add up to, and when they came to each of the targets.

        A pause before the present segment is kept as one: whatever happens at the very instant at which that
        began takes its place, and may go on with the pause.
        """
        until = self._rested_from
        marks = (
            Mark(target.duration, target.basis, self.spent_when(target) or until)
            for target in targets
            if target.days is None
            and self.wall
            and target.duration <= (self.wall if target.basis == "wall" else self.business)
        )
        pause: Trail | None = None
        if self.trail is not None and self.trail[0].pause:
            end = self.present.start
            pause = self.present._replace(start=until, end=end, pause=self.trail[0].pause), None
        past = Past(self.business, self.wall, tuple(marks), until if self.wall else None)
        return self._replace(trail=pause, moved=(), past=past, rested=(pause, self.rest(book)))

    def warned_by_hand(self, book: Book) -> Meter:
        """Work out anew when a due time that was set by hand warns."""
        if self.by_hand is None:
            return self
        due_at = self.by_hand.due_at
        return self._replace(by_hand=ByHand(due_at, self._share_of(due_at, book)))

    def _share_of(self, due_at: datetime, book: Book) -> datetime | None:
        """Return the target's share of what will have counted from the start to a due time set by hand.

        Calendar versions to come are counted in; where it lies behind one, that has it worked out anew. Where no
        time counts, it is the share of all time.
        """
        at, target = self.present.start, self.terms.target
        if target is None or target.warn is None or due_at <= at:
            return None
        ahead = stretch(at, due_at, terms=self.terms, book=book, begun_by="", seq=0)
        spends = (one.terms.spend(one.start, one.end or due_at) for one in ahead)
        counted = sum(spends, self.spent)
        if not counted:
            return at + max((self.wall + (due_at - at)) * target.warn - self.wall, NO_TIME)
        return self.reach(counted * target.warn - self.spent)


class Alarms(NamedTuple):
    """Which alarms a clock has passed.

    `spent_at` is the due time that was passed, while the target is still the same; `outdated`, a version has
    changed that since, and the next event that touches the clock has it worked out anew. An alarm that falls
    before `deaf_until` could not ring then, for a correction was yet to come: it is stamped with that.
    """

    risk_at: datetime | None = None
    breach_at: datetime | None = None
    breach_kind: str = ""
    spent_at: datetime | None = None
    deaf_until: datetime | None = None
    outdated: bool = False

    def warn(self, at: datetime) -> Alarms:
        """Note that the clock came to be at risk."""
        return self._replace(risk_at=self._heard(at))

    def stamp(self, at: datetime, kind: str) -> Alarms:
        """Note the breach, for ever; risk and breach at once are a breach."""
        heard, risk_at = self._heard(at), self.risk_at
        if risk_at is not None and risk_at >= heard:
            risk_at = None
        kind = kind if heard == at else "correction"
        return self._replace(risk_at=risk_at, breach_at=heard, breach_kind=kind)

    def _heard(self, at: datetime) -> datetime:
        return at if self.deaf_until is None else max(at, self.deaf_until)


NO_ALARMS: Final = Alarms()
