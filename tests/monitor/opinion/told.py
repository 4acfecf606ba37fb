"""Tickets of another helpdesk for tests: who said what how many minutes after the ticket was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from monitor.clock.book.policy import Book
from monitor.opinion.difference import Comparison, compare
from monitor.opinion.foreign_ticket import Cast, Ending, ForeignComment, ForeignTicket, TheirFigure
from monitor.opinion.our_count import OurCount, count

MADE: Final = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)
READ: Final = MADE + timedelta(days=30)
CUSTOMER, PASSER_BY, AGENT, COLLEAGUE, ROBOT = 7001, 7002, 501, 502, 599
CAST: Final = Cast(staff=frozenset({AGENT, COLLEAGUE, ROBOT}), robots=frozenset({ROBOT}))
NO_HOURS: Final = Book([], [])


def after(minutes: float) -> datetime:
    return MADE + timedelta(minutes=minutes)


def said(by: int | None, minutes: float = 0, *, public: bool = True, **more: Any) -> dict[str, Any]:
    return {"author": by, "at": after(minutes), "public": public, **more}


def told(
    *comments: dict[str, Any],
    theirs: int | None = None,
    business: int | None = None,
    ending: Ending = Ending.OVER,
    **more: Any,
) -> ForeignTicket:
    """Return a ticket; `theirs` and `business` are in minutes."""
    in_seconds = [None if each is None else each * 60 for each in (theirs, business)]
    usual: dict[str, Any] = {
        "id": 41007,
        "created_at": MADE,
        "changed_at": READ,
        "ending": ending,
        "ended_at": None,
        "requester": CUSTOMER,
        "submitter": CUSTOMER,
        "assignee": AGENT,
        "figure": TheirFigure(calendar=in_seconds[0], business=in_seconds[1]),
        "comments": tuple(ForeignComment(id=number, **each) for number, each in enumerate(comments)),
    }
    return ForeignTicket(**usual | more)


def ours(ticket: ForeignTicket, book: Book = NO_HOURS) -> OurCount:
    return count(ticket, CAST, book, until=READ)


def compared(ticket: ForeignTicket, book: Book = NO_HOURS) -> Comparison:
    return compare(ticket, CAST, ours(ticket, book), has_hours=book is not NO_HOURS)
