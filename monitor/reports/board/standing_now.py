"""Where live tickets stand at this instant: who is about to be let down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef

from helpdesk.models import Queue, Store, Ticket
from monitor.models import Standing
from monitor.models.standing import StandingQuerySet
from monitor.reports import ticket_selection
from monitor.reports.board.board_view import BoardView, LinkedCount

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
    worst: list[Ticket]


def at_this_instant(view: BoardView) -> StandingNow:
    """Count where the live tickets stand, in one pass."""
    rules = {name: Count("pk", filter=rule(view.now)) for name, rule in ticket_selection.STANDS.items()}
    found = view.standings.aggregate(**rules, oldest=Min("waiting_since"), live=Count("pk"))
    since, live = found.pop("oldest"), found.pop("live")
    numbers = {name: LinkedCount(count, view.query(place=name)) for name, count in found.items()}
    longest = view.standings.filter(waiting_since=since).values_list("ticket__reference", flat=True)
    return StandingNow(
        **numbers,
        live=live,
        oldest_wait_since=since,
        oldest_ticket=longest.first() if since else None,
        unattended=_unattended(view),
        worst=[standing.ticket for standing in _worst(view)] if found["late"] else [],
    )


def _worst(view: BoardView) -> StandingQuerySet:
    """Return where those stand that are late and whose turn comes first."""
    late = view.standings.filter(ticket_selection.STANDS["late"](view.now))
    return late.select_related("ticket", "ticket__assignee").turn_first()[:WORST]


def _unattended(view: BoardView) -> list[Queue]:
    """Return the queues without people that tickets are in or come to; only an admin can see any."""
    if not view.agent.is_admin:
        return []
    tickets = Standing.objects.filter(environment=view.environment, queue=OuterRef("pk"))
    stores = Store.objects.in_environment(view.environment).filter(default_queue=OuterRef("pk"))
    reached = Queue.objects.filter(Exists(tickets) | Exists(stores)).without_people().order_by("name")
    return list(reached if view.queue_id is None else reached.filter(pk=view.queue_id))
