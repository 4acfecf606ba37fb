"""Refusing what makes no sense on a ticket that has ended."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Status, Ticket
from helpdesk.refusal import Refused


class TicketEnded(Refused):
    """The ticket is resolved, closed, merged, spam or deleted, and this needs one that is not."""

    code = "ticket-ended"
    sentence = _("This ticket is %(status)s.")


def refuse_ended(ticket: Ticket, *, but: Collection[Status] = ()) -> None:
    """Raise `TicketEnded` unless the ticket is live or ended in one of the ways in `but`."""
    if not ticket.is_live and ticket.status not in but:
        raise TicketEnded(status=Status(ticket.status).label)
