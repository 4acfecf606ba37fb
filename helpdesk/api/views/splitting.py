"""Messages that are about something else, on a ticket of their own."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from rest_framework.request import Request

from helpdesk.api import shapes
from helpdesk.api.answers import ticket_for
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.request.ticket_version import refuse_stale, tagged
from helpdesk.api.ticket_lookup import agent_at, ticket_of
from helpdesk.api.views.changes import refuse_unsendable
from helpdesk.models import Message, Scope, Ticket
from helpdesk.tickets.splitting import splitting
from helpdesk.tickets.splitting.splitting import MessageElsewhere, Split


class SplitDoor(Door):
    """Another ticket, made of some of the messages of this one."""

    @Operation(
        name="splitTicket",
        summary="Split messages off a ticket",
        description="They go to a ticket of their own, which is the answer: with their times and files, its clocks"
        " start at the first of them, and those of the other are as if it never had them. Undo takes it back.",
        scope=Scope.ACT,
        body=shapes.SplitShape,
        answers={201: shapes.ToldTicket},
        idempotency_key=True,
        versioned=True,
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.SplitShape)
        refuse_unsendable(asked.customer.email if asked.customer else None)
        return self.transact(lambda now: self._split(ref, asked, warnings, now))

    def _split(self, ref: str, asked: shapes.SplitShape, warnings: list[str], now: datetime) -> HttpResponse:
        ticket = ticket_of(self.key, ref)
        refuse_stale(ticket, self.plain)
        by = agent_at(ticket, asked.agent, pointer="/agent")
        other = splitting.split(self._wanted(ticket, asked), ticket=ticket, by=by, now=now)
        told = ticket_for(self.key, other, now=now, warnings=warnings)
        return tagged(answer(told, status=201, location=f"/api/v1/tickets/{other.reference}"), other)

    def _wanted(self, ticket: Ticket, asked: shapes.SplitShape) -> Split:
        """Find what goes; a note is not there for a key that may not read notes."""
        numbers = {int(number) for number in asked.messages}
        named = Message.objects.filter(ticket=ticket, pk__in=numbers).in_order()
        chosen = list(named if Scope.NOTES in self.key.scopes else named.public())
        if len(chosen) < len(numbers):
            raise MessageElsewhere
        subject = asked.subject or splitting.subject_of(chosen, ticket)
        return Split(messages=numbers, customer=asked.customer, subject=subject)
