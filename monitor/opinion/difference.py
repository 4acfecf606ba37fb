"""Why their first reply time is not ours: the reasons, in the order in which they are tried, and how each is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from monitor.clock.metrics import Outcome
from monitor.opinion.counted_twice import CountedTwice
from monitor.opinion.foreign_ticket import Aside, Cast, Ending, ForeignTicket, TheirFigure, Voice
from monitor.opinion.our_count import OurCount


class Reason(StrEnum):
    """Why two figures of one ticket differ, or why only one side has one."""

    DELETED = "deleted"
    NOT_VISIBLE = "not_visible"
    COMMENTS_LEFT_OUT = "comments_left_out"
    FIGURE_NOT_TOLD = "figure_not_told"
    MERGED = "merged"
    SIDE_CONVERSATION = "side_conversation"
    CAMPAIGN = "campaign"
    AGENT_STARTED = "agent_started"
    ON_BEHALF_NOTE = "on_behalf_note"
    CLOSED_SILENTLY = "closed_silently"
    STILL_WAITING = "still_waiting"
    TIME_ZONE = "time_zone"
    IMPORTED_BACKDATED = "imported_backdated"
    SENDING_FAILED = "sending_failed"
    SURVEY = "survey"
    RULE_COUNTED = "rule_counted"
    BOT_COUNTED = "bot_counted"
    MADE_PRIVATE = "made_private"
    PRIVATE_NOTE_COUNTED = "private_note_counted"
    NOT_KNOWN_AS_STAFF = "not_known_as_staff"
    COPIED_PERSON = "copied_person"
    CUSTOMER_CAME_LATER = "customer_came_later"
    COUNTED_FROM_BOT = "counted_from_bot"
    OPEN_HOURS_COUNTED = "open_hours_counted"
    MERGED_HERE = "merged_here"
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


def compare(ticket: ForeignTicket, cast: Cast, ours: OurCount, *, has_hours: bool) -> Comparison:
    """Compare both figures of a ticket, and say why they differ where they do.

    `has_hours` says whether our business time was counted in hours, so that it can be held against theirs.
    """
    pair = CountedTwice(ticket=ticket, cast=cast, ours=ours, has_hours=has_hours)
    reasons = () if _is_same(pair) else tuple(_reasons(pair))
    return Comparison(ours=ours, theirs=ticket.figure, reasons=reasons)


def _is_same(pair: CountedTwice) -> bool:
    """Whether both say the same. An answer that nobody has given is no figure that two could agree on."""
    ours, theirs = pair.ours, pair.theirs
    if _has_no_comments(pair) or pair.ticket.figure is None:
        return False
    if not ours.is_answered or ours.wall is None:
        return theirs is None and not (ours.is_waiting or ours.is_unanswered)
    return pair.is_same_wall and not pair.has_other_hours


def _reasons(pair: CountedTwice) -> Iterator[Reason]:
    found = [reason for reason, fits in _REASONS.items() if fits(pair)]
    yield from found or [Reason.UNEXPLAINED]


def _has_no_comments(pair: CountedTwice) -> bool:
    return pair.ticket.comments is None and pair.ticket.ending is not Ending.DELETED


def _is_merged(pair: CountedTwice) -> bool:
    return pair.ticket.fate is Ending.MERGED or pair.ours.outcome == Outcome.MERGED


def _is_asked_aside(pair: CountedTwice) -> bool:
    return pair.ticket.aside or pair.stopped_at(lambda one: one.aside is Aside.FORWARDED)


def _is_imported(pair: CountedTwice) -> bool:
    """Whether it was written elsewhere, and their clock stopped at nothing that was said here."""
    return pair.is_backdated or (pair.is_brought_in and not pair.stopped_at(lambda _one: True))


def _is_older(pair: CountedTwice) -> bool:
    ended_at = pair.ours.ended_at
    return pair.theirs is None and ended_at is not None and ended_at > pair.ticket.changed_at


def _hears_of_another(pair: CountedTwice) -> bool:
    return any(one.aside is Aside.MERGED_HERE for one in pair.ticket.comments or ())


_REASONS: Final[dict[Reason, Callable[[CountedTwice], bool]]] = {
    Reason.DELETED: lambda pair: pair.ticket.ending is Ending.DELETED,
    Reason.NOT_VISIBLE: lambda pair: pair.ticket.hidden and _has_no_comments(pair),
    Reason.COMMENTS_LEFT_OUT: _has_no_comments,
    Reason.FIGURE_NOT_TOLD: lambda pair: pair.ticket.figure is None,
    Reason.MERGED: _is_merged,
    Reason.SIDE_CONVERSATION: _is_asked_aside,
    Reason.CAMPAIGN: lambda pair: pair.begun_by(Voice.ROBOT, public=True),
    Reason.AGENT_STARTED: lambda pair: pair.begun_by(Voice.AGENT, public=True),
    Reason.ON_BEHALF_NOTE: lambda pair: pair.begun_by(Voice.AGENT, public=False),
    Reason.CLOSED_SILENTLY: lambda pair: pair.theirs is None and pair.ours.is_unanswered,
    Reason.STILL_WAITING: lambda pair: pair.theirs is None and pair.ours.is_waiting,
    Reason.TIME_ZONE: lambda pair: pair.is_zones_apart,
    Reason.IMPORTED_BACKDATED: _is_imported,
    Reason.SENDING_FAILED: lambda pair: pair.stopped_at(lambda one: one.failed),
    Reason.SURVEY: lambda pair: pair.stopped_at(lambda one: one.aside is Aside.SURVEY),
    Reason.RULE_COUNTED: lambda pair: pair.stopped_at(lambda one: one.public and one.by_rule),
    Reason.BOT_COUNTED: lambda pair: pair.stopped_at(
        lambda one: one.public and not one.by_rule and pair.voice(one) is Voice.ROBOT
    ),
    Reason.MADE_PRIVATE: lambda pair: pair.stopped_at(lambda one: one.made_private),
    Reason.PRIVATE_NOTE_COUNTED: lambda pair: pair.stopped_by(Voice.AGENT, Voice.ROBOT, public=False),
    Reason.NOT_KNOWN_AS_STAFF: lambda pair: pair.stopped_by(Voice.OTHER),
    Reason.COPIED_PERSON: lambda pair: pair.ends_alike and pair.asked_by is Voice.OTHER,
    Reason.CUSTOMER_CAME_LATER: lambda pair: pair.ends_alike,
    Reason.COUNTED_FROM_BOT: lambda pair: pair.runs_from_bot,
    Reason.OPEN_HOURS_COUNTED: lambda pair: pair.is_open_time,
    Reason.MERGED_HERE: _hears_of_another,
    Reason.LIVE_SESSION: lambda pair: pair.ticket.is_chat,
    Reason.TICKET_SHARING: lambda pair: pair.ticket.shared,
    Reason.REOPENED: lambda pair: pair.ticket.reopened and pair.is_stopped_later,
    Reason.LATER_REPLY_COUNTED: lambda pair: pair.is_stopped_later,
    Reason.FIGURE_IS_OLDER: _is_older,
    Reason.ANOTHER_SCHEDULE: lambda pair: pair.has_other_hours,
}
"""How each reason is recognised, in order: what both sides cannot count comes first, what explains a length later."""
