"""Where what is said for a ticket goes once the ticket has ended: nothing that a customer writes is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from django.utils.translation import gettext as _

from helpdesk.models import Customer, Message, Status, Ticket
from helpdesk.tickets import told_time
from helpdesk.tickets.message import Utterance
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket, Urgency
from helpdesk.tickets.opening.opening import open_for_known
from helpdesk.tickets.ticket_change import TicketChange

_FOR_GOOD: Final = (Status.CLOSED, Status.SPAM, Status.DELETED)


def merged_into(ticket: Ticket) -> Ticket | None:
    """Return the ticket in which this one went up, if it did."""
    return ticket.merged_into


def survivors(ticket: Ticket) -> Iterator[Ticket]:
    """Yield the tickets in which this one went up, one after the other."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
        yield ticket


def gone_on_in(ticket: Ticket, *, customer: Customer | None = None) -> Ticket | None:
    """Return the ticket in which a customer goes on, this one's or another: it was merged, or they wrote after its end.

    What somebody else began after that is theirs alone.
    """
    if ticket.status in _FOR_GOOD:
        theirs = Ticket.objects.filter(follows=ticket, customer=customer or ticket.customer)
        return theirs.order_by("-id").first()
    return ticket.merged_into


def has_ended_for_good(ticket: Ticket) -> bool:
    """Tell whether it takes another ticket to go on; a resolved one comes back by itself."""
    return ticket.status in _FOR_GOOD


def begin_anew(change: TicketChange, said: Utterance, customer: Customer) -> Message:
    """Open a ticket with what a customer wrote for one that has ended for good, in the same queue."""
    ended = change.ticket
    shape = NewTicket(
        message=NewMessage(body=said.body, external_id=said.external_id),
        occurred_at=told_time.told(said.sent_at, now=change.now, pointer="/sent_at")
        if said.sent_at
        else None,
        subject=ended.subject,
        priority=cast("Urgency", ended.priority),
        channel=ended.channel,
        tags=ended.tags,
    )
    follow_up = open_for_known(shape, customer=customer, follows=ended, now=change.now)
    message = Message.objects.select_related("agent").get(ticket=follow_up)
    message.ticket = follow_up
    return message


def note_where(message: Message, *, asked: Ticket) -> Message:
    """Note on the message's ticket that something else was asked for, where it was, and return the message."""
    if message.ticket_id != asked.pk:
        facts = {"ended": asked.reference, "how": Status(asked.status).label}
        facts["reference"] = message.ticket.reference
        sentence = _("%(ended)s is %(how)s: this stands on %(reference)s.") % facts
        message.ticket.noticed = (sentence, *message.ticket.noticed)
    return message
