"""Who has a ticket in hand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Author, EventKind, Status, Ticket, TicketEvent
from helpdesk.refusal import Conflict
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.membership import require_member
from helpdesk.tickets.ticket_change import TicketChange, changing

_ASKING = Q(kind__in=[EventKind.OPENED, EventKind.QUEUE_CHANGED, EventKind.UNASSIGNED]) | Q(
    kind=EventKind.REOPENED, payload__by=Author.CUSTOMER
)
_HAVING = Q(kind__in=[EventKind.ACKNOWLEDGED, EventKind.PUBLIC_REPLY_SENT]) | Q(
    kind=EventKind.ASSIGNED, payload__claimed=True
)


class AlreadyTaken(Conflict):
    """Another agent has the ticket."""

    code = "already-taken"
    sentence = _("%(agent)s already has this ticket.")


def acknowledge(
    *, ticket: Ticket, by: Agent, now: datetime, occurred_at: datetime | None = None, imported: bool = False
) -> bool:
    """Say "I have this" without taking the ticket; false where somebody has it already."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        refuse_ended(ticket)
        if is_acknowledged(ticket):
            return False
        change.record(EventKind.ACKNOWLEDGED, occurred_at=occurred_at)
        return True


def claim(
    *, ticket: Ticket, by: Agent, now: datetime, occurred_at: datetime | None = None, imported: bool = False
) -> bool:
    """Take a ticket that nobody has; raises `AlreadyTaken` where another agent has it."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        return take(change, by, occurred_at)


def assign(
    *,
    ticket: Ticket,
    to: Agent,
    by: Agent | None,
    now: datetime,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Give the ticket to an agent, whoever has it; raises `NotAMember` where they don't work in its queue."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        refuse_ended(ticket)
        if ticket.assignee_id == to.pk:
            return False
        require_member(to, queue_id=ticket.queue_id, pointer="/assignee")
        give(change, to, occurred_at)
        return True


def unassign(
    *,
    ticket: Ticket,
    by: Agent | None,
    now: datetime,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Put the ticket back where everybody can take it."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        refuse_ended(ticket)
        if ticket.assignee_id is None:
            return False
        let_go(change, occurred_at)
        return True


def take(change: TicketChange, by: Agent, occurred_at: datetime | None = None) -> bool:
    """Claim the ticket as part of a change that goes on; false where they have it, else as `claim`."""
    ticket = change.ticket
    refuse_ended(ticket)
    if ticket.assignee_id == by.pk:
        return False
    if ticket.assignee is not None:
        raise AlreadyTaken(agent=ticket.assignee)
    give(change, by, occurred_at)
    return True


def let_go(change: TicketChange, occurred_at: datetime | None = None) -> None:
    """Take the ticket from whoever has it, as part of a change that goes on."""
    change.ticket.assignee = None
    change.record(EventKind.UNASSIGNED, occurred_at=occurred_at)


def give(change: TicketChange, agent: Agent, occurred_at: datetime | None = None) -> None:
    """Give the ticket to an agent as part of a change that goes on; by themself, it is a claim."""
    claimed = change.by == agent
    change.ticket.assignee = agent
    event = change.record(EventKind.ASSIGNED, occurred_at=occurred_at, agent=agent.pk, claimed=claimed)
    if claimed and change.ticket.status == Status.NEW:
        change.turn(Status.OPEN, occurred_at=event.occurred_at)


def is_acknowledged(ticket: Ticket) -> bool:
    """Tell whether a person has said so since the ticket last asked for somebody."""
    events = TicketEvent.objects.filter(ticket=ticket).order_by("-seq")
    had = events.filter(_HAVING, actor_kind=Author.AGENT).first()
    asked = events.filter(_ASKING).first()
    return had is not None and (asked is None or had.seq > asked.seq)
