"""How a ticket stands, ends and comes back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Author, EventKind, Status, Ticket
from helpdesk.refusal import Conflict, Refused
from helpdesk.tickets import undo
from helpdesk.tickets.assignment import let_go_of_the_absent
from helpdesk.tickets.custody import renewed_waits
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.ticket_change import TicketChange, changing

_CHOSEN = (Status.OPEN, Status.PENDING, Status.ON_HOLD)
_VOID = (Status.SPAM, Status.DELETED)


class UnknownStatus(Refused):
    """Not a status that somebody can choose (new, merged, spam and deleted come about otherwise)."""

    code = "unknown-status"
    place = "/status"
    sentence = _("“%(value)s” is not a status that can be chosen.")


class SplitPutBack(Conflict):
    """The ticket was split off, and its messages were put back: nothing is left that could be brought back."""

    code = "put-back"
    sentence = _("What stood here was put back to %(reference)s: there is nothing to restore.")


def set_status(
    *,
    ticket: Ticket,
    status: str,
    by: Agent | None,
    now: datetime,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Let the ticket stand open, pending, on hold, resolved or closed; an ended one is reopened first.

    False where it stands so, or where it was told late and something newer is known.
    """
    if status not in (*_CHOSEN, Status.RESOLVED, Status.CLOSED):
        raise UnknownStatus(value=status)
    with changing(ticket, now=now, by=by, imported=imported) as change:
        return stand(change, Status(status), occurred_at)


def resolve(
    *,
    ticket: Ticket,
    by: Agent | None,
    now: datetime,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Call the question answered for good; a customer's message brings it back."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        return stand(change, Status.RESOLVED, occurred_at)


def close(
    *,
    ticket: Ticket,
    by: Agent | None,
    now: datetime,
    by_customer: bool = False,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Close the ticket for ever; closed by its customer it counts as withdrawn."""
    author = Author.CUSTOMER if by_customer else None
    with changing(ticket, now=now, by=by, author=author, imported=imported) as change:
        return stand(change, Status.CLOSED, occurred_at)


def reopen(
    *,
    ticket: Ticket,
    by: Agent | None,
    now: datetime,
    occurred_at: datetime | None = None,
    imported: bool = False,
) -> bool:
    """Bring a resolved ticket back, by an agent or (null) its customer; a closed one by an agent only.

    Whoever ended it only just now has undone that: see `undo.take_back_end`.
    """
    author = Author.AGENT if by else Author.CUSTOMER
    with changing(ticket, now=now, by=by, author=author, imported=imported) as change:
        return reopen_ended(change, occurred_at)


def mark_no_reply_needed(
    *, ticket: Ticket, by: Agent, now: datetime, occurred_at: datetime | None = None, imported: bool = False
) -> bool:
    """Say that what the customer wrote last (a thank-you) asks for no answer; false where nothing waits."""
    with changing(ticket, now=now, by=by, imported=imported) as change:
        refuse_ended(ticket)
        if ticket.waiting_since is None:
            return False
        change.record(EventKind.NO_REPLY_NEEDED_MARKED, occurred_at=occurred_at)
        return True


def mark_spam(
    *, ticket: Ticket, by: Agent | None, now: datetime, occurred_at: datetime | None = None
) -> bool:
    """Put the ticket aside as spam: it never asked for anything."""
    return _void(ticket, Status.SPAM, by=by, now=now, occurred_at=occurred_at)


def delete(*, ticket: Ticket, by: Agent | None, now: datetime, occurred_at: datetime | None = None) -> bool:
    """Put the ticket aside as deleted; its rows stay."""
    return _void(ticket, Status.DELETED, by=by, now=now, occurred_at=occurred_at)


def restore(*, ticket: Ticket, by: Agent | None, now: datetime, occurred_at: datetime | None = None) -> bool:
    """Bring back what was put aside, standing as it stood before; false where it isn't put aside."""
    with changing(ticket, now=now, by=by) as change:
        if ticket.status not in _VOID:
            return False
        if ticket.split_from is not None and not ticket.messages.exists():
            raise SplitPutBack(reference=ticket.split_from.reference)
        change.record(EventKind.RESTORED, occurred_at=occurred_at)
        let_go_of_the_absent(change)
        return True


def stand(change: TicketChange, status: Status, occurred_at: datetime | None = None) -> bool:
    """Let the ticket stand so, or end so, as part of a change that goes on.

    False where it does already, and where that was told for a time after which something newer happened.
    """
    if change.ticket.status == status or change.is_overtaken(occurred_at):
        return False
    _STEPS[status](change, status, occurred_at)
    return True


def reopen_ended(change: TicketChange, occurred_at: datetime | None = None) -> bool:
    """Bring the ticket back as part of a change that goes on; false where it is live, or as in `stand`."""
    if change.ticket.is_live or change.is_overtaken(occurred_at):
        return False
    _reopen(change, occurred_at)
    return True


def _live_on(change: TicketChange, status: Status, occurred_at: datetime | None) -> None:
    if not change.ticket.is_live:
        _reopen(change, occurred_at)
        if status == Status.OPEN:
            return
    if change.ticket.status != status:
        change.turn(status, occurred_at=occurred_at)


def _resolve(change: TicketChange, status: Status, occurred_at: datetime | None) -> None:
    refuse_ended(change.ticket)
    change.record(EventKind.RESOLVED, occurred_at=occurred_at)


def _close(change: TicketChange, status: Status, occurred_at: datetime | None) -> None:
    refuse_ended(change.ticket, but=[Status.RESOLVED])
    change.record(EventKind.CLOSED, occurred_at=occurred_at, by=change.author)


def _reopen(change: TicketChange, occurred_at: datetime | None) -> None:
    closed = [] if change.author == Author.CUSTOMER else [Status.CLOSED]
    refuse_ended(change.ticket, but=[Status.RESOLVED, *closed])
    if occurred_at is None and undo.take_back_end(change):
        return
    by = Author.CUSTOMER if change.author == Author.CUSTOMER else Author.AGENT
    change.record(EventKind.REOPENED, occurred_at=occurred_at, by=by)
    let_go_of_the_absent(change)
    if by == Author.CUSTOMER:
        renewed_waits.have_back(change)


_STEPS = {
    **dict.fromkeys(_CHOSEN, _live_on),
    Status.RESOLVED: _resolve,
    Status.CLOSED: _close,
}


def _void(
    ticket: Ticket, status: Status, *, by: Agent | None, now: datetime, occurred_at: datetime | None
) -> bool:
    with changing(ticket, now=now, by=by) as change:
        if ticket.status == status:
            return False
        refuse_ended(ticket, but=[each for each in Status if each != Status.MERGED])
        change.record(EventKind.VOIDED, occurred_at=occurred_at, reason=status)
        return True
