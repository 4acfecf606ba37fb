"""The queue page: what to do next, grouped by how soon its promise falls due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Priority, Queue, Status, Store
from helpdesk.pages import environment
from helpdesk.pages.viewer import agent_of, now_of
from monitor.models import Metric, Standing
from monitor.pages.filters import PLACES
from monitor.services import queue
from monitor.services.queue import Cursor, Wish
from monitor.services.standing import RANKS

TABS = {"mine": _("Mine"), "unassigned": _("Unassigned"), "all": _("All")}
SOON = timedelta(minutes=15)
FILTERS = ("place", "queue", "store", "priority")


@dataclass(slots=True)
class Group:
    """Rows whose promises fall due alike."""

    key: str
    title: Any
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A standing, and how to say what is due."""

    standing: Standing
    promise: Any
    level: str


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the part of the queue that the address asks for; with `part`, its rows alone."""
    agent, now, shown = agent_of(request), now_of(request), environment.current(request)
    wish = read_wish(request.GET)
    found = queue.rows(wish, agent=agent, environment=shown, now=now)
    standings, more = queue.page(found, read_cursor(request.GET.get("after", "")))
    context = {
        "tabs": [(name, title, _with(request.GET, tab=name)) for name, title in TABS.items()],
        "tab": wish.tab,
        "groups": grouped(standings, now=now),
        "more": _with(request.GET, keep=True, after=write_cursor(more)) if more else "",
        "again": _with(request.GET, keep=True),
        "filtered": any(request.GET.get(name) for name in FILTERS),
        "now": now,
        **(_choices(agent, shown, request.GET)),
        **({} if standings else _empty(agent, shown, now=now)),
    }
    return render(request, "monitor/queue.html", context)


def grouped(standings: list[Standing], *, now: datetime) -> list[Group]:
    """Put rows into the groups of the page; groups without rows are left out."""
    groups = {
        "late": Group("late", _("Late")),
        "soon": Group("soon", _("Within 15 min")),
        "today": Group("today", _("Today")),
        "later": Group("later", _("Later")),
        "customer": Group("customer", _("Waiting for the customer")),
    }
    for standing in standings:
        promise = str(Metric(standing.next_metric).label).capitalize() if standing.next_metric else ""
        groups[group_of(standing, now=now)].rows.append(Row(standing, promise, level_of(standing, now=now)))
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
    if standing.next_due_at and standing.next_due_at <= now:
        return "late"
    return "risk" if standing.next_risk_at and standing.next_risk_at <= now else ""


def read_wish(query: QueryDict) -> Wish:
    """Read what the address asks for; what it says wrongly it does not say."""
    tab, place, priority = query.get("tab", ""), query.get("place", ""), query.get("priority", "")
    return Wish(
        tab=tab if tab in TABS else "all",
        place=place if place in PLACES else "",
        queue_id=_number(query.get("queue", "")),
        store_id=_number(query.get("store", "")),
        priority_rank=RANKS.get(priority),
    )


def read_cursor(text: str) -> Cursor | None:
    """Read where a page begins; nonsense begins at the beginning."""
    due, rank, opened, number = [*text.split(","), "", "", "", ""][:4]
    try:
        opened_at = parse_datetime(opened)
        due_at = parse_datetime(due) if due else None
        return Cursor(due_at, int(rank), opened_at, int(number)) if opened_at and opened_at.tzinfo else None
    except ValueError:
        return None


def write_cursor(cursor: Cursor) -> str:
    due = cursor.due_at.isoformat() if cursor.due_at else ""
    return f"{due},{cursor.rank},{cursor.opened_at.isoformat()},{cursor.ticket_id}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _with(query: QueryDict, *, keep: bool = False, **changes: str) -> str:
    """Return the address's query with changes; the place in the list is kept only where told."""
    changed = query.copy()
    if not keep:
        changed.pop("after", None)
    for name, value in changes.items():
        changed[name] = value
    return changed.urlencode()


def _choices(agent: Agent, shown: str, query: QueryDict) -> dict[str, Any]:
    return {
        "places": PLACES.items(),
        "priorities": Priority.choices,
        "queues": Queue.objects.visible_to(agent).order_by("name"),
        "stores": Store.objects.in_environment(shown).order_by("name"),
        "chosen": {name: query.get(name, "") for name in FILTERS},
    }


def _empty(agent: Agent, shown: str, *, now: datetime) -> dict[str, Any]:
    """Say why there is nothing: nothing ever came, nothing matches, or all is done."""
    anything = Standing.objects.filter(environment=shown).visible_to(agent).exists()
    return {"anything": anything, "next_due": queue.next_due(agent, shown, now=now) if anything else None}
