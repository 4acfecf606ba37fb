"""Putting a ticket off: out of sight of whoever has it for a while, and never of anybody who waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, EventKind, Snooze, Ticket
from helpdesk.models.desk.snooze import SnoozeQuerySet
from helpdesk.refusal import Refused
from helpdesk.tickets.assignment import take
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.state.dated_fact import ORDER
from helpdesk.tickets.ticket_change import TicketChange, changing

LONGEST: Final = timedelta(days=366)


class BadSnooze(Refused):
    """A ticket would be put off until a time that is over, or for more than a year."""

    code = "bad-snooze"
    place = "/until"
    sentence = _("Say a time from now on, within a year.")


class NoOrder(Refused):
    """Nothing will ever be new about the order of a ticket that names none."""

    code = "no-order"
    sentence = _("This ticket is about no order.")


def snooze(*, ticket: Ticket, until: datetime | None, by: Agent, now: datetime) -> bool:
    """Put a ticket off until a time or, without one, until its customer writes; what nobody has is taken by it.

    False where it is put off so already. Raises `BadSnooze`, `AlreadyTaken`, `TicketEnded`.
    """
    if until is not None:
        refuse_bad(until, now=now)
    with changing(ticket, now=now, by=by) as change:
        told = None if until is None else until.isoformat()
        return _put_off(change, by, {"until": told}, until=until, awaits_order=False)


def refuse_bad(until: datetime, *, now: datetime) -> None:
    """Raise `BadSnooze` where a time is over, or more than a year away."""
    if not now < until <= now + LONGEST:
        raise BadSnooze


def snooze_until_order(*, ticket: Ticket, by: Agent, now: datetime) -> bool:
    """Put a ticket off until its shop says something new of its order, else as `snooze`; raises `NoOrder` too."""
    with changing(ticket, now=now, by=by) as change:
        if not ticket.order:
            raise NoOrder
        return _put_off(change, by, {"until": None, "awaits": ORDER}, until=None, awaits_order=True)


def _put_off(change: TicketChange, by: Agent, told: dict[str, Any], **ends: Any) -> bool:
    """Put it off until it `ends` so; false where it is put off so already."""
    ticket = change.ticket
    refuse_ended(ticket)
    take(change, by)
    if Snooze.objects.asleep(change.now).filter(ticket=ticket, agent=by, **ends).exists():
        return False
    change.record(EventKind.SNOOZED, **told)
    put_off = {"agent": by, "snoozed_at": change.now, "woken_at": None, **ends}
    Snooze.objects.update_or_create(ticket=ticket, defaults=put_off)
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
    """Have a ticket back on which the customer waits anew, as part of a change that goes on."""
    _asleep(change).update(woken_at=change.now, awaits_order=False)


def wake_by_order(change: TicketChange) -> None:
    """Have a ticket back of whose order there is news, where that was awaited, as part of a change that goes on."""
    _asleep(change).filter(awaits_order=True).update(woken_at=change.now)


def _asleep(change: TicketChange) -> SnoozeQuerySet:
    there = Snooze.objects.asleep(change.now).filter(ticket=change.ticket)
    return there if change.ticket.assignee_id is not None else there.none()


def snooze_of(ticket: Ticket, *, agent: Agent) -> Snooze | None:
    """Return how an agent has put off a ticket that they have, or had until nothing has happened since it came back."""
    put_off: Snooze | None = getattr(ticket, "snooze", None)
    return put_off if put_off and put_off.agent_id == agent.pk == ticket.assignee_id else None


def is_just_back(put_off: Snooze, ticket: Ticket, *, now: datetime) -> bool:
    """Tell whether a ticket has come back and nothing has happened on it since."""
    back_at = put_off.back_at
    return back_at is not None and not put_off.is_asleep(now) and ticket.last_event_at <= back_at
