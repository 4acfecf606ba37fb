"""The queue page: what to do next, grouped by how soon its promise falls due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Priority, Queue, Status, Store, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import METRIC_LABELS, Standing
from monitor.queue import queue_order
from monitor.queue.queue_order import QueueCursor, QueueFilter
from monitor.relay.standings import RANKS
from monitor.reports.ticket_selection import SOON

TABS: Final = {"mine": _("Mine"), "unassigned": _("Unassigned"), "all": _("All")}
STANDS: Final = {
    "late": _("late"),
    "at_risk": _("at risk"),
    "soon": _("due within 15 minutes"),
    "unacknowledged": _("nobody has acknowledged it"),
    "waiting": _("the customer waits for an answer"),
}
GROUPS: Final = {
    "late": _("Late"),
    "soon": _("Within 15 min"),
    "today": _("Today"),
    "later": _("Later"),
    "customer": _("Waiting for the customer"),
}
FILTERS: Final = ("place", "queue", "store", "priority")


@dataclass(slots=True)
class QueueGroup:
    """Rows whose promises fall due alike."""

    key: str
    title: Any
    rows: list[QueueRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A standing, and how to say what is due."""

    standing: Standing
    promise: str
    level: str


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the part of the queue that the address asks for; with `part`, the rows alone."""
    agent, now, shown = agent_of(request), now_of(request), environment.current(request)
    wish, after = read_wish(request.GET), read_cursor(request.GET.get("after", ""))
    standings, more = queue_order.page(wish, agent=agent, environment=shown, now=now, after=after)
    filtered = any(request.GET.get(name) for name in FILTERS)
    context = {
        "tab": wish.tab,
        "groups": grouped(standings, now=now),
        "more": _with(request.GET, after=write_cursor(more)) if more else "",
        "again": _with(request.GET, after=request.GET.get("after", ""), part="rows"),
        "filtered": filtered,
        "now": now,
        **({} if standings else _empty(agent, shown)),
    }
    if request.GET.get("part"):
        return render(request, "monitor/parts/queue_rows.html", context)
    context["tabs"] = [(name, title, _with(request.GET, tab=name)) for name, title in TABS.items()]
    if filtered or request.GET.get("filter"):
        context |= _choices(agent, shown, request.GET)
    return render(request, "monitor/queue.html", context)


def grouped(standings: list[Standing], *, now: datetime) -> list[QueueGroup]:
    """Put rows into the groups of the page; groups without rows are left out."""
    groups = {key: QueueGroup(key, title) for key, title in GROUPS.items()}
    for standing in standings:
        promise = METRIC_LABELS[standing.next_metric].capitalize() if standing.next_metric else ""
        groups[group_of(standing, now=now)].rows.append(
            QueueRow(standing, promise, level_of(standing, now=now))
        )
    return [group for group in groups.values() if group.rows]


def group_of(standing: Standing, *, now: datetime) -> str:
    """Return the key of the group; today is today in the viewer's zone."""
    due = standing.next_due_at
    if due is None:
        return "customer" if standing.status == Status.PENDING else "later"
    if due <= now:
        return "late"
    if due <= now + SOON:
        return "soon"
    zone = timezone.get_current_timezone()
    return "today" if due.astimezone(zone).date() == now.astimezone(zone).date() else "later"


def level_of(standing: Standing, *, now: datetime) -> str:
    """Return `late`, `risk` or nothing."""
    if standing.next_due_at and standing.next_due_at <= now:
        return "late"
    return "risk" if standing.next_risk_at and standing.next_risk_at <= now else ""


def read_wish(query: QueryDict) -> QueueFilter:
    """Read what the address asks for; what it says wrongly it does not say."""
    tab, place = query.get("tab", ""), query.get("place", "")
    return QueueFilter(
        tab=tab if tab in TABS else "all",
        place=place if place in STANDS else "",
        queue_id=read_number(query.get("queue", "")),
        store_id=read_number(query.get("store", "")),
        priority_rank=RANKS.get(query.get("priority", "")),
    )


def read_number(text: str) -> int | None:
    """Read an id from an address; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def read_cursor(text: str) -> QueueCursor | None:
    """Read where a page begins; nonsense begins at the beginning."""
    due, rank, opened, number = [*text.split(","), "", "", "", ""][:4]
    ticket_id = read_number(number)
    if ticket_id is None or not (rank.isdecimal() and len(rank) == 1):
        return None
    try:
        opened_at, due_at = parse_datetime(opened), parse_datetime(due) if due else None
    except ValueError:
        return None
    sound = opened_at and opened_at.tzinfo and (due_at.tzinfo if due_at else not due)
    return QueueCursor(due_at, int(rank), opened_at, ticket_id) if opened_at and sound else None


def write_cursor(cursor: QueueCursor) -> str:
    """Write where the next page begins, for `read_cursor`."""
    due = cursor.due_at.isoformat() if cursor.due_at else ""
    return f"{due},{cursor.rank},{cursor.opened_at.isoformat()},{cursor.ticket_id}"


def _with(query: QueryDict, **changes: str) -> str:
    """Return the address's query with changes; the place in the list is kept only where told."""
    changed = query.copy()
    for name in ("after", "part"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed[name] = value
    return changed.urlencode()


def _choices(agent: Agent, shown: str, query: QueryDict) -> dict[str, Any]:
    """Return what the form of the filters offers; asked for only where it is shown."""
    return {
        "choosing": True,
        "stands": STANDS.items(),
        "priorities": Priority.choices,
        "queues": Queue.objects.visible_to(agent).order_by("name"),
        "stores": Store.objects.in_environment(shown).order_by("name"),
        "chosen": {name: query.get(name, "") for name in FILTERS},
    }


def _empty(agent: Agent, shown: str) -> dict[str, Any]:
    """Say why there is nothing: nothing ever came, nothing matches, or all is done."""
    anything = Ticket.objects.visible_to(agent).in_environment(shown).exists()
    return {"anything": anything, "next_due": queue_order.next_due(agent, shown) if anything else None}
