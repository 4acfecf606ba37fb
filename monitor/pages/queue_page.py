"""The queue page: what to do next, grouped by how soon its promise falls due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Priority, Queue, Status, Store, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.metrics import PAUSING_STATUSES
from monitor.models import METRIC_LABELS, Standing
from monitor.models.standing import SOON
from monitor.pages.queue_address import FILTERS, STANDS, TABS, address, read_cursor, read_filter, write_cursor
from monitor.queue import queue_order
from monitor.queue.running_promise import shown_promises

GROUPS: Final = {
    "late": _("Late"),
    "soon": _("Within 15 min"),
    "today": _("Today"),
    "later": _("Later"),
    "customer": _("Waiting for the customer"),
}


@dataclass(slots=True)
class QueueGroup:
    """Rows whose promises fall due alike."""

    key: str
    title: Any
    rows: list[QueueRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A standing, what of its promises is said, and whether its status is."""

    standing: Standing
    promises: list[ShownPromise]
    says_status: bool


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A promise, its name, and how it stands."""

    at: datetime
    name: str
    level: str


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the part of the queue that the address asks for; with `part`, the rows alone."""
    rows = _rows(request)
    if request.GET.get("part"):
        return render(request, "monitor/parts/queue_rows.html", rows)
    tabs = [(name, title, address(request.GET, tab=name)) for name, title in TABS.items()]
    choosing = rows["filtered"] or request.GET.get("filter")
    choices = _choices(agent_of(request), environment.current(request), request.GET) if choosing else {}
    return render(request, "monitor/queue.html", {**rows, "tabs": tabs, **choices})


def _rows(request: HttpRequest) -> dict[str, Any]:
    """Return what the rows are made of, the place where the next ones begin, and why there are none."""
    agent, now, shown = agent_of(request), now_of(request), environment.current(request)
    wanted, after = read_filter(request.GET), request.GET.get("after", "")
    standings, more = queue_order.page(
        wanted, agent=agent, environment=shown, now=now, after=read_cursor(after)
    )
    return {
        "tab": wanted.tab,
        "groups": grouped(standings, now=now),
        "more": address(request.GET, after=write_cursor(more)) if more else "",
        "again": address(request.GET, after=after, part="rows"),
        "filtered": any(request.GET.get(name) for name in FILTERS),
        "now": now,
        **({} if standings else _empty(agent, shown)),
    }


def grouped(standings: list[Standing], *, now: datetime) -> list[QueueGroup]:
    """Put rows into the groups of the page; groups without rows are left out."""
    groups = {key: QueueGroup(key, title) for key, title in GROUPS.items()}
    for standing in standings:
        groups[group_of(standing, now=now)].rows.append(row_of(standing, now=now))
    return [group for group in groups.values() if group.rows]


def group_of(standing: Standing, *, now: datetime) -> str:
    """Return the key of the group by the ticket's turn; today is today in the viewer's zone."""
    turn = standing.turn_at
    if turn is None:
        return "customer" if standing.status == Status.PENDING else "later"
    if turn <= now:
        return "late"
    if turn <= now + SOON:
        return "soon"
    zone = timezone.get_current_timezone()
    return "today" if turn.astimezone(zone).date() == now.astimezone(zone).date() else "later"


def row_of(standing: Standing, *, now: datetime) -> QueueRow:
    """Return what is said of a ticket: all that is late or at risk, and what is next."""
    promises = [
        ShownPromise(one.at, METRIC_LABELS[one.metric].capitalize(), one.level_at(now))
        for one in shown_promises(standing, now=now)
    ]
    return QueueRow(standing, promises, not promises or standing.status in PAUSING_STATUSES)


def _choices(agent: Agent, shown: str, query: QueryDict) -> dict[str, Any]:
    """Return what the form of the filters offers; asked for only where it is shown."""
    return {
        "choosing": True,
        "stands": STANDS.items(),
        "priorities": Priority.choices,
        "queues": Queue.objects.visible_to(agent).order_by("name"),
        "stores": Store.objects.visible_to(agent).in_environment(shown).order_by("name"),
        "chosen": {name: query.get(name, "") for name in FILTERS},
    }


def _empty(agent: Agent, shown: str) -> dict[str, Any]:
    """Say why there is nothing: nothing ever came, nothing matches, or all is done."""
    anything = Ticket.objects.visible_to(agent).in_environment(shown).exists()
    return {"anything": anything, "next_due": queue_order.next_due(agent, shown) if anything else None}
