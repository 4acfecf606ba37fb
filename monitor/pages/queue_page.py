"""The queue page: what to do next, grouped by how soon its promise falls due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from babel.numbers import format_decimal
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.live import presence
from helpdesk.models import Agent, Priority, Queue, Status, Store, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.metrics import PAUSING_STATUSES
from monitor.models import METRIC_LABELS, Standing
from monitor.pages.queue_address import FILTERS, STANDS, TABS, address, read_cursor, read_filter, write_cursor
from monitor.queue import queue_order, queue_tally
from monitor.queue.queue_tally import QueueTally
from monitor.queue.running_promise import shown_promises
from monitor.queue.turn_groups import GROUPS, group_of


@dataclass(frozen=True, slots=True)
class QueueTab:
    """Whose tickets are looked at, where that is, and how many they are."""

    name: str
    title: Any
    query: str
    count: str


@dataclass(slots=True)
class QueueGroup:
    """Rows whose promises fall due alike."""

    key: str
    title: Any
    rows: list[QueueRow] = field(default_factory=list)
    count: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A standing, the promise that gives it its place, the others that are late or at risk, and whose turn it is."""

    standing: Standing
    promises: list[ShownPromise]
    says_status: bool

    @property
    def first(self) -> ShownPromise | None:
        return self.promises[0] if self.promises else None

    @property
    def others(self) -> list[ShownPromise]:
        return self.promises[1:]

    @property
    def is_ours(self) -> bool:
        """Whether it is for one of us to do something next: somebody waits, or nobody else is waited for."""
        return self.standing.waiting_since is not None or self.standing.status not in PAUSING_STATUSES

    @property
    def is_theirs(self) -> bool:
        """Whether it is for the customer to say something next."""
        return not self.is_ours and self.standing.status == Status.PENDING


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A promise, its name, and how it stands."""

    at: datetime
    name: str
    level: str


_BULK: Final = {
    "statuses": [one for one in Status.choices if one[0] in ("open", "pending", "on_hold", "resolved")],
    "priorities": Priority.choices,
}
"""What can be made of many tickets at once, by one word."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the part of the queue that the address asks for; with `part`, the rows and the tabs alone."""
    rows = _rows(request)
    if request.GET.get("part"):
        return render(request, "monitor/parts/queue_rows.html", {**rows, "is_part": True})
    choosing = rows["filtered"] or request.GET.get("filter")
    choices = choices_of(agent_of(request), environment.current(request), request.GET) if choosing else {}
    return render(request, "monitor/queue.html", {**rows, **_BULK, **choices})


def _rows(request: HttpRequest) -> dict[str, Any]:
    """Return what the rows are made of, the place where the next ones begin, and why there are none."""
    agent, now, shown = agent_of(request), now_of(request), environment.current(request)
    wanted, after = read_filter(request.GET), request.GET.get("after", "")
    standings, more = queue_order.page(
        wanted, agent=agent, environment=shown, now=now, after=read_cursor(after)
    )
    tally = queue_tally.tally(wanted, agent=agent, environment=shown, now=now)
    return {
        "tab": wanted.tab,
        "tabs": tabs_of(request.GET, tally),
        "groups": grouped(standings, now=now, tally=tally),
        "more": address(request.GET, after=write_cursor(more)) if more else "",
        "listed": address(request.GET),
        "again": address(request.GET, after=after, part="rows"),
        "filtered": is_filtered(request.GET),
        "now": now,
        "present": presence.present_at((one.ticket_id for one in standings), but=agent),
        **({} if standings else _empty(agent, shown)),
    }


def is_filtered(query: QueryDict) -> bool:
    """Tell whether an address narrows the queue by more than whose tickets they are."""
    return any(query.get(name) for name in FILTERS)


def tabs_of(query: QueryDict, tally: QueueTally | None) -> list[QueueTab]:
    """Return the tabs, each with how many it holds where that was counted."""
    return [
        QueueTab(name, title, address(query, tab=name), _figure(tally.tabs[name]) if tally else "")
        for name, title in TABS.items()
    ]


def grouped(standings: list[Standing], *, now: datetime, tally: QueueTally | None = None) -> list[QueueGroup]:
    """Put rows into the groups of the page; groups without rows are left out."""
    counts = tally.groups if tally else {}
    groups = {
        key: QueueGroup(key, title, count=_figure(counts[key]) if key in counts else "")
        for key, title in GROUPS.items()
    }
    for standing in standings:
        groups[group_of(standing, now=now)].rows.append(row_of(standing, now=now))
    return [group for group in groups.values() if group.rows]


def _figure(number: int) -> str:
    """Say how many there are, as far as they were counted: "99+"."""
    most = queue_tally.MOST - 1
    said: str = format_decimal(min(number, most), locale=cldr_locale(get_language()))
    return f"{said}+" if number > most else said


def row_of(standing: Standing, *, now: datetime) -> QueueRow:
    """Return what is said of a ticket: all that is late or at risk, and what is next."""
    promises = [
        ShownPromise(one.at, METRIC_LABELS[one.metric].capitalize(), one.level_at(now))
        for one in shown_promises(standing, now=now)
    ]
    return QueueRow(standing, promises, not promises or standing.status in PAUSING_STATUSES)


def choices_of(agent: Agent, shown: str, query: QueryDict) -> dict[str, Any]:
    """Return what the form of the filters offers; asked for only where it is shown."""
    return {
        "choosing": True,
        "stands": STANDS.items(),
        "queues": Queue.objects.visible_to(agent).order_by("name"),
        "stores": Store.objects.visible_to(agent).in_environment(shown).order_by("name"),
        "chosen": {name: query.get(name, "") for name in FILTERS},
    }


def _empty(agent: Agent, shown: str) -> dict[str, Any]:
    """Say why there is nothing: nothing ever came, nothing matches, or all is done."""
    anything = Ticket.objects.visible_to(agent).in_environment(shown).exists()
    return {"anything": anything, "next_due": queue_order.next_due(agent, shown) if anything else None}
