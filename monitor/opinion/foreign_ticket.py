"""A ticket of another helpdesk, as far as waiting is concerned: who spoke when, and how long they say it took.

No word that anybody wrote, no name and no address is part of it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Voice(StrEnum):
    """Who speaks in a comment."""

    REQUESTER = "requester"
    OTHER = "other"  # somebody who is neither the requester nor known to work there
    AGENT = "agent"
    ROBOT = "robot"


class Ending(StrEnum):
    """How a ticket stands with them."""

    OPEN = "open"
    OVER = "over"
    MERGED = "merged"
    DELETED = "deleted"


class Aside(StrEnum):
    """What a comment is that is no word between a customer and whoever answers them."""

    FORWARDED = "forwarded"  # to somebody else, to be asked
    SURVEY = "survey"  # how content somebody is, asked or answered
    MERGED_AWAY = "merged_away"  # that the ticket goes on in another
    MERGED_HERE = "merged_here"  # that another ticket goes on in this one


class ForeignComment(Struct, frozen=True, kw_only=True):
    """Something said. Who says it is told by number, and becomes a voice once it is known who works there.

    Some say themselves whether it was said by staff, as they were then. What has `failed` reached nobody. What was
    `brought_in` was said elsewhere, before it was written down there; what was `made_private` had been public.
    """

    id: int
    at: datetime
    author: int | None
    public: bool
    by_rule: bool = False
    by_staff: bool | None = None
    failed: bool = False
    brought_in: bool = False
    made_private: bool = False
    aside: Aside | None = None

    @property
    def is_said(self) -> bool:
        """Whether it is a word between a customer and whoever answers them, that has reached the other."""
        return self.public and not self.failed and self.aside is None


class TheirFigure(Struct, frozen=True, kw_only=True):
    """Their first reply time in seconds, as they keep it; both null where they say that there was none.

    `grain` is how coarse it is: with whole minutes 60. `business` counts hours of their schedule.
    """

    calendar: int | None
    business: int | None = None
    grain: int = 60


class ForeignTicket(Struct, frozen=True, kw_only=True):
    """A ticket as it was told when it had last changed.

    `figure` is null where nothing was said of it, `comments` where they were left out, which are `hidden` where we may
    not read them. It is `aside` where it was made to ask somebody else, and `zoneless` where an instant has no zone.
    A figure `by_rule` is told by nobody, but what the rule that they document makes of the comments.
    """

    id: int
    created_at: datetime
    changed_at: datetime
    ending: Ending
    ended_at: datetime | None
    requester: int | None
    submitter: int | None
    assignee: int | None
    figure: TheirFigure | None
    comments: tuple[ForeignComment, ...] | None
    reopened: bool = False
    shared: bool = False
    is_chat: bool = False
    imported: bool = False
    hidden: bool = False
    aside: bool = False
    zoneless: bool = False
    by_rule: bool = False
    begun_by_staff: bool = False

    @property
    def fate(self) -> Ending:
        """How it stands, by its comments too: of what goes on elsewhere some tell nothing but in a note."""
        told = any(one.aside is Aside.MERGED_AWAY for one in self.comments or ())
        return Ending.MERGED if told and self.ending is Ending.OVER else self.ending


class Cast(Struct, frozen=True, kw_only=True):
    """Who works there, and who of them is a program, by their numbers."""

    staff: frozenset[int] = frozenset()
    robots: frozenset[int] = frozenset()

    def voice(self, comment: ForeignComment, ticket: ForeignTicket) -> Voice:
        """Tell who speaks; whoever asks as requester is one, though they may work there."""
        if comment.by_rule or comment.author in self.robots:
            return Voice.ROBOT
        if comment.by_staff:
            return Voice.AGENT
        if comment.author == ticket.requester:
            return Voice.REQUESTER
        if comment.by_staff is False:
            return Voice.OTHER
        return Voice.AGENT if comment.author in self.staff else Voice.OTHER
