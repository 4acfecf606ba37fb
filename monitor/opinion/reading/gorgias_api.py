"""Gorgias read over its API: its lists know no time, so that each is walked from its newest back to where we begin.

Tickets as they were last changed, and all messages as they were made. What changes meanwhile jumps to the front of the
first list, and new messages to that of the second: both are walked once more, as far as where the walks began.
<https://developers.gorgias.com/reference/pagination>
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from monitor.opinion.foreign_record import FAULTS, read_number
from monitor.opinion.gorgias_export import read_instant, read_messages, read_ticket
from monitor.opinion.reading.api_trouble import ReadingRefused, ReadingTrouble
from monitor.opinion.reading.foreign_page import ForeignPage, ForeignQuestion, NoPage

AT_A_TIME, FEWEST = 100, 10
MARGIN: Final = timedelta(minutes=2)
"""So much before the first walk began the second ends: their clock and ours may differ."""
TICKETS, MESSAGES, TICKETS_AGAIN, MESSAGES_AGAIN = "tickets", "messages", "tickets_again", "messages_again"
AFTER: Final = {
    TICKETS: MESSAGES,
    MESSAGES: TICKETS_AGAIN,
    TICKETS_AGAIN: MESSAGES_AGAIN,
    MESSAGES_AGAIN: None,
}
OF_TICKETS: Final = (TICKETS, TICKETS_AGAIN)
AGAIN: Final = (TICKETS_AGAIN, MESSAGES_AGAIN)


class _Cursors(Struct):
    next_cursor: str | None = None


class _List(Struct):
    data: list[dict[str, Any]]
    meta: _Cursors


class GorgiasApi:
    """Two lists, each walked twice. A place has when the first walk `began`, and when the last one did, as `until`."""

    streams: Mapping[str, int] = {TICKETS: 1, MESSAGES: 2, TICKETS_AGAIN: 0, MESSAGES_AGAIN: 0}

    def start(self, since: datetime) -> dict[str, Any]:
        begins = {"since": since.astimezone(UTC).isoformat(), "began": None, "until": None}
        return {"stream": TICKETS, "cursor": None, "retried": False, "size": AT_A_TIME, **begins}

    def smaller(self, place: Mapping[str, Any]) -> dict[str, Any]:
        return {**place, "size": max(FEWEST, place["size"] // 2)}

    def question(self, place: Mapping[str, Any]) -> ForeignQuestion:
        cursor = {} if place["cursor"] is None else {"cursor": place["cursor"]}
        name, order = ("tickets", "updated") if place["stream"] in OF_TICKETS else ("messages", "created")
        how = {"limit": place["size"], "order_by": f"{order}_datetime:desc"}
        return ForeignQuestion(f"/api/{name}", {**how, **cursor})

    def read(self, body: bytes, place: Mapping[str, Any], *, now: datetime) -> ForeignPage:
        try:
            told = msgspec.json.decode(body, type=_List)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoPage(str(error)) from error
        page = ForeignPage(place=None, records=len(told.data))
        of_tickets = place["stream"] in OF_TICKETS
        take, changed = (
            (_take_ticket, "updated_datetime") if of_tickets else (_take_message, "created_datetime")
        )
        times = list(_each(told.data, page, take, changed))
        oldest = min(times, default=now)
        begun = _begun(place, now)
        is_over = told.meta.next_cursor in (None, place["cursor"]) or oldest < _floor(begun)
        return _moved(page, begun, None if is_over else told.meta.next_cursor, now - oldest)

    def passed(self, place: Mapping[str, Any], refused: ReadingRefused) -> ForeignPage | None:
        """Begin a walk again, once, where its cursor is not taken any more."""
        if place["cursor"] is None or place["retried"] or refused.trouble is not ReadingTrouble.ODD_ANSWER:
            return None
        return ForeignPage(place={**place, "cursor": None, "retried": True})


def _begun(place: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the place with when the first walk began, and when the last one over tickets did."""
    if place["cursor"] is not None or place["stream"] not in OF_TICKETS:
        return dict(place)
    return {**place, "until" if place["stream"] in AGAIN else "began": now.isoformat()}


def _floor(place: Mapping[str, Any]) -> datetime:
    """Return how far back a walk goes."""
    if place["stream"] in AGAIN:
        return read_instant(place["began"]) - MARGIN
    return read_instant(place["since"])


def _moved(page: ForeignPage, place: dict[str, Any], cursor: str | None, walked: timedelta) -> ForeignPage:
    """Return the page with where to go on, and as many days as it has come through."""
    page.reached_at = read_instant(place["since"]) + max(walked, timedelta())
    if cursor is not None:
        page.place = {**place, "cursor": cursor}
    elif (after := AFTER[place["stream"]]) is not None:
        page.place = {**place, "stream": after, "cursor": None, "retried": False}
    else:
        page.reached_at = read_instant(place["until"])
    return page


def _each(
    records: list[dict[str, Any]],
    page: ForeignPage,
    take: Callable[[dict[str, Any], ForeignPage], None],
    changed: str,
) -> list[datetime]:
    """Take each record that is one; return when those were changed."""
    times = []
    for record in records:
        try:
            times.append(read_instant(record.get(changed) or record["created_datetime"]))
            take(record, page)
        except FAULTS:
            page.refused += 1
    return times


def _take_ticket(record: dict[str, Any], page: ForeignPage) -> None:
    page.tickets.append(read_ticket({**record, "messages": []}))


def _take_message(record: dict[str, Any], page: ForeignPage) -> None:
    page.comments.setdefault(read_number(record["ticket_id"]), []).extend(read_messages([record]))
