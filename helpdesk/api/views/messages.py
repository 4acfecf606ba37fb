"""Messages: what was said on a ticket, and saying more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import paging, shapes
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.problems import RequestRefused
from helpdesk.api.request import key_authentication
from helpdesk.api.ticket_lookup import agent_at, ticket_of
from helpdesk.api.ticket_representation import represent, represent_message
from helpdesk.conversation import replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.models import Agent, Message, Scope, Ticket
from helpdesk.models.message import MessageQuerySet


class Messages(Door):
    """What was said on one ticket."""

    @Operation(
        name="listMessages",
        summary="List a ticket's messages",
        description="The public ones, oldest first; internal notes too where the key has the scope `notes`.",
        scope=Scope.READ,
        query=shapes.MessageQuery,
        answers={200: shapes.MessagePage},
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        query = self.ask(shapes.MessageQuery)
        said = self._readable(ref)
        if query.cursor is not None:
            at, pk = paging.read(query.cursor)
            said = said.filter(Q(sent_at__gt=at) | Q(pk__gt=pk), sent_at__gte=at)
        rows = list(said[: query.limit + 1])
        kept, cursor = paging.cut(rows, query.limit, lambda message: (message.sent_at, message.pk))
        page = shapes.MessagePage(data=[represent_message(one) for one in kept], next_cursor=cursor)
        return answer(page)

    def _readable(self, ref: str) -> MessageQuerySet:
        said = Message.objects.filter(ticket=ticket_of(self.key, ref)).select_related("agent").in_order()
        return said if Scope.NOTES in self.key.scopes else said.public()

    @Operation(
        name="sayMessage",
        summary="Say something on a ticket",
        description="As the customer, unless `author` says otherwise; anybody else needs the scope `act`. A"
        " repeated `external_id` answers 200 and changes nothing.",
        scope=Scope.WRITE,
        body=shapes.SaidMessageShape,
        answers={201: shapes.SaidAnswerShape, 200: shapes.SaidAnswerShape},
        idempotency_key=True,
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said, warnings = self.read(shapes.SaidMessageShape)
        if said.author.kind != "customer":
            key_authentication.require(self.key, Scope.ACT)
        return self.transact(lambda now: self._say(ref, said, warnings, now))

    def _say(
        self, ref: str, said: shapes.SaidMessageShape, warnings: list[str], now: datetime
    ) -> HttpResponse:
        say = answer_elsewhere if said.way else SPEAKERS[said.author.kind, said.public]
        message = say(ticket_of(self.key, ref), said, now)
        [told] = represent([message.ticket], store=self.key.store, now=now, warnings=[warnings])
        created = message.received_at == now
        body = shapes.SaidAnswerShape(message=represent_message(message), ticket=told)
        return answer(body, status=201 if created else 200)


class SaidFields(TypedDict):
    """What every kind of message takes over from the request as it is."""

    body: str
    now: datetime
    sent_at: datetime | None
    external_id: str | None
    imported: bool


def fields(said: shapes.SaidMessageShape, now: datetime) -> SaidFields:
    return {
        "body": said.body,
        "now": now,
        "sent_at": said.sent_at,
        "external_id": said.external_id,
        "imported": said.imported,
    }


def say_as_customer(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.receive_customer_message(ticket=ticket, automatic=said.automatic, **fields(said, now))


def say_as_agent(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    agent = speaking_agent(ticket, said)
    if not said.automatic:
        return replies.reply_in_public(
            ticket=ticket, author=agent, then=AfterReply(said.then), **fields(said, now)
        )
    if said.then != "keep_open":
        detail = _("What is sent automatically leaves the ticket as it stands.")
        raise RequestRefused(422, "automatic-decides-nothing", detail, pointer="/then")
    return replies.send_automatically(ticket=ticket, author=agent, **fields(said, now))


def answer_elsewhere(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    """Take down what an agent answered by phone, in person or in a chat."""
    if said.author.kind != "agent" or said.automatic:
        detail = _("Only an agent themself answers by another way.")
        raise RequestRefused(422, "way-is-an-agents", detail, pointer="/way")
    return replies.answer_elsewhere(
        ticket=ticket,
        by=speaking_agent(ticket, said),
        way=said.way or "",
        body=said.body,
        now=now,
        answered_at=said.sent_at,
        then=AfterReply(said.then),
        external_id=said.external_id,
        imported=said.imported,
    )


def speaking_agent(ticket: Ticket, said: shapes.SaidMessageShape) -> Agent:
    if said.author.agent is None:
        detail = _("Name the agent who speaks.")
        raise RequestRefused(422, "agent-missing", detail, pointer="/author/agent")
    return agent_at(ticket, said.author.agent, pointer="/author/agent")


def note_as_agent(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    agent = said.author.agent
    return replies.add_note(
        ticket=ticket,
        author=None if agent is None else agent_at(ticket, agent, pointer="/author/agent"),
        **fields(said, now),
    )


def say_as_bot(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.reply_as_bot(ticket=ticket, automatic=said.automatic, **fields(said, now))


def send_receipt(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.send_automatically(ticket=ticket, **fields(said, now))


def refuse_hidden_customer(ticket: Ticket, said: shapes.SaidMessageShape, now: datetime) -> Message:
    detail = _("What a customer says is public.")
    raise RequestRefused(422, "customer-is-public", detail, pointer="/public")


Saying = Callable[[Ticket, shapes.SaidMessageShape, datetime], Message]

SPEAKERS: dict[tuple[str, bool], Saying] = {
    ("customer", True): say_as_customer,
    ("customer", False): refuse_hidden_customer,
    ("agent", True): say_as_agent,
    ("agent", False): note_as_agent,
    ("bot", True): say_as_bot,
    ("bot", False): note_as_agent,
    ("system", True): send_receipt,
    ("system", False): note_as_agent,
}
"""Who speaks, in public or not, and how that is said."""
