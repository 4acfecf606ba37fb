"""Zendesk's JSON export: one object a line, each under the name of what it is, read into foreign tickets.

A ticket of more than a megabyte is written without its comments, and comes again with an error text; the same ticket
may come several times, and its newest telling counts. Times are UTC, figures whole minutes. Of the figures the native
one is read, from the making of the ticket to the first public comment by an agent: the clock of their service levels
is another. <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from monitor.opinion import foreign_record
from monitor.opinion.foreign_record import (
    ForeignUser,
    Told,
    maybe_instant,
    maybe_number,
    read_instant,
    read_length,
    read_number,
)
from monitor.opinion.foreign_ticket import Ending, ForeignComment, ForeignTicket, TheirFigure
from monitor.opinion.merge_note import merge_told

STAFF_ROLES: Final = ("agent", "admin")
CHATS: Final = ("chat", "messaging", "native_messaging")
RULE: Final = ("rule", 8)
"""A trigger or an automation, as a channel is written or numbered: developer.zendesk.com/…/via-types."""
MERGED_TAG: Final = "closed_by_merge"
SIDE_TAG: Final = "created_for_side_conversation"
OVER: Final = ("solved", "closed")
MINUTE: Final = 60


def read_line(line: bytes) -> Told:
    """Return what a line tells; null for what says nothing of waiting. Raises `NoRecord`."""
    return foreign_record.read_line(line, _tell)


def _tell(told: dict[str, Any]) -> Told:
    kind, record = _unwrapped(told)
    if kind == "user":
        return ForeignUser(read_number(record["id"]), record.get("role") in STAFF_ROLES)
    return read_ticket(record) if kind == "ticket" else None


def _unwrapped(told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return what a record is, and the record: under its name as in files, or bare as from the API."""
    for kind in ("ticket", "user", "organization"):
        if isinstance(told.get(kind), dict):
            return kind, told[kind]
    if "requester_id" in told or "requester" in told:
        return "ticket", told
    return ("user", told) if "role" in told else ("", told)


def read_ticket(record: Mapping[str, Any]) -> ForeignTicket:
    """Read a ticket. Raises `KeyError`, `TypeError` or `ValueError` where it is none."""
    created_at = read_instant(record["created_at"])
    metrics = record.get("metric_set")
    tags, channel = record.get("tags") or (), (record.get("via") or {}).get("channel")
    return ForeignTicket(
        id=read_number(record["id"]),
        created_at=created_at,
        changed_at=_changed_at(record, created_at),
        ending=_ending(record, tags),
        ended_at=maybe_instant((metrics or {}).get("solved_at")) or maybe_instant(record.get("updated_at")),
        requester=_person(record, "requester"),
        submitter=_person(record, "submitter"),
        assignee=_person(record, "assignee"),
        figure=None if metrics is None else _figure(metrics),
        comments=_comments(record),
        reopened=bool((metrics or {}).get("reopens")),
        shared=bool(record.get("sharing_agreement_ids")),
        is_chat=channel in CHATS,
        aside=SIDE_TAG in tags,
    )


def _changed_at(record: Mapping[str, Any], created_at: datetime) -> datetime:
    """Return when the record was last written; jobs of theirs move it too, so that it is the later of both."""
    stamp = record.get("generated_timestamp")
    generated = created_at if stamp is None else datetime.fromtimestamp(stamp, UTC)
    return max(generated, maybe_instant(record.get("updated_at")) or created_at)


def _ending(record: Mapping[str, Any], tags: Sequence[str]) -> Ending:
    status = record.get("status")
    if status == "deleted":
        return Ending.DELETED
    if status not in OVER:
        return Ending.OPEN
    return Ending.MERGED if MERGED_TAG in tags else Ending.OVER


def _figure(metrics: Mapping[str, Any]) -> TheirFigure:
    """Return their figure; of messages there may be one in seconds alone."""
    minutes = metrics.get("reply_time_in_minutes") or {}
    calendar, business = minutes.get("calendar"), minutes.get("business")
    seconds = (metrics.get("reply_time_in_seconds") or {}).get("calendar")
    if calendar is None and seconds is not None:
        return TheirFigure(calendar=read_length(seconds), grain=2)
    in_seconds = [None if each is None else read_length(each) * MINUTE for each in (calendar, business)]
    return TheirFigure(calendar=in_seconds[0], business=in_seconds[1])


def _comments(record: Mapping[str, Any]) -> tuple[ForeignComment, ...] | None:
    told = record.get("comments")
    return None if told is None else tuple(_each_once(told))


def _each_once(told: Sequence[Mapping[str, Any]]) -> Iterator[ForeignComment]:
    seen = set[int]()
    for record in told:
        comment = ForeignComment(
            id=read_number(record["id"]),
            at=read_instant(record["created_at"]),
            author=_person(record, "author"),
            public=bool(record.get("public")),
            by_rule=is_rule(record.get("via")),
            aside=merge_told(record.get("body")),
        )
        if comment.id not in seen:
            seen.add(comment.id)
            yield comment


def is_rule(via: Any) -> bool:
    """Whether something was done by a trigger or an automation; `via` is told whole, or its channel alone."""
    return (via.get("channel") if isinstance(via, dict) else via) in RULE


def _person(record: Mapping[str, Any], role: str) -> int | None:
    return maybe_number(record.get(f"{role}_id", (record.get(role) or {}).get("id")))
