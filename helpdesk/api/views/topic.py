"""What a ticket is about, of its store's list."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import shapes
from helpdesk.api.contract.operation import Operation
from helpdesk.api.problems import RequestRefused
from helpdesk.api.ticket_lookup import agent_or_none
from helpdesk.api.views.changes import ChangeDoor
from helpdesk.input.visible_text import isolated
from helpdesk.models import Scope, Store, StoreTopic, Ticket
from helpdesk.models.alike_names import first_named
from helpdesk.tickets import ticket_attributes


class TopicDoor(ChangeDoor):
    @Operation(
        name="setTopic",
        summary="Say what a ticket is about",
        description="One topic of the store's list, which its overseers keep, by its name in whatever case; null for"
        " none.",
        scope=Scope.ACT,
        body=shapes.TopicChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.TopicChange)

        def change(ticket: Ticket, now: datetime) -> None:
            by = agent_or_none(ticket, asked.agent, pointer="/agent")
            topic = None if asked.topic is None else _named(ticket.store, asked.topic)
            ticket_attributes.change_topic(ticket=ticket, topic=topic, by=by, now=now)

        return self.change(ref, warnings, change)


def _named(store: Store, name: str) -> StoreTopic:
    """Find a topic of the store's; refuses (422) one that never was on its list."""
    topic = first_named(StoreTopic.objects.filter(store=store), name)
    if topic is None:
        detail = _("“%(topic)s” is not on the list of topics.") % {"topic": isolated(name)}
        raise RequestRefused(422, "unknown-topic", detail, pointer="/topic")
    return topic
