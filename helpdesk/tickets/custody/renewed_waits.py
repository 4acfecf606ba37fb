"""Tickets whose customers have come to wait for words: nobody has put them off, and nobody who is away has them."""

from __future__ import annotations

from helpdesk.tickets.custody.absences import let_go_of_the_away
from helpdesk.tickets.custody.snoozes import wake
from helpdesk.tickets.ticket_change import TicketChange


def have_back(change: TicketChange) -> None:
    """Have a ticket back on its agent's list or, where they are away, in its queue, as part of a change that goes on.

    So it is where the customer writes, where what they were told never reached them, where they call the ticket back,
    and where it takes in another on which they wait.
    """
    wake(change)
    let_go_of_the_away(change)
