"""Who has a ticket in hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import isolated
from helpdesk.models import Absence, Agent, EventKind, Status, Ticket, TicketEvent
from helpdesk.refusal import Conflict, OwnQuestion
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.membership import NotAMember, require_member, stays
from helpdesk.tickets.ticket_change import TicketChange, changing

_LATER_BACK = _("%(agent)s is away. When the customer writes, it goes back to the queue.")


class AlreadyTaken(Conflict):
    """Another agent has the ticket."""

    code = "already-taken"
    sentence = _("%(agent)s already has this ticket.")


def acknowledge(
    *, ticket: Ticket, by: Agent, now: datetime, occurred_at: datetime | None = None, imported: bool = False
) -> bool:
    """Say "I have this" without taking the ticket; false where it asks nobody (any more).

    Raises `OwnQuestion` where the agent is the one who asks.
    """
    with changing(ticket, now=now, by=by, imported=imported) as change:
        refuse_ended(ticket)
        refuse_own_question(change)
        if ticket.unacknowledged_since is None:
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
        return hand_to(change, to, occurred_at)


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
        return put_back(change, occurred_at)


def hand_to(change: TicketChange, to: Agent, occurred_at: datetime | None = None) -> bool:
    """Give the ticket to an agent as part of a change that goes on; false where they have it, else as `assign`."""
    ticket = change.ticket
    refuse_ended(ticket)
    if ticket.assignee_id == to.pk:
        keep_claimed(ticket)
        return False
    require_member(to, queue_id=ticket.queue_id, pointer="/assignee")
    give(change, to, occurred_at)
    if to != change.by and Absence.objects.lasting(change.now).filter(agent=to).exists():
        change.notice(_LATER_BACK % {"agent": isolated(str(to))})
    return True


def put_back(change: TicketChange, occurred_at: datetime | None = None) -> bool:
    """Put the ticket back as part of a change that goes on; false where nobody has it."""
    refuse_ended(change.ticket)
    if change.ticket.assignee_id is None:
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
        raise AlreadyTaken(agent=isolated(str(ticket.assignee)))
    give(change, by, occurred_at)
    return True


def take_by_answering(change: TicketChange) -> None:
    """Let whoever answers a ticket that nobody has have it; not a claim, for the answer acknowledges it.

    Where that answer bounces, nothing else stands in for the acknowledgement that is taken back with it.
    What is imported says itself who had it.
    """
    if change.by is None or change.imported or _is_somebodys(change.ticket):
        return
    if stays(change.by, queue_id=change.ticket.queue_id):
        change.ticket.assignee = change.by
        change.record(EventKind.ASSIGNED, agent=change.by.pk, claimed=False)


def _is_somebodys(ticket: Ticket) -> bool:
    """Tell whether somebody has the ticket who can act on it: who leaves keeps only what has ended."""
    holder = ticket.assignee
    return holder is not None and (ticket.is_live or stays(holder, queue_id=ticket.queue_id))


def let_go(change: TicketChange, occurred_at: datetime | None = None, **why: Any) -> None:
    """Take the ticket from whoever has it, as part of a change that goes on; `why` as in docs/clocks.md."""
    change.ticket.assignee = None
    change.record(EventKind.UNASSIGNED, occurred_at=occurred_at, **why)


def let_go_of_the_absent(change: TicketChange) -> None:
    """Take a ticket that comes back from whoever cannot work on it any more, as part of a change that goes on."""
    ticket = change.ticket
    if ticket.assignee is None or not ticket.is_live or change.imported:
        return
    if not stays(ticket.assignee, queue_id=ticket.queue_id):
        let_go(change)


def give(change: TicketChange, agent: Agent, occurred_at: datetime | None = None) -> None:
    """Give the ticket to an agent as part of a change that goes on; by themself, it is a claim.

    Who asked the question has not said by taking it that somebody will answer. Raises `NotAMember` where the agent
    has left in the meantime.
    """
    if not change.imported and not stays(agent, queue_id=change.ticket.queue_id):
        raise NotAMember(agent=isolated(str(agent)))
    claimed = change.by == agent and not change.by_the_customer
    change.ticket.assignee = agent
    event = change.record(EventKind.ASSIGNED, occurred_at=occurred_at, agent=agent.pk, claimed=claimed)
    if claimed and not change.imported and settings.CLAIM_LASTS:
        change.claimed_until = change.now + settings.CLAIM_LASTS
    if claimed and change.ticket.status == Status.NEW:
        change.turn(Status.OPEN, occurred_at=event.occurred_at)


def end_of_claim(told: Iterable[TicketEvent]) -> datetime | None:
    """Return when what was told lets a claim end; null where there is none, or something was done on it."""
    ends_at, holder, since = None, None, None
    for event in told:
        if event.kind in (EventKind.ASSIGNED, EventKind.UNASSIGNED):
            claimed = event.payload.get("claimed") and not event.imported and settings.CLAIM_LASTS
            ends_at = event.recorded_at + settings.CLAIM_LASTS if claimed else None
            holder, since = event.payload.get("agent"), event.recorded_at
        elif event.actor_id == holder and event.recorded_at != since:
            ends_at = None
    return ends_at


def keep_claimed(ticket: Ticket) -> bool:
    """Let a claim last, as what is given by name does, under the ticket's lock; false where it does already."""
    return bool(Ticket.objects.filter(pk=ticket.pk, claim_ends_at__isnull=False).update(claim_ends_at=None))


def refuse_own_question(change: TicketChange) -> None:
    """Raise `OwnQuestion` where the agent who acts is the customer who asked."""
    if change.by_the_customer:
        raise OwnQuestion
