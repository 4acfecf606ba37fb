"""Zendesk read over its API: who works there, tickets with their metric sets by cursor, then all that was said.

In the order in which they were changed last. The two exports of one pass meet where the first had come to its end: what
is changed meanwhile comes again in the second. Rows repeat, within a page and over pages; each has its number.
<https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/>
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from monitor.opinion.counted_twice import BACKDATED_BY
from monitor.opinion.foreign_record import FAULTS, read_instant
from monitor.opinion.foreign_ticket import ForeignComment
from monitor.opinion.merge_note import merge_told
from monitor.opinion.reading.api_trouble import ReadingRefused
from monitor.opinion.reading.foreign_page import ForeignPage, ForeignQuestion, NoPage
from monitor.opinion.zendesk_export import STAFF_ROLES, is_rule, read_ticket

AT_A_TIME: Final = 500
FEWEST, MOST = 25, 1000
HELD_BACK: Final = 60
"""Seconds: what was changed so shortly before is not told yet, and may not be asked for."""
COMMENTS: Final = ("Comment", "VoiceComment")
PRIVACY_CHANGE: Final = "CommentPrivacyChange"
USERS, TICKETS, EVENTS = "users", "tickets", "events"


class _Meta(Struct):
    has_more: bool = False
    after_cursor: str | None = None


class _User(Struct):
    id: int
    role: str = ""


class _Users(Struct):
    users: list[_User]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Tickets(Struct):
    tickets: list[dict[str, Any]]
    end_of_stream: bool
    after_cursor: str | None = None


class _Events(Struct):
    ticket_events: list[msgspec.Raw]
    end_time: int | None = None
    end_of_stream: bool | None = None


class _Child(Struct):
    event_type: str = ""
    id: int | None = None
    author_id: int | None = None
    public: bool | None = None
    created_at: str | None = None
    via: Any = None
    via_reference_id: int | None = None
    body: Any = None
    comment_id: int | None = None


class _Event(Struct):
    ticket_id: int
    timestamp: int
    updater_id: int | None = None
    child_events: list[_Child] = []


class ZendeskApi:
    """The three streams of a pass, one after another. A place has its stream, where it began and where it stands."""

    streams: Mapping[str, int] = {USERS: 1, TICKETS: 1, EVENTS: 1}

    def start(self, since: datetime) -> dict[str, Any]:
        begins = int(since.timestamp())
        return {"stream": USERS, "since": begins, "at": None, "size": AT_A_TIME}

    def passed(self, place: Mapping[str, Any], refused: ReadingRefused) -> ForeignPage | None:
        return None

    def smaller(self, place: Mapping[str, Any]) -> dict[str, Any]:
        return {**place, "size": max(FEWEST, place["size"] // 2)}

    def question(self, place: Mapping[str, Any]) -> ForeignQuestion:
        stream, at, size = place["stream"], place["at"], place["size"]
        if stream == USERS:
            page = {"page[size]": 100} | ({} if at is None else {"page[after]": at})
            return ForeignQuestion("/api/v2/users.json", {"role[]": list(STAFF_ROLES), **page})
        if stream == TICKETS:
            begins = {"start_time": place["since"]} if at is None else {"cursor": at}
            more = {"include": "metric_sets", "per_page": size}
            return ForeignQuestion("/api/v2/incremental/tickets/cursor.json", {**begins, **more})
        begins = {"start_time": place["since"] if at is None else at}
        more = {"include": "comment_events", "per_page": size}
        return ForeignQuestion("/api/v2/incremental/ticket_events.json", {**begins, **more})

    def read(self, body: bytes, place: Mapping[str, Any], *, now: datetime) -> ForeignPage:
        try:
            return _READERS[place["stream"]](body, place, now)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoPage(str(error)) from error


def _users(body: bytes, place: Mapping[str, Any], _now: datetime) -> ForeignPage:
    told = msgspec.json.decode(body, type=_Users)
    at = told.meta.after_cursor if told.meta.has_more else None
    goes_on = at is not None and at != place["at"]
    return ForeignPage(
        place={**place, "at": at} if goes_on else {**place, "stream": TICKETS, "at": None},
        staff={user.id for user in told.users if user.role in STAFF_ROLES},
        records=len(told.users),
    )


def _tickets(body: bytes, place: Mapping[str, Any], now: datetime) -> ForeignPage:
    told = msgspec.json.decode(body, type=_Tickets)
    at = None if told.end_of_stream else told.after_cursor
    goes_on = at is not None and at != place["at"]
    page = ForeignPage(
        place={**place, "at": at} if goes_on else {**place, "stream": EVENTS, "at": None},
        records=len(told.tickets),
    )
    for record in told.tickets:
        _take_ticket(record, page)
    page.reached_at = _newest([ticket.changed_at for ticket in page.tickets], now, over=not goes_on)
    return page


def _take_ticket(record: dict[str, Any], page: ForeignPage) -> None:
    try:
        page.tickets.append(msgspec.structs.replace(read_ticket(record), comments=()))
    except FAULTS:
        page.refused += 1


def _events(body: bytes, place: Mapping[str, Any], now: datetime) -> ForeignPage:
    told = msgspec.json.decode(body, type=_Events)
    begins = place["since"] if place["at"] is None else place["at"]
    after = _after(told, place, begins, now)
    is_passed = after is not None and after["at"] == begins + 1 and told.end_time == begins
    page = ForeignPage(place=after, records=len(told.ticket_events), refused=int(is_passed))
    times = [begins]
    for raw in told.ticket_events:
        try:
            event = msgspec.json.decode(raw, type=_Event)
            _take_comments(event, page)
            times.append(event.timestamp)
        except (msgspec.DecodeError, *FAULTS):
            page.refused += 1
    newest = [datetime.fromtimestamp(min(max(times), now.timestamp()), UTC)]
    page.reached_at = _newest(newest, now, over=page.place is None)
    return page


def _after(told: _Events, place: Mapping[str, Any], begins: int, now: datetime) -> dict[str, Any] | None:
    """Return where to go on. One second may hold more than a page: more is asked for, then the rest of it is passed."""
    ends, size = told.end_time, place["size"]
    is_short = told.end_of_stream is None and len(told.ticket_events) < size
    if told.end_of_stream or is_short or ends is None or ends > now.timestamp() - HELD_BACK:
        return None
    if ends > begins:
        return {**place, "at": ends}
    if size < MOST:
        return {**place, "size": MOST}
    return {**place, "at": begins + 1}


def _take_comments(event: _Event, page: ForeignPage) -> None:
    for child in event.child_events:
        if child.event_type in COMMENTS:
            page.comments.setdefault(event.ticket_id, []).append(_comment(child, event))
        elif child.event_type == PRIVACY_CHANGE and child.comment_id is not None and child.public is False:
            page.made_private.setdefault(event.ticket_id, set()).add(child.comment_id)


def _comment(child: _Child, event: _Event) -> ForeignComment:
    """Return a comment, said by whoever made the change where it does not say by whom. Raises `ValueError`."""
    if child.id is None or child.public is None:
        raise ValueError("a comment without its number, or that does not say who may read it")
    written_at = datetime.fromtimestamp(event.timestamp, UTC)
    at = written_at if child.created_at is None else read_instant(child.created_at)
    return ForeignComment(
        id=child.id,
        at=at,
        author=event.updater_id if child.author_id is None else child.author_id,
        public=child.public,
        by_rule=is_rule(child.via) or is_rule(child.via_reference_id),
        brought_in=written_at - at > BACKDATED_BY,
        aside=merge_told(child.body),
    )


def _newest(times: Sequence[datetime], now: datetime, *, over: bool) -> datetime | None:
    """Return up to when a stream is read: to its end, whatever was changed last there."""
    return now - timedelta(seconds=HELD_BACK) if over else max(times, default=None)


_READERS: Final = {USERS: _users, TICKETS: _tickets, EVENTS: _events}
