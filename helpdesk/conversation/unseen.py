"""What happened on a ticket after somebody looked at it, and whether they should look again before they answer."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, EventKind, Status, Ticket, TicketEvent
from helpdesk.refusal import Conflict
from helpdesk.tickets.ended_ticket import refuse_ended

TALK: Final = (EventKind.PUBLIC_REPLY_SENT, EventKind.CUSTOMER_MESSAGE_RECEIVED)
HEARD: Final = Q(kind__in=TALK, payload__automatic=False)
"""What somebody said to the other side, by themself."""
ASIDE: Final = (
    EventKind.NOTE_ADDED,
    EventKind.ACKNOWLEDGED,
    EventKind.PRIORITY_CHANGED,
    EventKind.TAGS_CHANGED,
    EventKind.TIER_CHANGED,
    EventKind.TOPIC_CHANGED,
    EventKind.ORDER_CHANGED,
    EventKind.DUE_TIME_SET,
    EventKind.DUE_TIME_CLEARED,
)
"""What changes neither where the ticket stands nor who has it: nobody would answer otherwise for it."""


class SomethingNewer(Conflict):
    """A public reply or a customer's message has appeared since the writer last looked."""

    code = "something-newer"
    sentence = _("Something new has been said on this ticket. Look at it before you send.")


class ChangedMeanwhile(Conflict):
    """Somebody else has ended, moved, taken or turned the ticket since the writer last looked."""

    code = "changed-meanwhile"
    sentence = _("This ticket has changed since you opened it. Look at it before you send.")


def unseen(ticket: Ticket, *, seen_seq: int) -> QuerySet[TicketEvent]:
    """Return what came after the event up to which somebody has read, whatever it is."""
    return ticket.events.filter(seq__gt=seen_seq)


def heard_after(ticket: Ticket, seen_seq: int, *, but_of: Agent) -> bool:
    """Tell whether anybody else has said something to the other side since somebody read the ticket."""
    return unseen(ticket, seen_seq=seen_seq).filter(HEARD).exclude(actor=but_of).exists()


def refuse_unseen(ticket: Ticket, *, seen_seq: int | None, writer: Agent) -> None:
    """Raise `SomethingNewer` or `ChangedMeanwhile` where the writer may not know what they answer to.

    One's own deeds, done in another window, and one's own words, said once they could be taken back no more, are no
    news; but nobody answers another ticket unread, into which they have merged this one (`TicketMerged`).
    """
    if seen_seq is None:
        return
    later = unseen(ticket, seen_seq=seen_seq)
    if heard_after(ticket, seen_seq, but_of=writer):
        raise SomethingNewer
    if later.exclude(kind__in=(*TALK, *ASIDE)).exclude(actor=writer).exists():
        raise ChangedMeanwhile
    refuse_ended(ticket, but=[Status.RESOLVED])
