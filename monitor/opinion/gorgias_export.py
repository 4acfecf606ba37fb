"""Gorgias' tickets, one a line as its API answers for each with its messages, read into foreign tickets.

It tells no figure of a ticket: theirs is what the rule that it documents makes of the messages, from the making of a
ticket that a customer began to the first public message by an agent that no rule wrote. Instants have several forms.
<https://developers.gorgias.com/reference/the-ticket-object>
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from monitor.opinion import foreign_record
from monitor.opinion.foreign_record import ForeignUser, Told, number_within, read_number
from monitor.opinion.foreign_ticket import Ending, ForeignComment, ForeignTicket, TheirFigure

GRAIN: Final = 2
CHATS: Final = ("chat",)


def read_line(line: bytes) -> Told:
    """Return what a line tells; null for what says nothing of waiting. Raises `NoRecord`."""
    return foreign_record.read_line(line, _tell)


def _tell(record: dict[str, Any]) -> Told:
    if "created_datetime" in record and "customer" in record:
        return read_ticket(record)
    return ForeignUser(read_number(record["id"]), works_there=True) if "role" in record else None


def read_ticket(record: Mapping[str, Any]) -> ForeignTicket:
    """Read a ticket. Raises one of `foreign_record.FAULTS` where it is none."""
    created_at = read_instant(record["created_datetime"])
    changed_at = _maybe(record.get("updated_datetime")) or created_at
    ticket = ForeignTicket(
        id=read_number(record["id"]),
        created_at=created_at,
        changed_at=max(created_at, changed_at),
        ending=_ending(record),
        ended_at=_maybe(record.get("closed_datetime")),
        requester=number_within(record, "customer"),
        submitter=None,
        assignee=number_within(record, "assignee_user"),
        figure=None,
        comments=_comments(record),
        is_chat=record.get("channel") in CHATS,
        imported=bool(record.get("external_id")),
        zoneless=foreign_record.is_zoneless(record["created_datetime"]),
        by_rule=True,
        begun_by_staff=bool(record.get("from_agent")),
    )
    return with_figure(ticket)


def _ending(record: Mapping[str, Any]) -> Ending:
    if record.get("trashed_datetime") or record.get("spam"):
        return Ending.DELETED
    return Ending.OVER if record.get("status") == "closed" else Ending.OPEN


def with_figure(ticket: ForeignTicket) -> ForeignTicket:
    """Return the ticket with the figure that their rule makes of what was said on it, where that is known."""
    figure = None if ticket.comments is None else _figure(ticket, ticket.comments)
    return msgspec.structs.replace(ticket, figure=figure)


def _figure(ticket: ForeignTicket, comments: Sequence[ForeignComment]) -> TheirFigure:
    answers = [one.at for one in comments if one.public and one.by_staff and not one.by_rule]
    if ticket.begun_by_staff or not answers:
        return TheirFigure(calendar=None, grain=GRAIN)
    waited = max(0.0, (min(answers) - ticket.created_at).total_seconds())
    return TheirFigure(calendar=foreign_record.read_length(waited), grain=GRAIN)


def _comments(record: Mapping[str, Any]) -> tuple[ForeignComment, ...] | None:
    told = record.get("messages")
    return None if told is None else tuple({one.id: one for one in read_messages(told)}.values())


def read_messages(told: Iterable[Mapping[str, Any]]) -> Iterator[ForeignComment]:
    """Yield messages at the instant at which they were sent, where they say one: some are written for later.

    Raises one of `foreign_record.FAULTS` where one is none.
    """
    for record in told:
        yield ForeignComment(
            id=read_number(record["id"]),
            at=_maybe(record.get("sent_datetime")) or read_instant(record["created_datetime"]),
            author=number_within(record, "sender"),
            public=bool(record["public"]),
            by_rule=record.get("rule_id") is not None,
            by_staff=bool(record["from_agent"]),
            failed=record.get("failed_datetime") is not None,
        )


def read_instant(text: str) -> datetime:
    """Return an instant in whichever of their forms; without a zone, in UTC. Raises `ValueError`."""
    return foreign_record.read_instant(text, zone=UTC)


def _maybe(text: str | None) -> datetime | None:
    return foreign_record.maybe_instant(text, zone=UTC)
