"""Replies that came back to whoever sends them elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import message_shapes
from helpdesk.api.answers import message_for, ticket_for
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.problems import RequestRefused
from helpdesk.api.ticket_lookup import ticket_of
from helpdesk.conversation.bounces import ToldBounce
from helpdesk.conversation.follow_ups import survivors
from helpdesk.mail.leaving.reply_outcome import note_came_back
from helpdesk.models import Message, Scope, Ticket
from helpdesk.tickets import told_time


class BounceDoor(Door):
    """A reply on a ticket that never arrived."""

    @Operation(
        name="noteBounce",
        summary="Say that a reply bounced",
        description="For whoever sends a ticket's replies elsewhere: the reply answered nothing, its clocks run"
        " again from where they began. To say it twice changes nothing.",
        scope=Scope.ACT,
        body=message_shapes.Bounce,
        answers={200: message_shapes.SaidAnswerShape},
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(message_shapes.Bounce)
        which = _which(asked)
        warnings += told_time.warnings(asked.occurred_at, now=self.now)
        return self.transact(lambda now: self._note(ref, which, asked, warnings, now))

    def _note(
        self, ref: str, which: Q, asked: message_shapes.Bounce, warnings: list[str], now: datetime
    ) -> HttpResponse:
        message = _message_on(ticket_of(self.key, ref), which)
        ticket = message.ticket
        told = ToldBounce(asked.reason or "", asked.occurred_at)
        note_came_back(ticket=ticket, message=message, now=now, told=told)
        stands = ticket_for(self.key, ticket, now=now, warnings=warnings)
        return answer(message_shapes.SaidAnswerShape(message=message_for(self.key, message), ticket=stands))


def _which(asked: message_shapes.Bounce) -> Q:
    """Return what tells the message; refuses (422) one that is told by neither id, or by both."""
    if (asked.message is None) == (asked.external_id is None):
        detail = _("Name the message by its id or by its external_id, and not by both.")
        raise RequestRefused(422, "contradiction", detail, pointer="/message")
    return Q(external_id=asked.external_id) if asked.message is None else Q(pk=int(asked.message))


def _message_on(ticket: Ticket, which: Q) -> Message:
    """Find a message of this ticket, or of one that it was merged into: what is said on it stands there."""
    for place in (ticket, *survivors(ticket)):
        found = Message.objects.select_related("agent", "mailed").filter(which, ticket=place).first()
        if found is not None:
            found.ticket = place
            return found
    detail = _("There is no such message on this ticket.")
    raise RequestRefused(422, "unknown-message", detail, pointer="/message")
