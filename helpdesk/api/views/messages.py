"""Messages: what was said on a ticket, and saying more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import message_shapes, paging
from helpdesk.api.answers import message_for, ticket_for
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.message_contradictions import refuse_contradictions
from helpdesk.api.named_copies import copies_meant, copies_of_reply, copies_told, left_out
from helpdesk.api.request import key_authentication
from helpdesk.api.request.ticket_version import refuse_stale, tagged
from helpdesk.api.ticket_lookup import agent_at, past_agent_in, ticket_of
from helpdesk.api.ticket_representation import represent_message
from helpdesk.attachments import message_files
from helpdesk.conversation import replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.mentions.mentioned_colleagues import mentioned_in
from helpdesk.input.visible_text import Scissors, one_line
from helpdesk.models import Agent, Author, Message, Scope, Ticket
from helpdesk.models.message import MessageQuerySet
from helpdesk.tickets import told_time
from helpdesk.tickets.opening.draft import LONGEST_NAME, fitting_body


class Messages(Door):
    """What was said on one ticket."""

    @Operation(
        name="listMessages",
        summary="List a ticket's messages",
        description="The public ones, oldest first; internal notes too where the key has the scope `notes`.",
        scope=Scope.READ,
        query=message_shapes.MessageQuery,
        answers={200: message_shapes.MessagePage},
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        query = self.ask(message_shapes.MessageQuery)
        said = self._readable(ref)
        if query.cursor is not None:
            at, pk = paging.read(query.cursor)
            said = said.filter(Q(sent_at__gt=at) | Q(pk__gt=pk), sent_at__gte=at)
        rows = list(said[: query.limit + 1])
        kept, cursor = paging.cut(rows, query.limit, lambda message: (message.sent_at, message.pk))
        page = message_shapes.MessagePage(data=[represent_message(one) for one in kept], next_cursor=cursor)
        return answer(page)

    def _readable(self, ref: str) -> MessageQuerySet:
        said = (
            Message.objects.filter(ticket=ticket_of(self.key, ref))
            .select_related("agent", "mailed")
            .prefetch_related("attachments", "parties")
            .in_order()
        )
        return said if Scope.NOTES in self.key.scopes else said.public()

    @Operation(
        name="sayMessage",
        summary="Say something on a ticket",
        description="As the customer, unless `author` says otherwise; anybody else needs the scope `act`. A"
        " repeated `external_id` answers 200 and changes nothing; what differs is named in `warnings`.",
        scope=Scope.WRITE,
        body=message_shapes.SaidMessageShape,
        answers={201: message_shapes.SaidAnswerShape, 200: message_shapes.SaidAnswerShape},
        idempotency_key=True,
        versioned=True,
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said, warnings = self.read(message_shapes.SaidMessageShape)
        if said.author.kind != "customer":
            key_authentication.require(self.key, Scope.ACT)
        refuse_contradictions(said)
        warnings += told_time.warnings(said.sent_at, now=self.now, pointer="/sent_at")
        warnings += left_out(said.cc, store=self.key.store)
        return self.transact(lambda now: self._say(ref, said, warnings, now))

    def _say(
        self, ref: str, said: message_shapes.SaidMessageShape, warnings: list[str], now: datetime
    ) -> HttpResponse:
        say = answer_elsewhere if said.way else SPEAKERS[said.author.kind, said.public]
        ticket = ticket_of(self.key, ref)
        refuse_stale(ticket, self.plain)
        message = say(ticket, said, now)
        created = message.received_at == now
        if created:
            message_files.put_on(message, map(int, said.attachments), giver=self.key)
        heard = warnings + (cut_off(message) if created else differences(message, said))
        told = ticket_for(self.key, message.ticket, now=now, warnings=heard)
        body = message_shapes.SaidAnswerShape(message=message_for(self.key, message), ticket=told)
        return tagged(answer(body, status=201 if created else 200), message.ticket)


def cut_off(message: Message) -> list[str]:
    """Say that not all of a message could be shown."""
    if not message.rest:
        return []
    return [_("/body was too long and was cut; the rest is kept with the message.")]


def differences(stored: Message, said: message_shapes.SaidMessageShape) -> list[str]:
    """Name the fields in which a repeat differs from what was stored at first."""
    first, says = _stored_fields(stored), _said_fields(stored, said)
    sentence = _("%(field)s differs from what was stored at first, and was not changed.")
    return [sentence % {"field": field} for field in first if first[field] != says[field]]


def _stored_fields(stored: Message) -> dict[str, object]:
    agent = stored.agent.email if stored.agent else None
    return {
        "body": stored.body,
        "author": (stored.author, agent),
        "public": stored.public,
        "automatic": stored.automatic,
        "holding": stored.holding,
        "way": stored.way,
        "sent_at": stored.sent_at,
        "attachments": {str(file.pk) for file in stored.attachments.all()},
        "cc": copies_told(stored),
    }


def _said_fields(stored: Message, said: message_shapes.SaidMessageShape) -> dict[str, object]:
    copies = copies_told(stored) if said.cc is None else copies_meant(said.cc, ticket=stored.ticket)
    return {
        "body": fitting_body(said.body, Scissors(), pointer="/body"),
        "author": (said.author.kind, said.author.agent and said.author.agent.lower()),
        "public": said.public and not said.way,
        "automatic": said.automatic or said.author.kind == "system",
        "holding": said.holding,
        "way": said.way or "",
        "sent_at": said.sent_at or stored.sent_at,
        "attachments": set(said.attachments),
        "cc": copies,
    }


class SaidFields(TypedDict):
    """What every kind of message takes over from the request as it is."""

    body: str
    now: datetime
    sent_at: datetime | None
    external_id: str | None
    imported: bool


def fields(said: message_shapes.SaidMessageShape, now: datetime) -> SaidFields:
    return {
        "body": said.body,
        "now": now,
        "sent_at": said.sent_at,
        "external_id": said.external_id,
        "imported": said.imported,
    }


def say_as_customer(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.receive_customer_message(ticket=ticket, automatic=said.automatic, **fields(said, now))


def say_as_agent(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    author = speaker(ticket, said)
    if said.automatic:
        return replies.send_automatically(ticket=ticket, author=author, **fields(said, now))
    return replies.reply_in_public(
        ticket=ticket,
        author=author,
        author_name="" if author else name_of(said),
        then=AfterReply(said.then),
        cc=() if said.imported else copies_of_reply(ticket, said.cc),
        holding=said.holding,
        **fields(said, now),
    )


def answer_elsewhere(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    """Take down what an agent answered by phone, in person or in a chat."""
    by = speaker(ticket, said)
    return replies.answer_elsewhere(
        ticket=ticket,
        by=by,
        author_name="" if by else name_of(said),
        way=said.way or "",
        body=said.body,
        now=now,
        answered_at=said.sent_at,
        then=AfterReply(said.then),
        external_id=said.external_id,
        imported=said.imported,
        holding=said.holding,
    )


def note_down(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    author = speaker(ticket, said)
    return replies.add_note(
        ticket=ticket,
        author=author,
        mentions=mentions(ticket, said, author),
        author_name="" if author else name_of(said),
        otherwise=Author(said.author.kind),
        **fields(said, now),
    )


def mentions(ticket: Ticket, said: message_shapes.SaidMessageShape, author: Agent | None) -> list[Agent]:
    """Return whom an agent's note mentions; one that is told again, or was written long ago, calls nobody."""
    if author is None or said.imported or _is_known(ticket, said.external_id):
        return []
    return mentioned_in(said.body, ticket=ticket, by=author)


def _is_known(ticket: Ticket, external_id: str | None) -> bool:
    known = Message.objects.filter(store=ticket.store_id, external_id=external_id)
    return external_id is not None and known.exists()


def speaker(ticket: Ticket, said: message_shapes.SaidMessageShape) -> Agent | None:
    """Find the agent who speaks; null for a machine, and in history for somebody who has no place here."""
    email = said.author.agent
    if email is None:
        return None
    if said.imported:
        return past_agent_in(ticket.queue_id, email)
    return agent_at(ticket, email, pointer="/author/agent")


def name_of(said: message_shapes.SaidMessageShape) -> str:
    """Return under which name somebody speaks who has no account."""
    return one_line(said.author.name or said.author.agent or "")[:LONGEST_NAME]


def say_as_bot(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.reply_as_bot(
        ticket=ticket,
        author_name=name_of(said),
        automatic=said.automatic,
        holding=said.holding,
        **fields(said, now),
    )


def send_receipt(ticket: Ticket, said: message_shapes.SaidMessageShape, now: datetime) -> Message:
    return replies.send_automatically(ticket=ticket, **fields(said, now))


Saying = Callable[[Ticket, message_shapes.SaidMessageShape, datetime], Message]

SPEAKERS: dict[tuple[str, bool], Saying] = {
    ("customer", True): say_as_customer,
    ("agent", True): say_as_agent,
    ("agent", False): note_down,
    ("bot", True): say_as_bot,
    ("bot", False): note_down,
    ("system", True): send_receipt,
    ("system", False): note_down,
}
"""Who speaks, in public or not, and how that is said."""
