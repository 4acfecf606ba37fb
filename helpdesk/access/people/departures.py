"""People who leave, a queue or for good: what they held goes back to where everybody can take it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import ngettext

from helpdesk.database.transaction import require_transaction
from helpdesk.models import LIVE_STATUSES, Agent, Author, Queue, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.tickets.assignment import let_go
from helpdesk.tickets.event_relays import relayed_together
from helpdesk.tickets.ticket_change import changing


class HandedBack(NamedTuple):
    """How many tickets went back to their queues, and how many alerts are open again."""

    tickets: int
    alerts: int

    def sentences(self) -> list[str]:
        """Say what became of what somebody held; nothing where they held nothing."""
        tickets = ngettext(
            "%d ticket went back to its queue, where it is to be acknowledged anew.",
            "%d tickets went back to their queues, where they are to be acknowledged anew.",
            self.tickets,
        )
        alerts = ngettext("%d alert in hand is open again.", "%d alerts in hand are open again.", self.alerts)
        both = ((tickets, self.tickets), (alerts, self.alerts))
        return [words % number for words, number in both if number]


def held_by(agent: Agent, *, queue_ids: Collection[int] | None = None) -> TicketQuerySet:
    """Return the live tickets that an agent has, in these queues or in all."""
    held = Ticket.objects.live().filter(assignee=agent)
    return held if queue_ids is None else held.filter(queue__in=queue_ids)


def deactivate(*, agent: Agent, now: datetime) -> HandedBack:
    """Let nobody log in as the agent any more, and hand back what they held; their name stays on what they did."""
    require_transaction()
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    return _hand_back(agent, now=now)


def leave(*, agent: Agent, queue_ids: Collection[int], now: datetime) -> HandedBack:
    """Hand back what an agent held in queues in which they do not work any more; an admin works in all."""
    require_transaction()
    if agent.is_active and agent.is_admin:
        return HandedBack(0, 0)
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)  # who gives them a ticket is done, or waits
    return _hand_back(agent, queue_ids=queue_ids, now=now)


def leave_where_absent(*, agent: Agent, now: datetime) -> HandedBack:
    """Hand back what somebody held in queues in which they have no place: they were an admin until now."""
    placed = agent.memberships.values("queue")
    queues = Queue.objects.exclude(pk__in=placed).values_list("pk", flat=True)
    return leave(agent=agent, queue_ids=list(queues), now=now)


def _hand_back(agent: Agent, *, now: datetime, queue_ids: Collection[int] | None = None) -> HandedBack:
    with relayed_together(now=now):
        held = held_by(agent, queue_ids=queue_ids).order_by("pk")
        tickets = sum(_take_from(agent, ticket, now=now) for ticket in held)
    alerts = sum(
        import_string(path)(agent, queue_ids=queue_ids, now=now) for path in settings.AGENT_DEPARTURES
    )
    return HandedBack(tickets, alerts)


def _take_from(agent: Agent, ticket: Ticket, *, now: datetime) -> bool:
    """Take the ticket from the agent, unless somebody has done so or ended it in the meantime."""
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        if ticket.assignee_id != agent.pk or ticket.status not in LIVE_STATUSES:
            return False
        let_go(change)
        return True
