"""Refusing what makes no sense on a ticket that has ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Status, Ticket
from helpdesk.refusal import Refused


class TicketEnded(Refused):
    """The ticket has ended, and this needs one that has not; each way of ending has a code of its own."""

    sentence = _("This ticket is %(status)s.")


class TicketResolved(TicketEnded):
    """Resolved: reopen it, or let its customer write."""

    code = "ticket-resolved"


class TicketClosed(TicketEnded):
    """Closed for good: an agent can reopen it, and what its customer writes goes on in another one."""

    code = "ticket-closed"


class TicketIsSpam(TicketEnded):
    """Put aside as spam: it can be restored."""

    code = "ticket-spam"


class TicketDeleted(TicketEnded):
    """Put aside as deleted: it can be restored."""

    code = "ticket-deleted"


class TicketMerged(TicketEnded):
    """Gone up in another ticket, which the sentence names: the last one where that was merged too."""

    code = "ticket-merged"
    sentence = _("This ticket has been merged into %(reference)s.")


_WAYS: Final[Mapping[str, type[TicketEnded]]] = {
    Status.RESOLVED: TicketResolved,
    Status.CLOSED: TicketClosed,
    Status.SPAM: TicketIsSpam,
    Status.DELETED: TicketDeleted,
    Status.MERGED: TicketMerged,
}


def refuse_ended(ticket: Ticket, *, but: Collection[Status] = (), pointer: str | None = None) -> None:
    """Raise the `TicketEnded` of its way unless the ticket is live or ended in one of the ways in `but`."""
    if not ticket.is_live and ticket.status not in but:
        raise _WAYS[ticket.status](
            pointer=pointer,
            status=Status(ticket.status).label,
            reference=last_of_chain(ticket).reference,
        )


def last_of_chain(ticket: Ticket) -> Ticket:
    """Return the ticket in which this one went up, through however many merges; itself where it did not."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket
