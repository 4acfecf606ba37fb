"""Gorgias' tickets, one a line as its API answers for each with its messages, read into foreign tickets.

It tells no figure of a ticket: theirs is what the rule that it documents makes of the messages, from the making of a
ticket that a customer began to the first public message by an agent that no rule wrote. Instants have several forms.
<https://developers.gorgias.com/reference/the-ticket-object>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

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
    created_at = _instant(record["created_datetime"])
    changed_at = _maybe(record.get("updated_datetime")) or created_at
    comments = _comments(record)
    return ForeignTicket(
        id=read_number(record["id"]),
        created_at=created_at,
        changed_at=max(created_at, changed_at),
        ending=_ending(record),
        ended_at=_maybe(record.get("closed_datetime")),
        requester=number_within(record, "customer"),
        submitter=None,
        assignee=number_within(record, "assignee_user"),
        figure=None if comments is None else _figure(record, comments, created_at),
        comments=comments,
        is_chat=record.get("channel") in CHATS,
        imported=bool(record.get("external_id")),
        zoneless=foreign_record.is_zoneless(record["created_datetime"]),
    )


def _ending(record: Mapping[str, Any]) -> Ending:
    if record.get("trashed_datetime") or record.get("spam"):
        return Ending.DELETED
    return Ending.OVER if record.get("status") == "closed" else Ending.OPEN


def _figure(
    record: Mapping[str, Any], comments: Sequence[ForeignComment], created_at: datetime
) -> TheirFigure:
    answers = [one.at for one in comments if one.public and one.by_staff and not one.by_rule]
    if record.get("from_agent") or not answers:
        return TheirFigure(calendar=None, grain=GRAIN)
    waited = max(0.0, (min(answers) - created_at).total_seconds())
    return TheirFigure(calendar=foreign_record.read_length(waited), grain=GRAIN)


def _comments(record: Mapping[str, Any]) -> tuple[ForeignComment, ...] | None:
    told = record.get("messages")
    return None if told is None else tuple({one.id: one for one in _messages(told)}.values())


def _messages(told: Sequence[Mapping[str, Any]]) -> Iterator[ForeignComment]:
    """Yield messages at the instant at which they were sent, where they say one: some are written for later."""
    for record in told:
        yield ForeignComment(
            id=read_number(record["id"]),
            at=_maybe(record.get("sent_datetime")) or _instant(record["created_datetime"]),
            author=number_within(record, "sender"),
            public=bool(record["public"]),
            by_rule=record.get("rule_id") is not None,
            by_staff=bool(record["from_agent"]),
            failed=record.get("failed_datetime") is not None,
        )


def _instant(text: str) -> datetime:
    return foreign_record.read_instant(text, zone=UTC)


def _maybe(text: str | None) -> datetime | None:
    return foreign_record.maybe_instant(text, zone=UTC)
