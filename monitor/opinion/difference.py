"""Why their first reply time is not ours: the reasons, in the order in which they are tried, and how each is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from monitor.clock.metrics import Outcome
from monitor.opinion.foreign_ticket import Cast, Ending, ForeignComment, ForeignTicket, TheirFigure, Voice
from monitor.opinion.our_count import OurCount

BACKDATED_BY: Final = timedelta(minutes=5)
"""A comment so long before its ticket was made there was said elsewhere, and brought in."""


class Reason(StrEnum):
    """Why two figures of one ticket differ, or why only one side has one."""

    DELETED = "deleted"
    COMMENTS_LEFT_OUT = "comments_left_out"
    FIGURE_NOT_TOLD = "figure_not_told"
    MERGED = "merged"
    AGENT_STARTED = "agent_started"
    ON_BEHALF_NOTE = "on_behalf_note"
    CLOSED_SILENTLY = "closed_silently"
    STILL_WAITING = "still_waiting"
    IMPORTED_BACKDATED = "imported_backdated"
    SENDING_FAILED = "sending_failed"
    BOT_COUNTED = "bot_counted"
    PRIVATE_NOTE_COUNTED = "private_note_counted"
    NOT_KNOWN_AS_STAFF = "not_known_as_staff"
    CUSTOMER_CAME_LATER = "customer_came_later"
    LIVE_SESSION = "live_session"
    TICKET_SHARING = "ticket_sharing"
    REOPENED = "reopened"
    LATER_REPLY_COUNTED = "later_reply_counted"
    FIGURE_IS_OLDER = "figure_is_older"
    ANOTHER_SCHEDULE = "another_schedule"
    UNEXPLAINED = "unexplained"


class Comparison(Struct, frozen=True, kw_only=True):
    """One ticket counted twice: `reasons` is empty where both say the same, and names all that fit, the first first."""

    ours: OurCount
    theirs: TheirFigure | None
    reasons: tuple[Reason, ...] = ()

    @property
    def reason(self) -> Reason | None:
        return self.reasons[0] if self.reasons else None


class _Pair(Struct, frozen=True, kw_only=True):
    """What reasons are recognised by."""

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

    def is_theirs(self, at: datetime) -> bool:
        """Whether their clock, which runs from the making of the ticket, can have stopped at this instant."""
        waited = (at - self.ticket.created_at).total_seconds()
        return self.theirs is not None and self.agrees(self.theirs, waited)

    def agrees(self, theirs: int, ours: float) -> bool:
        """Whether two figures are one: how theirs is rounded to its grain is not documented."""
        return abs(theirs - ours) <= (self.ticket.figure.grain if self.ticket.figure else 0)

    def stopped_by(self, *voices: Voice, public: bool = True) -> bool:
        """Whether their figure ends at a comment by one of these."""
        return any(
            one.public is public and self.voice(one) in voices and self.is_theirs(one.at)
            for one in self.ticket.comments or ()
        )

    @property
    def begun_by_agent(self) -> bool:
        return self.opening is not None and self.voice(self.opening) is Voice.AGENT


def compare(ticket: ForeignTicket, cast: Cast, ours: OurCount, *, has_hours: bool) -> Comparison:
    """Compare both figures of a ticket, and say why they differ where they do.

    `has_hours` says whether our business time was counted in hours, so that it can be held against theirs.
    """
    pair = _Pair(ticket=ticket, cast=cast, ours=ours, has_hours=has_hours)
    reasons = () if _is_same(pair) else tuple(_reasons(pair))
    return Comparison(ours=ours, theirs=ticket.figure, reasons=reasons)


def _is_same(pair: _Pair) -> bool:
    """Whether both say the same. An answer that nobody has given is no figure that two could agree on."""
    ours, theirs = pair.ours, pair.theirs
    if _REASONS[Reason.COMMENTS_LEFT_OUT](pair) or pair.ticket.figure is None:
        return False
    if not ours.is_answered or ours.wall is None:
        return theirs is None and not (ours.is_waiting or ours.is_unanswered)
    return theirs is not None and pair.agrees(theirs, ours.wall) and not _other_hours(pair)


def _other_hours(pair: _Pair) -> bool:
    """Whether both agree on the time by the clock on the wall, and not on how much of it was open."""
    theirs, ours = pair.their_business, pair.ours.business
    if not pair.has_hours or theirs is None or ours is None or not pair.ours.is_answered:
        return False
    return not pair.agrees(theirs, ours) and _same_wall(pair)


def _same_wall(pair: _Pair) -> bool:
    theirs, ours = pair.theirs, pair.ours.wall
    return theirs is not None and ours is not None and pair.agrees(theirs, ours)


def _reasons(pair: _Pair) -> Iterator[Reason]:
    found = [reason for reason, fits in _REASONS.items() if fits(pair)]
    yield from found or [Reason.UNEXPLAINED]


def _is_backdated(pair: _Pair) -> bool:
    return pair.opening is not None and pair.opening.at < pair.ticket.created_at - BACKDATED_BY


def _came_later(pair: _Pair) -> bool:
    """Whether both end with one answer, and ours begins when somebody asked, not when the ticket was made."""
    ours = pair.ours
    same_end = ours.ended_at is not None and pair.is_theirs(ours.ended_at)
    return same_end and ours.is_answered and not _same_wall(pair)


def _later_reply(pair: _Pair) -> bool:
    ended = pair.ours.ended_at
    return any(
        comment.public
        and pair.voice(comment) is Voice.AGENT
        and ended is not None
        and comment.at > ended
        and pair.is_theirs(comment.at)
        for comment in pair.ticket.comments or ()
    )


_REASONS: Final[dict[Reason, Callable[[_Pair], bool]]] = {
    Reason.DELETED: lambda pair: pair.ticket.ending is Ending.DELETED,
    Reason.COMMENTS_LEFT_OUT: lambda pair: (
        pair.ticket.comments is None and pair.ticket.ending is not Ending.DELETED
    ),
    Reason.FIGURE_NOT_TOLD: lambda pair: pair.ticket.figure is None,
    Reason.MERGED: lambda pair: pair.ticket.ending is Ending.MERGED or pair.ours.outcome == Outcome.MERGED,
    Reason.AGENT_STARTED: lambda pair: (
        pair.begun_by_agent and pair.opening is not None and pair.opening.public
    ),
    Reason.ON_BEHALF_NOTE: lambda pair: (
        pair.begun_by_agent and pair.opening is not None and not pair.opening.public
    ),
    Reason.CLOSED_SILENTLY: lambda pair: pair.theirs is None and pair.ours.is_unanswered,
    Reason.STILL_WAITING: lambda pair: pair.theirs is None and pair.ours.is_waiting,
    Reason.IMPORTED_BACKDATED: _is_backdated,
    Reason.SENDING_FAILED: lambda pair: any(
        comment.failed and pair.is_theirs(comment.at) for comment in pair.ticket.comments or ()
    ),
    Reason.BOT_COUNTED: lambda pair: pair.stopped_by(Voice.ROBOT),
    Reason.PRIVATE_NOTE_COUNTED: lambda pair: pair.stopped_by(Voice.AGENT, Voice.ROBOT, public=False),
    Reason.NOT_KNOWN_AS_STAFF: lambda pair: pair.stopped_by(Voice.OTHER),
    Reason.CUSTOMER_CAME_LATER: _came_later,
    Reason.LIVE_SESSION: lambda pair: pair.ticket.is_chat,
    Reason.TICKET_SHARING: lambda pair: pair.ticket.shared,
    Reason.REOPENED: lambda pair: pair.ticket.reopened and _later_reply(pair),
    Reason.LATER_REPLY_COUNTED: _later_reply,
    Reason.FIGURE_IS_OLDER: lambda pair: (
        pair.theirs is None and pair.ours.ended_at is not None and pair.ours.ended_at > pair.ticket.changed_at
    ),
    Reason.ANOTHER_SCHEDULE: _other_hours,
}
"""How each reason is recognised, in order: what both sides cannot count comes first, what explains a length later."""
