"""Freshdesk's tickets, one a line as its API answers for each with conversations and stats, read into foreign tickets.

Its own export to a file has no word of what was said. The opening message is no conversation but the ticket's own text.
Of their figure it tells the moment of the first response alone, from which the wait since the making of the ticket
follows, by the clock on the wall; the average of their reports counts hours of business.
<https://developers.freshdesk.com/api/#view_a_ticket>
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from monitor.opinion import foreign_record
from monitor.opinion.foreign_record import (
    ForeignUser,
    Told,
    maybe_instant,
    maybe_number,
    read_instant,
    read_number,
)
from monitor.opinion.foreign_ticket import Aside, Ending, ForeignComment, ForeignTicket, TheirFigure
from monitor.opinion.merge_note import merge_told

RESOLVED, CLOSED = 4, 5
PHONE, OUTBOUND = 3, 10
"""The source of a ticket that an agent took down, and of one that an agent began by mail."""
ASIDES: Final = {6: Aside.SURVEY, 8: Aside.FORWARDED}
"""The sources of conversations with others, or of none."""
IMPORTED_BEFORE: Final = timedelta(days=60)
"""No answer is due so long after a ticket was made: it was made elsewhere."""
CHATS: Final = (7, 15)
GRAIN: Final = 2
OPENING: Final = 0
"""The number of the opening message, which has none of its own."""
AUTOMATIC: Final = ("auto_response", "automation_id", "automation_type_id")
FAILURES: Final = ("email_failure_count", "outgoing_failures")


def read_line(line: bytes) -> Told:
    """Return what a line tells; null for what says nothing of waiting. Raises `NoRecord`."""
    return foreign_record.read_line(line, _tell)


def _tell(record: dict[str, Any]) -> Told:
    if "requester_id" in record:
        return read_ticket(record)
    return ForeignUser(read_number(record["id"]), works_there=True) if "ticket_scope" in record else None


def read_ticket(record: Mapping[str, Any]) -> ForeignTicket:
    """Read a ticket. Raises one of `foreign_record.FAULTS` where it is none."""
    created_at, stats = read_instant(record["created_at"]), record.get("stats")
    ended_at = maybe_instant((stats or {}).get("resolved_at")) or maybe_instant(
        (stats or {}).get("closed_at")
    )
    return ForeignTicket(
        id=read_number(record["id"]),
        created_at=created_at,
        changed_at=max(created_at, maybe_instant(record.get("updated_at")) or created_at),
        ending=_ending(record),
        ended_at=ended_at or maybe_instant(record.get("updated_at")),
        requester=read_number(record["requester_id"]),
        submitter=None,
        assignee=maybe_number(record.get("responder_id")),
        figure=None if stats is None else _figure(stats, created_at),
        comments=_comments(record, created_at),
        reopened=bool((stats or {}).get("reopened_at")),
        is_chat=record.get("source") in CHATS,
        imported=(maybe_instant(record.get("fr_due_by")) or created_at) - created_at > IMPORTED_BEFORE,
    )


def _ending(record: Mapping[str, Any]) -> Ending:
    if record.get("spam") or record.get("deleted"):
        return Ending.DELETED
    return Ending.OVER if record.get("status") in (RESOLVED, CLOSED) else Ending.OPEN


def _figure(stats: Mapping[str, Any], created_at: datetime) -> TheirFigure:
    at = maybe_instant(stats.get("first_responded_at"))
    waited = None if at is None else foreign_record.read_length(max(0.0, (at - created_at).total_seconds()))
    return TheirFigure(calendar=waited, grain=GRAIN)


def _comments(record: Mapping[str, Any], created_at: datetime) -> tuple[ForeignComment, ...] | None:
    told = record.get("conversations")
    if told is None:
        return None
    return (_opening(record, created_at), *{one.id: one for one in read_conversations(told)}.values())


def _opening(record: Mapping[str, Any], created_at: datetime) -> ForeignComment:
    """Return the ticket's own text: the customer's, or that of an agent who wrote first or took a call down."""
    source = record.get("source")
    by_agent = source in (PHONE, OUTBOUND)
    author = record.get("responder_id") if by_agent else record["requester_id"]
    return ForeignComment(
        id=OPENING, at=created_at, author=maybe_number(author), public=source != PHONE, by_staff=by_agent
    )


def read_conversations(told: Iterable[Mapping[str, Any]]) -> Iterator[ForeignComment]:
    """Yield what was said after the opening. Raises one of `foreign_record.FAULTS` where it is no conversation."""
    for record in told:
        yield ForeignComment(
            id=read_number(record["id"]),
            at=read_instant(record["created_at"]),
            author=maybe_number(record.get("user_id")),
            public=not record["private"],
            by_rule=any(record.get(name) for name in AUTOMATIC),
            by_staff=not record["incoming"],
            failed=any(record.get(name) for name in FAILURES),
            made_private=bool(record["private"] and record.get("last_edited_at")),
            aside=_aside(record),
        )


def _aside(record: Mapping[str, Any]) -> Aside | None:
    """Return what a conversation is that is no word between both; of a merge nobody but staff can tell."""
    told = None if record["incoming"] else merge_told(record.get("body_text"))
    return ASIDES.get(record.get("source", 0)) or told
