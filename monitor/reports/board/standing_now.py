"""Where live tickets stand at this instant: who is about to be let down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from helpdesk.models import Queue
from monitor.models import Standing
from monitor.reports import ticket_selection
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.board.queues_now import QueuesNow, queues_now
from monitor.reports.board.reached_queues import reached
from monitor.reports.rollup.live_tally import LiveSums, together

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
    """Return where the live tickets stand, of each queue and of all."""
    by_queue = view.live.by_queue()
    found = together(by_queue.values())
    since = found.oldest_wait_since
    return StandingNow(
        **{
            name: LinkedCount(getattr(found, name), view.query(place=name))
            for name in ticket_selection.STANDS
        },
        live=found.live,
        oldest_wait_since=since,
        oldest_ticket=_oldest(view, since) if since else None,
        unattended=_unattended(view),
        worst=_worst(view, [queue_id for queue_id, one in by_queue.items() if one.late]),
        queues=queues_now(view, by_queue),
    )


def sums(view: BoardView) -> LiveSums:
    """Count where the live tickets stand, and read none of them."""
    return together(view.live.by_queue().values())


def _oldest(view: BoardView, since: datetime) -> str | None:
    """Return the ticket whose customer has waited since then; of tickets an index knows who waits."""
    longest = view.standings.filter(waiting_since=since, ticket__waiting_since=since)
    return longest.values_list("ticket__reference", flat=True).first()


def _worst(view: BoardView, queue_ids: Sequence[int]) -> list[Standing]:
    """Return where those stand that are late in these queues and whose turn comes first, with their promises.

    The first of each queue are read in the order of an index: together, all that is late would be sorted.
    """
    if not queue_ids:
        return []
    late = view.standings.filter(ticket_selection.STANDS["late"](view.now))
    first = late.filter(queue=OuterRef("pk")).turn_first().values("pk")[:WORST]
    found = Queue.objects.filter(pk__in=queue_ids).values_list(ArraySubquery(first), flat=True)
    nearest = Standing.objects.filter(pk__in=[pk for some in found for pk in some])
    return list(nearest.with_promises().select_related("ticket", "ticket__assignee").turn_first()[:WORST])


def _unattended(view: BoardView) -> list[Queue]:
    """Return the queues without people that tickets are in or come to; only an admin can see any."""
    if not view.agent.is_admin:
        return []
    empty = reached(Queue.objects.without_people(), view.environment).order_by("name")
    return list(empty if view.queue_id is None else empty.filter(pk=view.queue_id))
