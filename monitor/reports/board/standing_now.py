"""Where live tickets stand at this instant: who is about to be let down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef

from helpdesk.models import Queue, Store
from monitor.models import Standing
from monitor.models.standing import StandingQuerySet
from monitor.reports import ticket_selection
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.board.queues_now import QueuesNow, queues_now

WORST: Final = 3


@dataclass(frozen=True, slots=True)
class StandingNow:
    """Where live tickets stand at this instant, and the queues in which nobody works."""

    live: int
    late: LinkedCount
    at_risk: LinkedCount
    soon: LinkedCount
    unacknowledged: LinkedCount
    waiting: LinkedCount
    oldest_wait_since: datetime | None
    oldest_ticket: str | None
    unattended: list[Queue]
    worst: list[Standing]
    queues: QueuesNow


def at_this_instant(view: BoardView) -> StandingNow:
    """Count where the live tickets stand, of each queue and of all, in one pass."""
    by_queue = _by_queue(view)
    found = {name: sum(one[name] for one in by_queue.values()) for name in (*ticket_selection.STANDS, "live")}
    since = min((one["oldest"] for one in by_queue.values() if one["oldest"]), default=None)
    return StandingNow(
        **{name: LinkedCount(found[name], view.query(place=name)) for name in ticket_selection.STANDS},
        live=found["live"],
        oldest_wait_since=since,
        oldest_ticket=_oldest(view, since) if since else None,
        unattended=_unattended(view),
        worst=list(_worst(view)) if found["late"] else [],
        queues=queues_now(view, by_queue),
    )


def _oldest(view: BoardView, since: datetime) -> str | None:
    """Return the ticket whose customer has waited since then."""
    return view.standings.filter(waiting_since=since).values_list("ticket__reference", flat=True).first()


def _by_queue(view: BoardView) -> dict[int, dict[str, Any]]:
    """Return what is counted of each queue that has live tickets."""
    rules = {name: Count("pk", filter=rule(view.now)) for name, rule in ticket_selection.STANDS.items()}
    queues = view.standings.order_by().values("queue_id")
    found = queues.annotate(**rules, oldest=Min("waiting_since"), live=Count("pk"))
    return {one["queue_id"]: {**one} for one in found}


def _worst(view: BoardView) -> StandingQuerySet:
    """Return where those stand that are late and whose turn comes first, with their promises."""
    late = view.standings.filter(ticket_selection.STANDS["late"](view.now))
    return late.with_promises().select_related("ticket", "ticket__assignee").turn_first()[:WORST]


def _unattended(view: BoardView) -> list[Queue]:
    """Return the queues without people that tickets are in or come to; only an admin can see any."""
    if not view.agent.is_admin:
        return []
    tickets = Standing.objects.filter(environment=view.environment, queue=OuterRef("pk"))
    stores = Store.objects.in_environment(view.environment).filter(default_queue=OuterRef("pk"))
    reached = Queue.objects.filter(Exists(tickets) | Exists(stores)).without_people().order_by("name")
    return list(reached if view.queue_id is None else reached.filter(pk=view.queue_id))
