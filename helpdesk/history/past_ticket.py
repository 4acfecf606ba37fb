"""A ticket that history is told of, held in memory until all is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.models import Agent, Author, EventKind, Message, Ticket, TicketEvent
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.opening import Opened
from helpdesk.tickets.ticket_change import TicketChange


@dataclass(slots=True)
class PastTicket:
    """A ticket that nobody else can write to, what is known of it, and what is to be written.

    `told_until` is null where it is new; else all but messages is known up to then. `said`: texts by external id.
    """

    ticket: Ticket
    stored: list[TicketEvent]
    told_until: datetime | None
    said: dict[str, str] = field(default_factory=dict)
    events: list[TicketEvent] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def keep(self, change: TicketChange) -> None:
        """Take over what a change has done."""
        self.events += change.events
        self.messages += change.messages
        self.said |= {one.external_id: one.body for one in change.messages if one.external_id}


class PastChange(TicketChange):
    """A change to a ticket of the past: by the same rules, with nothing to ask the database."""

    def __init__(self, past: PastTicket, *, now: datetime, by: Agent | None, author: Author) -> None:
        super().__init__(past.ticket, now=now, by=by, author=author, imported=True)
        self._opening = past.stored[0]
        self._is_history = True
        self.by_the_customer = False
        self._past = past

    def _stored_events(self) -> list[TicketEvent]:
        return [*self._past.stored, *self._past.events]


def past_tickets(opened: Sequence[Opened], words: Sequence[FirstWord]) -> dict[int, PastTicket]:
    """Return what history is told of, by ticket; those that were there before are locked, and read afresh."""
    made = {
        one.ticket.pk: _made(one.ticket, word)
        for one, word in zip(opened, words, strict=True)
        if one.ticket and one.created
    }
    known = sorted({one.ticket.pk for one in opened if one.ticket} - made.keys())
    return made | _known(known) if known else made


def _made(ticket: Ticket, word: FirstWord) -> PastTicket:
    at = ticket.last_event_at
    opening = TicketEvent(
        seq=1, kind=EventKind.OPENED, occurred_at=at, payload={"initiated_by": word.initiated_by}
    )
    standing = TicketEvent(
        seq=2, kind=EventKind.STATUS_CHANGED, occurred_at=at, payload={"status": ticket.status}
    )
    stored = [opening, standing] if word.writes_first else [opening]
    return PastTicket(ticket, stored=stored, told_until=None)


def _known(ticket_ids: Sequence[int]) -> dict[int, PastTicket]:
    tickets = list(Ticket.objects.select_for_update(no_key=True).filter(pk__in=ticket_ids).order_by("pk"))
    stored, said = _stored_on(ticket_ids), _said_on(ticket_ids)
    return {
        ticket.pk: PastTicket(
            ticket, stored=stored[ticket.pk], told_until=ticket.last_event_at, said=said[ticket.pk]
        )
        for ticket in tickets
    }


def _stored_on(ticket_ids: Sequence[int]) -> dict[int, list[TicketEvent]]:
    """Return what happened to each ticket, in order of seq."""
    stored: dict[int, list[TicketEvent]] = {pk: [] for pk in ticket_ids}
    for event in TicketEvent.objects.filter(ticket__in=ticket_ids).order_by("ticket_id", "seq"):
        stored[event.ticket_id].append(event)
    return stored


def _said_on(ticket_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what was said on each ticket, by external id."""
    said: dict[int, dict[str, str]] = {pk: {} for pk in ticket_ids}
    named = Message.objects.filter(ticket__in=ticket_ids, external_id__isnull=False)
    for pk, external_id, body in named.values_list("ticket_id", "external_id", "body"):
        said[pk][str(external_id)] = body
    return said
