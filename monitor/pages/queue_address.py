"""The queue's address: what it asks for, and where in the list a page begins."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.input.id_text import read_number
from helpdesk.models import Agent
from helpdesk.pages.frame.address import read_instant
from monitor.queue import queue_order
from monitor.queue.queue_order import QueueCursor, QueueFilter
from monitor.relay.standings import RANKS

TABS: Final = {"mine": _("Mine"), "unassigned": _("Unassigned"), "snoozed": _("Snoozed"), "all": _("All")}
STANDS: Final = {
    "late": _("late"),
    "at_risk": _("at risk"),
    "soon": _("due within 15 minutes"),
    "unacknowledged": _("nobody has acknowledged it"),
    "waiting": _("the customer waits for an answer"),
}
FILTERS: Final = ("place", "queue", "store", "priority")


def read_filter(query: QueryDict) -> QueueFilter:
    """Read what the address asks for; what it says wrongly it does not say."""
    tab, place = query.get("tab", ""), query.get("place", "")
    return QueueFilter(
        tab=tab if tab in TABS else "all",
        place=place if place in STANDS else "",
        queue_id=read_number(query.get("queue", "")),
        store_id=read_number(query.get("store", "")),
        priority_rank=RANKS.get(query.get("priority", "")),
    )


def read_cursor(text: str) -> QueueCursor | None:
    """Read where a page begins; nonsense begins at the beginning."""
    turn, rank, opened, number = [*text.split(","), "", "", "", ""][:4]
    ticket_id = read_number(number)
    if ticket_id is None or not (rank.isdecimal() and len(rank) == 1):
        return None
    opened_at, turn_at = read_instant(opened), read_instant(turn)
    sound = opened_at and (turn_at or not turn)
    return QueueCursor(turn_at, int(rank), opened_at, ticket_id) if opened_at and sound else None


def write_cursor(cursor: QueueCursor) -> str:
    """Write where the next page begins, for `read_cursor`."""
    turn = cursor.turn_at.isoformat() if cursor.turn_at else ""
    return f"{turn},{cursor.rank},{cursor.opened_at.isoformat()},{cursor.ticket_id}"


def address(query: QueryDict, **changes: str) -> str:
    """Return the address's query with changes; the place in the list is kept only where told."""
    changed = query.copy()
    for name in ("after", "part"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed[name] = value
    return changed.urlencode()


def listed(query: QueryDict, *, agent: Agent, environment: str, now: datetime, limit: int) -> list[int]:
    """Return the numbers of all tickets that the queue lists under this address, page by page."""
    return queue_order.matching(
        read_filter(query), agent=agent, environment=environment, now=now, limit=limit
    )
