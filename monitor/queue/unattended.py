"""What is late or at risk while whoever has it is not to be seen: somebody else can be offered it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from helpdesk.models import Agent, Membership, Queue, Status, Ticket
from monitor.models import Clock, Standing
from monitor.queue.queue_order import FirstMembers, IsAmong, is_answered
from monitor.relay import book
from monitor.reports.ticket_selection import STANDS

UNSEEN_FOR: Final = timedelta(minutes=30)
"""Of open time, by the hours in which the ticket's promise counts."""

OF_EACH, LOOKED_AT = 5, 20
"""So many tickets of one holder in one queue are looked at, and so many of all: the most urgent."""


def unattended(agent: Agent, environment: str, now: datetime, *, before: int | None = None) -> int | None:
    """Return the most urgent ticket that waits for words, is late or at risk, and whose holder is not to be seen.

    Null where there is none that waits for words `before` another does, which nobody has. Its cost is that of the
    few who are not here, each read from an index.
    """
    near = Standing.objects.filter(IsAmong("pk", ArraySubquery(_firsts(agent, environment, now))))
    free = Standing.objects.filter(pk=before).values_list("waiting_due_at", flat=True).first()
    if free is not None:
        near = near.filter(waiting_due_at__lt=free)
    rows = near.turn_first().select_related("assignee")[:LOOKED_AT]
    return next((row.ticket_id for row in rows if _is_unseen(row, now=now)), None)


def _firsts(agent: Agent, environment: str, now: datetime) -> QuerySet[Any, Any]:
    """Return the first tickets of each holder who is not here, place by place."""
    theirs = Standing.objects.filter(
        STANDS["late"](now) | STANDS["at_risk"](now),
        ~is_answered(),
        environment=environment,
        queue=OuterRef("queue"),
        assignee=OuterRef("agent"),
        waiting_due_at__isnull=False,
        status__in=[Status.NEW, Status.OPEN],
    ).exclude(ticket__in=Ticket.objects.asked_by(agent).live().values("pk"))
    firsts = theirs.order_by("assignee", *theirs.turn_first().query.order_by).values("pk")[:OF_EACH]
    places = Membership.objects.filter(queue__in=Queue.objects.visible_to(agent)).exclude(agent=agent)
    return places.exclude(agent__in=Agent.objects.filter(_here(now))).values(
        each=FirstMembers(ArraySubquery(firsts), limit=OF_EACH)
    )


def _here(now: datetime) -> Q:
    """Keep agents who were here lately by the clock on the wall, of which open time is a part."""
    return Q(last_seen_at__gt=now - UNSEEN_FOR) | Q(last_login__gt=now - UNSEEN_FOR)


def _is_unseen(row: Standing, *, now: datetime) -> bool:
    """Whether the holder was not here for so much of the time in which the ticket's promise counts."""
    waiting = Clock.objects.not_ended().filter(ticket=row.ticket_id, due_at__isnull=False)
    version = waiting.order_by("due_at").values_list("calendar_version", flat=True).first()
    calendar = book.current().calendar_version(version)
    since = _last_here(row)
    return (calendar.hours.elapsed(since, now) if calendar else now - since) >= UNSEEN_FOR


def _last_here(row: Standing) -> datetime:
    holder = row.assignee
    if holder is None:
        raise ValueError("nobody has this ticket")
    return max(at for at in (holder.last_seen_at, holder.last_login, holder.joined_at) if at is not None)
