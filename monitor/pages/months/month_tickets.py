"""What a number of a closed month counted, as it was stored, and what became of it since: to be read, and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from helpdesk import spreadsheet
from helpdesk.database.one_instant import one_instant
from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Queue, Store, Ticket
from helpdesk.models.reference import reference_of
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.metrics import PROMISED
from monitor.models import Freeze, PolicyVersion, ReportedClock, ReportedMonth
from monitor.models.months.reported_month import ReportedClockQuerySet
from monitor.pages.months.month_pages import iso, new_versions, reported_of
from monitor.reports.months import month_changes
from monitor.reports.months.month_changes import ClockChange
from monitor.reports.months.reported_selection import ReportedSelection

PAGE_SIZE: Final = 50
PIECE: Final = 1_000
"""So many rows of a table are read at once."""

Key = tuple[int, str, int]
"""A clock of a month: its ticket, its metric, and the event that started it."""


@dataclass(frozen=True, slots=True)
class ListedClock:
    """A clock as it was reported, its ticket where the viewer may open it, and what changed of it."""

    clock: ReportedClock
    queue: Queue | None
    ticket: Ticket | None
    change: ClockChange | None

    @property
    def reference(self) -> str:
        return reference_of(self.clock.ticket_id)


@login_required
@require_safe
def index(request: HttpRequest, number: int) -> HttpResponse:
    """List what a number counted, by pages; the address says which."""
    overseen_queues(request)
    with one_instant():
        reported, selection = reported_of(request, number), _selection(request)
        places = _places(request, selection)
        clocks = selection.clocks(reported, agent=agent_of(request))
        count = clocks.count()
        found = list(_after(clocks, reported, _told_key(request))[: PAGE_SIZE + 1])
        listed = _listed(request, reported, found[:PAGE_SIZE])
        context = {
            "reported": reported,
            "selection": selection,
            "names": [*places, *(_excusers(selection) if count else ())],
            "count": count,
            "listed": listed,
            "versions": _versions(listed),
            "next": ".".join(map(str, _key(found[PAGE_SIZE - 1]))) if len(found) > PAGE_SIZE else "",
            "now": now_of(request),
        }
        return render(request, "monitor/month_tickets.html", context)


def _selection(request: HttpRequest) -> ReportedSelection:
    """Read which number is meant; 404 for none that there is, and for a store's that is an admin's to see."""
    try:
        selection = ReportedSelection.read(request.GET.dict())
    except ValueError:
        raise Http404 from None
    if selection.store_id is not None and not agent_of(request).is_admin:
        raise Http404
    return selection


def _places(request: HttpRequest, selection: ReportedSelection) -> list[str]:
    """Return of whose figure it is; 404 for a queue that the viewer does not see."""
    found: list[Queue | Store] = []
    if selection.queue_id is not None:
        found.append(get_object_or_404(Queue.objects.visible_to(agent_of(request)), pk=selection.queue_id))
    if selection.store_id is not None:
        found.append(get_object_or_404(Store, pk=selection.store_id))
    return [str(one) for one in found]


def _excusers(selection: ReportedSelection) -> Iterator[str]:
    """Yield who excused what is listed; a viewer is told of nobody of whom they see nothing."""
    if by := selection.excused_by:
        yield from map(str, Agent.objects.filter(pk=by.agent_id))
        yield from map(str, Freeze.objects.filter(pk__in=by.freeze_ids))


def _told_key(request: HttpRequest) -> Key | None:
    """Read after which clock a page begins; None for the first page, and for nonsense."""
    ticket, _dot, rest = request.GET.get("after", "").partition(".")
    metric, _dot, seq = rest.partition(".")
    numbers = read_number(ticket), read_number(seq)
    if metric not in PROMISED or None in numbers:
        return None
    return numbers[0] or 0, metric, numbers[1] or 0


def _after(clocks: ReportedClockQuerySet, reported: ReportedMonth, key: Key | None) -> ReportedClockQuerySet:
    ordered = clocks.order_by("pk")
    return ordered.filter(pk__gt=(reported.pk, *key)) if key else ordered


def _key(clock: ReportedClock) -> Key:
    return clock.ticket_id, clock.metric, clock.start_seq


def _listed(request: HttpRequest, reported: ReportedMonth, clocks: list[ReportedClock]) -> list[ListedClock]:
    """Put what was reported beside its tickets, and beside what changed of it."""
    ids = {clock.ticket_id for clock in clocks}
    tickets = Ticket.objects.visible_to(agent_of(request)).in_bulk(ids)
    changes = month_changes.of(reported, now=now_of(request), tickets=ids).clocks if ids else []
    changed = {(one.row.ticket_id, one.row.metric, one.row.start_seq): one for one in changes}
    queues = Queue.objects.in_bulk({clock.queue_id for clock in clocks})
    return [
        ListedClock(clock, queues.get(clock.queue_id), tickets.get(clock.ticket_id), changed.get(_key(clock)))
        for clock in clocks
    ]


def _versions(listed: list[ListedClock]) -> dict[int, PolicyVersion]:
    return new_versions(one.change for one in listed if one.change)


HEADS: Final = (
    "number", "month", "ticket", "metric", "queue", "started_at", "due_at", "ended_at", "came_out", "excused",
)  # fmt: skip


@login_required
@require_safe
def tickets_csv(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """The same, a promise a row, as it was reported: never what it would be now."""
    overseen_queues(request)
    reported, selection = reported_of(request, number), _selection(request)
    _places(request, selection)
    clocks = selection.clocks(reported, agent=agent_of(request))
    queues = {queue.pk: queue.name for queue in Queue.objects.visible_to(agent_of(request))}
    pieces = ([_row(reported, clock, queues) for clock in piece] for piece in _pieces(clocks, reported))
    return spreadsheet.streamed(request, f"month_{reported.month:%Y-%m}_{number}_tickets", HEADS, pieces)


def _pieces(clocks: ReportedClockQuerySet, reported: ReportedMonth) -> Iterator[list[ReportedClock]]:
    key: Key | None = None
    while piece := list(_after(clocks, reported, key)[:PIECE]):
        yield piece
        key = _key(piece[-1])


def _row(reported: ReportedMonth, clock: ReportedClock, queues: dict[int, str]) -> tuple[object, ...]:
    return (
        reported.number, f"{reported.month:%Y-%m}", reference_of(clock.ticket_id), clock.metric,
        queues.get(clock.queue_id, ""), iso(clock.started_at), iso(clock.due_at), iso(clock.ended_at), clock.came_out,
        int(clock.excused),
    )  # fmt: skip
