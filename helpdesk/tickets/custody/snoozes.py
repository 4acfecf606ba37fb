"""Putting a ticket off: out of sight of whoever has it for a while, and never of anybody who waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, EventKind, Snooze, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.assignment import take
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.ticket_change import TicketChange, changing

LONGEST: Final = timedelta(days=366)


class BadSnooze(Refused):
    """A ticket would be put off until a time that is over, or for more than a year."""

    code = "bad-snooze"
    place = "/until"
    sentence = _("Say a time from now on, within a year.")


def snooze(*, ticket: Ticket, until: datetime | None, by: Agent, now: datetime) -> bool:
    """Put a ticket off until a time or, without one, until its customer writes; what nobody has is taken by it.

    False where it is put off so already. Raises `BadSnooze`, `AlreadyTaken`, `TicketEnded`.
    """
    if until is not None and not now < until <= now + LONGEST:
        raise BadSnooze
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        take(change, by)
        before = Snooze.objects.asleep(now).filter(ticket=ticket, agent=by).first()
        if before is not None and before.until == until:
            return False
        change.record(EventKind.SNOOZED, until=None if until is None else until.isoformat())
        Snooze.objects.update_or_create(
            ticket=ticket, defaults={"agent": by, "snoozed_at": now, "until": until, "woken_at": None}
        )
        return True


def end_snooze(*, ticket: Ticket, by: Agent, now: datetime) -> bool:
    """Have a ticket back on one's list now; false where it is there."""
    with changing(ticket, now=now, by=by) as change:
        if not Snooze.objects.asleep(now).filter(ticket=ticket, agent=by).exists():
            return False
        change.record(EventKind.SNOOZE_ENDED)
        Snooze.objects.filter(ticket=ticket).delete()
        return True


def wake(change: TicketChange) -> None:
    """Have a ticket back on which the customer writes, as part of a change that goes on."""
    if change.ticket.assignee_id is not None:
        Snooze.objects.asleep(change.now).filter(ticket=change.ticket).update(woken_at=change.now)


def snooze_of(ticket: Ticket, *, agent: Agent) -> Snooze | None:
    """Return how an agent has put off a ticket that they have, or had until nothing has happened since it came back."""
    put_off: Snooze | None = getattr(ticket, "snooze", None)
    return put_off if put_off and put_off.agent_id == agent.pk == ticket.assignee_id else None


def is_just_back(put_off: Snooze, ticket: Ticket, *, now: datetime) -> bool:
    """Tell whether a ticket has come back and nothing has happened on it since."""
    back_at = put_off.back_at
    return back_at is not None and not put_off.is_asleep(now) and ticket.last_event_at <= back_at
