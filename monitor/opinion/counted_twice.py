"""A ticket that was counted by both sides, and what can be asked of the two counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from monitor.opinion.foreign_ticket import Cast, ForeignComment, ForeignTicket, Voice
from monitor.opinion.our_count import OurCount

BACKDATED_BY: Final = timedelta(minutes=5)
"""A comment so long before its ticket was made there was said elsewhere, and brought in."""
QUARTER: Final = 15 * 60
"""Seconds: zones lie so many apart, or several times as many."""
FARTHEST_ZONE: Final = 14 * 3600


class CountedTwice(Struct, frozen=True, kw_only=True):
    """What reasons are recognised by. `has_hours` says whether our business time was counted in hours."""

    ticket: ForeignTicket
    cast: Cast
    ours: OurCount
    has_hours: bool

    @property
    def theirs(self) -> int | None:
        return None if self.ticket.figure is None else self.ticket.figure.calendar

    @property
    def their_business(self) -> int | None:
        return None if self.ticket.figure is None else self.ticket.figure.business

    @property
    def opening(self) -> ForeignComment | None:
        return min(self.ticket.comments or (), key=lambda one: (one.at, one.id), default=None)

    def voice(self, comment: ForeignComment) -> Voice:
        return self.cast.voice(comment, self.ticket)

    def agrees(self, theirs: int, ours: float) -> bool:
        """Whether two figures are one: how theirs is rounded to its grain is not documented."""
        return abs(theirs - ours) <= (self.ticket.figure.grain if self.ticket.figure else 0)

    def is_theirs(self, at: datetime) -> bool:
        """Whether their clock, which runs from the making of the ticket, can have stopped at this instant."""
        waited = (at - self.ticket.created_at).total_seconds()
        return self.theirs is not None and self.agrees(self.theirs, waited)

    def stopped_at(self, test: Callable[[ForeignComment], bool]) -> bool:
        """Whether their figure ends at a comment of this kind."""
        return any(test(one) and self.is_theirs(one.at) for one in self.ticket.comments or ())

    def stopped_by(self, *voices: Voice, public: bool = True) -> bool:
        """Whether their figure ends at a comment by one of these."""
        return self.stopped_at(lambda one: one.public is public and self.voice(one) in voices)

    def begun_by(self, voice: Voice, *, public: bool) -> bool:
        """Whether the first that was said on it was said by one of these, to everybody or to agents alone."""
        opening = self.opening
        return opening is not None and opening.public is public and self.voice(opening) is voice

    @property
    def is_same_wall(self) -> bool:
        """Whether both agree on the time by the clock on the wall."""
        theirs, ours = self.theirs, self.ours.wall
        return theirs is not None and ours is not None and self.agrees(theirs, ours)

    @property
    def ends_alike(self) -> bool:
        """Whether both end with one answer, and do not agree on how long it took."""
        ended_at = self.ours.ended_at
        is_one = ended_at is not None and self.ours.is_answered and self.is_theirs(ended_at)
        return is_one and not self.is_same_wall

    @property
    def asked_by(self) -> Voice | None:
        """Whose comment began our count."""
        asked = (one for one in self.ticket.comments or () if one.is_said and one.at == self.ours.started_at)
        return next(map(self.voice, asked), None)

    @property
    def is_backdated(self) -> bool:
        return self.opening is not None and self.opening.at < self.ticket.created_at - BACKDATED_BY

    @property
    def is_brought_in(self) -> bool:
        """Whether they say that it comes from elsewhere."""
        return self.ticket.imported or any(one.brought_in for one in self.ticket.comments or ())

    @property
    def is_zones_apart(self) -> bool:
        """Whether it was made as far from the first word as zones are from each other, and an instant has none."""
        if not self.ticket.zoneless or self.opening is None:
            return False
        apart = abs((self.opening.at - self.ticket.created_at).total_seconds())
        from_quarter = min(apart % QUARTER, QUARTER - apart % QUARTER)
        return self.agrees(0, from_quarter) and QUARTER / 2 < apart <= FARTHEST_ZONE

    @property
    def runs_from_bot(self) -> bool:
        """Whether their clock can have begun at a program's message, when a person was called."""
        ended_at, theirs = self.ours.ended_at, self.theirs
        if ended_at is None or theirs is None or not self.ours.is_answered:
            return False
        programs = [one.at for one in self.ticket.comments or () if self.voice(one) is Voice.ROBOT]
        return any(self.agrees(theirs, (ended_at - at).total_seconds()) for at in programs if at < ended_at)

    @property
    def is_open_time(self) -> bool:
        """Whether their time by the clock on the wall is what we count as open."""
        theirs, ours = self.theirs, self.ours.business
        if not self.has_hours or theirs is None or ours is None or not self.ours.is_answered:
            return False
        return self.agrees(theirs, ours) and not self.is_same_wall

    @property
    def has_other_hours(self) -> bool:
        """Whether both agree on the time by the clock on the wall, and not on how much of it was open."""
        theirs, ours = self.their_business, self.ours.business
        if not self.has_hours or theirs is None or ours is None or not self.ours.is_answered:
            return False
        return not self.agrees(theirs, ours) and self.is_same_wall

    @property
    def is_stopped_later(self) -> bool:
        """Whether their clock stopped at a later answer by an agent than ours."""
        ended_at = self.ours.ended_at
        return ended_at is not None and self.stopped_at(
            lambda one: one.is_said and one.at > ended_at and self.voice(one) is Voice.AGENT
        )
