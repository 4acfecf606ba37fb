"""Our count of a foreign ticket: its comments as events, replayed as those of our own tickets are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.replay import Event, replay
from monitor.opinion.foreign_ticket import Cast, Ending, ForeignComment, ForeignTicket, Voice

_NOTHING_ASKED_FOR: Final = {
    "store": 0,
    "queue": 0,
    "channel": "import",
    "priority": "normal",
    "tier": "",
    "language": "",
    "tags": [],
}
"""What policies ask about a ticket: the hours are the same for all."""


class OurCount(Struct, frozen=True, kw_only=True):
    """How long the customer waited for a person, in seconds, by our rules.

    `outcome` is that of the first response's clock, "waiting" while it runs, and "nothing" where nobody asked
    anything or it cannot be told. `wall` and `business` are what has counted until the end, or until the export was
    made; null with "nothing" and where the clock says that no answer was owed.
    """

    outcome: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    wall: int | None = None
    business: int | None = None

    @property
    def is_answered(self) -> bool:
        return self.outcome in (Outcome.MET, Outcome.LATE)

    @property
    def is_waiting(self) -> bool:
        return self.outcome == WAITING

    @property
    def is_unanswered(self) -> bool:
        return self.outcome == Outcome.UNANSWERED


WAITING: Final = "waiting"
NOTHING: Final = "nothing"


def count(ticket: ForeignTicket, cast: Cast, book: Book, *, until: datetime) -> OurCount:
    """Return our first response time of a foreign ticket; of one that waits, as long as it has by `until`."""
    clock = next(
        (one for one in clocks(ticket, cast, book, until=until) if one.metric is Metric.FIRST_RESPONSE), None
    )
    if clock is None:
        return OurCount(outcome=NOTHING)
    if clock.outcome not in (None, Outcome.MET, Outcome.LATE, Outcome.UNANSWERED):
        return _of(clock)
    business, wall = clock.elapsed_at(clock.ended_at or max(until, clock.started_at))
    return _of(clock, wall=int(wall.total_seconds()), business=int(business.total_seconds()))


def _of(clock: ReplayedClock, **lengths: int) -> OurCount:
    outcome = WAITING if clock.outcome is None else clock.outcome.value
    return OurCount(outcome=outcome, started_at=clock.started_at, ended_at=clock.ended_at, **lengths)


def clocks(ticket: ForeignTicket, cast: Cast, book: Book, *, until: datetime) -> tuple[ReplayedClock, ...]:
    """Return the clocks of a foreign ticket, none where nobody asked or wrote anything."""
    told = list(events(ticket, cast))
    return replay(told, book, reports=False, shown_at=until) if told else ()


def events(ticket: ForeignTicket, cast: Cast) -> Iterator[Event]:
    """Yield what happened on a foreign ticket, in the words of our clocks.

    It begins with the first public comment, whosever that is but a program's. What an agent took down for somebody
    is no word of theirs: their wait begins when they write. What could not be sent, or went
    to somebody else, was not said.
    """
    said = sorted(ticket.comments or (), key=lambda comment: (comment.at, comment.id))
    heard = [comment for comment in said if comment.is_said]
    opening = next((one for one in heard if cast.voice(one, ticket) is not Voice.ROBOT), None)
    if opening is None:
        return
    yield _opened(opening, cast.voice(opening, ticket))
    later = [one for one in heard if (one.at, one.id) > (opening.at, opening.id)]
    for seq, comment in enumerate(later, start=2):
        yield _said(seq, comment, cast.voice(comment, ticket))
    yield from _ended(ticket, heard, seq=len(later) + 2)


def _opened(comment: ForeignComment, voice: Voice) -> Event:
    by = "agent" if voice is Voice.AGENT else "customer"
    return _event(1, "opened", comment.at, {**_NOTHING_ASKED_FOR, "initiated_by": by, "automatic": False})


def _said(seq: int, comment: ForeignComment, voice: Voice) -> Event:
    if voice in (Voice.REQUESTER, Voice.OTHER):
        return _event(seq, "customer_message_received", comment.at, {})
    author = "bot" if voice is Voice.ROBOT else "agent"
    return _event(seq, "public_reply_sent", comment.at, {"author": author, "automatic": False})


_ENDS: Final[dict[Ending, tuple[str, dict[str, Any]]]] = {
    Ending.OVER: ("resolved", {}),
    Ending.MERGED: ("merged_into", {}),
    Ending.DELETED: ("voided", {}),
}


def _ended(ticket: ForeignTicket, said: Sequence[ForeignComment], *, seq: int) -> Iterator[Event]:
    """Yield the end, if there is one, after the last word: whoever was answered in the end was answered."""
    if ticket.fate is Ending.OPEN:
        return
    last = max(comment.at for comment in said)
    kind, payload = _ENDS[ticket.fate]
    at = max(ticket.ended_at or ticket.changed_at, last + timedelta(microseconds=1))
    yield _event(seq, kind, at, payload)


def _event(seq: int, kind: str, at: datetime, payload: dict[str, Any]) -> Event:
    instant = at.astimezone(UTC)
    return Event(seq, kind, instant, instant, imported=True, payload=payload)
