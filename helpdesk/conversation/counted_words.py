"""What somebody else wrote into a conversation, and an agent lets count as the customer's."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Author, EventKind, Message, Status, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.custody import renewed_waits
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.message import bring_back
from helpdesk.tickets.ticket_change import changing


class NotAThirdPartys(Refused):
    """Words of the customer, of staff or of a machine count for what they are."""

    code = "not-a-third-partys"
    sentence = _("Only what a third party wrote on this ticket can count as the customer's.")


def count_as_the_customers(*, ticket: Ticket, message: Message, by: Agent, now: datetime) -> bool:
    """Let what a third party wrote count as the customer's words, public and as of when it was written, for good.

    False where it counts already. Raises `NotAThirdPartys`, `TicketEnded` and `NotAMember`.
    """
    with changing(ticket, now=now, by=by) as change:
        message.refresh_from_db()
        stands_here = message.ticket_id == ticket.pk
        if stands_here and message.author == Author.CUSTOMER:
            return False
        if not stands_here or message.automatic or message.author != Author.THIRD_PARTY:
            raise NotAThirdPartys
        refuse_ended(ticket, but=[Status.RESOLVED])
        message.author, message.public = Author.CUSTOMER, True
        message.save(update_fields=["author", "public"])
        received = EventKind.CUSTOMER_MESSAGE_RECEIVED
        heard = change.record(received, occurred_at=message.sent_at, message=message, automatic=False)
        bring_back(change, by=Author.CUSTOMER, message_seq=heard.seq)
        renewed_waits.have_back(change)
        return True
