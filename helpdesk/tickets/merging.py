"""Making one ticket of two."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, EventKind, Status, Ticket
from helpdesk.refusal import Conflict, Refused
from helpdesk.tickets.custody import renewed_waits
from helpdesk.tickets.ended_ticket import last_of_chain, refuse_ended
from helpdesk.tickets.ticket_change import TicketChange, changing_all


class MergeIntoItself(Refused):
    """A ticket was to be merged into itself."""

    code = "merge-into-itself"
    place = "/into"
    sentence = _("A ticket cannot be merged into itself.")


class MergeAcrossStores(Refused):
    """The two tickets belong to different stores (and so perhaps to different environments)."""

    code = "merge-across-stores"
    place = "/into"
    sentence = _("Only tickets of one store can be merged.")


class AlreadyMerged(Conflict):
    """The ticket has gone into another one."""

    code = "already-merged"
    sentence = _("This ticket has been merged into %(reference)s.")


def merge(*, ticket: Ticket, into: Ticket, by: Agent | None, now: datetime) -> bool:
    """Let `ticket` go up in `into`, which waits from then on since the earlier of the two.

    Messages stay where they were said. False where that was done before. Raises `MergeIntoItself`,
    `MergeAcrossStores`, `AlreadyMerged`, `TicketEnded`, `NotAMember`.
    """
    _check_apart(ticket, into)
    with changing_all(ticket, into, now=now, by=by) as [going, staying]:
        if ticket.merged_into_id == into.pk:
            return False
        _check(ticket, into)
        _take_in(staying, ticket)
        _go(going, into)
        return True


def check(*, ticket: Ticket, into: Ticket) -> None:
    """Raise why the two cannot be made one, as far as can be told without locking them: what `merge` raises."""
    _check_apart(ticket, into)
    _check(ticket, into)


def _check_apart(ticket: Ticket, into: Ticket) -> None:
    if ticket.pk == into.pk:
        raise MergeIntoItself
    if ticket.store_id != into.store_id:
        raise MergeAcrossStores


def _check(ticket: Ticket, into: Ticket) -> None:
    if ticket.merged_into is not None:
        raise AlreadyMerged(reference=last_of_chain(ticket).reference)
    refuse_ended(ticket, but=[Status.RESOLVED, Status.CLOSED])
    refuse_ended(into, pointer="/into")


def _go(change: TicketChange, into: Ticket) -> None:
    change.ticket.merged_into = into
    change.record(EventKind.MERGED_INTO, ticket=into.pk)


def _take_in(change: TicketChange, merged: Ticket) -> None:
    """Write down what comes in; somebody who waits brings a waiting ticket back, as a message would."""
    since = merged.waiting_since
    change.record(EventKind.ABSORBED, ticket=merged.pk, waiting_since=since.isoformat() if since else None)
    if since:
        if change.ticket.status in (Status.PENDING, Status.ON_HOLD):
            change.turn(Status.OPEN)
        renewed_waits.have_back(change)
