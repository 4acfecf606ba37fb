"""Freshdesk read over its API: what our key may see, tickets as they were last changed, and what was said on each.

A page of tickets may have no number beyond 300, and rows move to later pages while one reads: the next page begins a
second before the last change of the one before, and nothing is asked for by its number but what was changed within one
second. Deleted tickets and spam are lists of their own. What was said is asked for ticket by ticket, as soon as a page
has named them. <https://developers.freshdesk.com/api/#list_all_tickets>
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from monitor.opinion.foreign_record import FAULTS, read_instant
from monitor.opinion.foreign_ticket import ForeignTicket
from monitor.opinion.freshdesk_export import read_conversations, read_ticket
from monitor.opinion.reading.api_trouble import ReadingRefused, ReadingTrouble
from monitor.opinion.reading.foreign_page import ForeignPage, ForeignQuestion, NoPage

AT_A_TIME, FEWEST = 100, 10
MOST_PAGES: Final = 300
OVERLAP: Final = timedelta(seconds=1)
SEES_ALL: Final = 1
"""The scope of an agent who sees every ticket; others see those of their groups, or their own."""
ME, TICKETS, DELETED, SPAM = "me", "tickets", "deleted", "spam"
AFTER: Final = {ME: TICKETS, TICKETS: DELETED, DELETED: SPAM, SPAM: None}
GONE: Final = ReadingTrouble.NO_ACCOUNT
"""What is said of a ticket that is not there any more."""


class FreshdeskApi:
    """Lists one after another; `waiting` are tickets of a page, with when each changed: they are asked for."""

    streams: Mapping[str, int] = {ME: 0, TICKETS: 1, DELETED: 0, SPAM: 0}

    def start(self, since: datetime) -> dict[str, Any]:
        begins = since.astimezone(UTC).isoformat(timespec="seconds")
        whole = {"since": begins, "until": None, "size": AT_A_TIME}
        return {"stream": ME, "from": begins, "page": 1, "ended": False, "waiting": [], "said": 1, **whole}

    def smaller(self, place: Mapping[str, Any]) -> dict[str, Any]:
        return {**place, "size": max(FEWEST, place["size"] // 2), "page": 1, "said": 1}

    def question(self, place: Mapping[str, Any]) -> ForeignQuestion:
        at = _settled(place)
        if at["stream"] == ME:
            return ForeignQuestion("/api/v2/agents/me", {})
        if at["waiting"]:
            number, _changed = at["waiting"][0]
            how = {"per_page": at["size"], "page": at["said"]}
            return ForeignQuestion(f"/api/v2/tickets/{int(number)}/conversations", how)
        only = {} if at["stream"] == TICKETS else {"filter": at["stream"]}
        order = {"updated_since": _told(at["from"]), "order_by": "updated_at", "order_type": "asc"}
        how = {"per_page": at["size"], "page": at["page"], "include": "stats"}
        return ForeignQuestion("/api/v2/tickets", {**order, **how, **only})

    def read(self, body: bytes, place: Mapping[str, Any], *, now: datetime) -> ForeignPage:
        at = _settled(place)
        try:
            if at["stream"] == ME:
                return _see_all(msgspec.json.decode(body, type=dict[str, Any]), at)
            rows = msgspec.json.decode(body, type=list[dict[str, Any]])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoPage(str(error)) from error
        return _said(rows, at) if at["waiting"] else _listed(rows, at, now)

    def passed(self, place: Mapping[str, Any], refused: ReadingRefused) -> ForeignPage | None:
        """Pass what was said on one ticket where that ticket is gone, or may not be seen."""
        at = _settled(place)
        if not at["waiting"] or refused.trouble not in (GONE, ReadingTrouble.TOKEN_TOO_WEAK):
            return None
        number = {at["waiting"][0][0]}
        page = ForeignPage(place=_next_ticket(at), reached_at=_changed_at(at), refused=1)
        (page.gone if refused.trouble is GONE else page.hidden).update(number)
        return page


def _settled(place: Mapping[str, Any]) -> dict[str, Any]:
    """Return where reading stands once a list has come to its end, and nothing of it waits."""
    if not place["ended"] or place["waiting"]:
        return dict(place)
    return _next_list(place)


def _next_list(place: Mapping[str, Any]) -> dict[str, Any]:
    begins = {"from": place["since"], "page": 1, "ended": False}
    return {**place, "stream": AFTER[place["stream"]], **begins}


def _next_ticket(place: Mapping[str, Any]) -> dict[str, Any]:
    return {**place, "waiting": place["waiting"][1:], "said": 1}


def _see_all(agent: Mapping[str, Any], place: Mapping[str, Any]) -> ForeignPage:
    """Go on with a key of an agent who sees all tickets. Raises `ReadingRefused` for one who sees some."""
    if agent.get("ticket_scope") != SEES_ALL:
        raise ReadingRefused(ReadingTrouble.SEES_A_PART)
    return ForeignPage(place=_next_list(place), records=1)


def _listed(rows: Sequence[Mapping[str, Any]], place: Mapping[str, Any], now: datetime) -> ForeignPage:
    is_deleted = place["stream"] != TICKETS
    page = ForeignPage(place=None, records=len(rows))
    for row in rows:
        try:
            page.tickets.append(_ticket(row, is_deleted=is_deleted))
        except FAULTS:
            page.refused += 1
    after = _after(page, place, len(rows), now)
    if is_deleted:
        page.whole = {ticket.id for ticket in page.tickets}
    else:
        after["waiting"] = [[ticket.id, ticket.changed_at.isoformat()] for ticket in page.tickets]
    is_over = after["ended"] and AFTER[place["stream"]] is None
    page.place = None if is_over else after
    page.reached_at = read_instant(place["until"]) if is_over else _changed_at(place)
    return page


def _ticket(row: Mapping[str, Any], *, is_deleted: bool) -> ForeignTicket:
    marked = {"deleted": True} if is_deleted else {}
    return read_ticket({**row, **marked, "conversations": []})


def _after(page: ForeignPage, place: Mapping[str, Any], rows: int, now: datetime) -> dict[str, Any]:
    """Return where the list goes on; one second may hold more than all its pages: the rest of it is passed."""
    if rows < place["size"]:
        return {**place, "ended": True, "until": place["until"] or now.isoformat()}
    begins = read_instant(place["from"])
    newest = max((ticket.changed_at for ticket in page.tickets), default=begins) - OVERLAP
    if newest > begins:
        return {**place, "from": newest.isoformat(), "page": 1}
    if place["page"] < MOST_PAGES:
        return {**place, "page": place["page"] + 1}
    page.refused += 1
    return {**place, "from": (begins + OVERLAP).isoformat(), "page": 1}


def _said(rows: Sequence[Mapping[str, Any]], place: Mapping[str, Any]) -> ForeignPage:
    number, _changed = place["waiting"][0]
    page = ForeignPage(place=None, records=len(rows), reached_at=_changed_at(place))
    for row in rows:
        try:
            page.comments.setdefault(number, []).extend(read_conversations([row]))
        except FAULTS:
            page.refused += 1
    is_whole = len(rows) < place["size"]
    page.whole = {number} if is_whole else set()
    page.place = _next_ticket(place) if is_whole else {**place, "said": place["said"] + 1}
    return page


def _changed_at(place: Mapping[str, Any]) -> datetime:
    return read_instant(place["waiting"][0][1] if place["waiting"] else place["from"])


def _told(instant: str) -> str:
    """Return an instant as they take it."""
    return read_instant(instant).strftime("%Y-%m-%dT%H:%M:%SZ")
