"""Tickets: sent one by one or in batches, listed, and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import paging, shapes
from helpdesk.api.answers import ticket_for, tickets_for
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.first_words import FirstWords
from helpdesk.api.named_copies import copies_meant, copies_told, left_out, named_copies
from helpdesk.api.problems import Problem, RequestRefused
from helpdesk.api.request import error_translation, refusal_log, request_body
from helpdesk.api.request.ticket_version import tagged
from helpdesk.api.ticket_lookup import ticket_of
from helpdesk.api.ticket_representation import represent
from helpdesk.api.views.found_tickets import found_by_words
from helpdesk.attachments import message_files
from helpdesk.conversation import beginnings
from helpdesk.models import Message, Scope, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.customer_match import email_key
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.opening import Opened

Item = tuple[NewTicket, list[str], FirstWord] | Problem


class Tickets(Door):
    """The tickets of the key's store."""

    @Operation(
        name="openTicket",
        summary="Send a ticket",
        description="A repeated `external_id` answers 200 and changes nothing; fields that differ are named in"
        " `warnings`. A customer is found by external id, else by e-mail, else made.",
        scope=Scope.WRITE,
        body=NewTicket,
        answers={201: shapes.ToldTicket, 200: shapes.ToldTicket},
        idempotency_key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        shape, warnings = self.read(NewTicket)
        warnings += left_out(shape.message.cc, store=self.key.store, at="/message/cc")
        return self.transact(lambda now: self._open(shape, warnings, now))

    def _open(self, shape: NewTicket, warnings: list[str], now: datetime) -> HttpResponse:
        store = self.key.store
        words = [FirstWords(self.key).of(shape)]
        copies = {0: named_copies(shape.message.cc, store=store, at="/message/cc")}
        [opened] = beginnings.begin([shape], store=store, now=now, first_words=words, cc=copies)
        if opened.refusal is not None or opened.ticket is None:
            raise opened.refusal or Refused
        if opened.created:
            self._put_files(opened.ticket, shape)
        else:
            warnings = other_copies(opened.ticket, shape) + warnings
        ticket = ticket_for(self.key, opened.ticket, now=now, warnings=opened.warnings + warnings)
        status = 201 if opened.created else 200
        return answer(ticket, status=status, location=f"/api/v1/tickets/{ticket.reference}")

    def _put_files(self, ticket: Ticket, shape: NewTicket) -> None:
        if shape.message.attachments:
            message = Message.objects.get(ticket=ticket)
            message_files.put_on(message, map(int, shape.message.attachments), giver=self.key)

    @Operation(
        name="listTickets",
        summary="List tickets",
        scope=Scope.READ,
        query=shapes.TicketQuery,
        answers={200: shapes.TicketPage},
    )
    def get(self, request: Request) -> HttpResponse:
        query = self.ask(shapes.TicketQuery)
        kept, cursor = (
            self._found(query) if query.q is None else found_by_words(self.key, query, query.q, wanted(query))
        )
        told = represent(kept, store=self.key.store, now=self.now)
        return answer(shapes.TicketPage(data=list(told), next_cursor=cursor))

    def _found(self, query: shapes.TicketQuery) -> tuple[list[Ticket], str | None]:
        rows = Ticket.objects.visible_to(self.key).filter(wanted(query))
        rows = in_order(rows, query)[: query.limit + 1]
        return paging.cut(list(rows), query.limit, lambda ticket: (ticket.updated_at, ticket.pk))


def wanted(query: shapes.TicketQuery) -> Q:
    """Say which tickets meet every condition; those that were not given ask nothing."""
    conditions: dict[str, Any] = {
        "status__in": query.status,
        "priority__in": query.priority,
        "channel__in": query.channel,
        "queue__name__in": query.queue,
        "assignee__email__in": [email.lower() for email in query.assignee],
        "tags__overlap": query.tag,
        "external_id__in": query.external_id,
        "customer__external_id__in": query.customer,
        "customer__email_key__in": [email_key(email) for email in query.customer_email],
    }
    return Q(**{name: value for name, value in conditions.items() if value})


def in_order(rows: TicketQuerySet, query: shapes.TicketQuery) -> TicketQuerySet:
    """Order by change, and begin after the cursor: forward from an instant, else backward from now."""
    if query.updated_since is None:
        return paging.latest_first(rows, "updated_at", query.cursor)
    return paging.changed_since(rows, query.updated_since, query.cursor)


def other_copies(ticket: Ticket, shape: NewTicket) -> list[str]:
    """Say where a repeat names others than those to whom the first word went."""
    first = Message.objects.filter(ticket=ticket).earliest("pk")
    meant = copies_meant(shape.message.cc, ticket=ticket)
    if not meant or meant == copies_told(first):
        return []
    return [
        _("%(field)s differs from what was stored at first, and was not changed.") % {"field": "message.cc"}
    ]


class TicketBatch(Door):
    """Many tickets at once; what is `refused` of them is known by its place once they were tried."""

    refused: Mapping[int, Problem] = {}

    @Operation(
        name="openTickets",
        summary="Send up to 500 tickets",
        description="Each item is accepted or refused by itself; results stand in the order of the items.",
        scope=Scope.WRITE,
        body=shapes.BatchShape,
        answers={207: shapes.BatchResults},
        idempotency_key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        value = self.read_plain()
        batch = self.fit(value, shapes.LooseBatch)
        words = FirstWords(self.key)
        items = [
            self._read_item(item, words, f"/tickets/{index}") for index, item in enumerate(batch.tickets)
        ]
        response = self.transact(lambda now: self._open(items, now))
        refusal_log.note_items(request, [(one, batch.tickets[index]) for index, one in self.refused.items()])
        return response

    def _read_item(self, value: Any, words: FirstWords, under: str) -> Item:
        """Read one item of a batch, or say what is wrong with it."""
        try:
            shape = self.fit(value, NewTicket, under=under)
            refuse_alone(shape, under=under)
            warnings = request_body.unknown_fields(value, NewTicket, under=under)
            return shape, warnings, words.of(shape, under=under)
        except RequestRefused as refused:
            return refused.problem
        except Refused as refused:
            return error_translation.from_service(refused, under=under).problem

    def _open(self, items: Sequence[Item], now: datetime) -> HttpResponse:
        store = self.key.store
        sound = {place: item for place, item in enumerate(items) if not isinstance(item, Problem)}
        words = [word for _, _, word in sound.values()]
        shapes_of_all = [shape for shape, _, _ in sound.values()]
        opened = beginnings.begin(shapes_of_all, store=store, now=now, first_words=words)
        became = dict(zip(sound, opened, strict=True))
        stored = {place: one for place, one in became.items() if one.ticket is not None}
        warnings = [one.warnings + sound[place][1] for place, one in stored.items()]
        tickets = [one.ticket for one in stored.values() if one.ticket is not None]
        told = dict(zip(stored, tickets_for(self.key, tickets, now=now, warnings=warnings), strict=True))
        results = [
            result(index, item, became.get(index), told.get(index)) for index, item in enumerate(items)
        ]
        self.refused = {one.index: one.problem for one in results if one.problem is not None}
        return answer(shapes.BatchResults(results=results), status=207)


def refuse_alone(shape: NewTicket, *, under: str) -> None:
    """Refuse an item of a batch that has files or copies: one that cannot have them would cost the whole batch."""
    if shape.message.cc:
        detail = _("Send a ticket with copies by itself, and not in a batch.")
        raise RequestRefused(422, "copies-in-a-batch", detail, pointer=f"{under}/message/cc")
    if shape.message.attachments:
        detail = _("Send a ticket with files by itself, and not in a batch.")
        raise RequestRefused(422, "files-in-a-batch", detail, pointer=f"{under}/message/attachments")


def result(
    index: int, item: Item, became: Opened | None, told: shapes.ToldTicket | None
) -> shapes.BatchResult:
    """Say what became of one item."""
    if became is not None and told is not None:
        return shapes.BatchResult(index=index, status=201 if became.created else 200, ticket=told)
    trouble = item if isinstance(item, Problem) else refusal_of(index, became)
    return shapes.BatchResult(index=index, status=trouble.status, problem=trouble)


def refusal_of(index: int, became: Opened | None) -> Problem:
    refusal = (became and became.refusal) or Refused()
    return error_translation.from_service(refusal, under=f"/tickets/{index}").problem


class OneTicket(Door):
    """One ticket."""

    @Operation(
        name="readTicket",
        summary="Read a ticket",
        scope=Scope.READ,
        answers={200: shapes.TicketShape},
        versioned=True,
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        ticket = ticket_of(self.key, ref)
        [told] = represent([ticket], store=self.key.store, now=self.now)
        return tagged(answer(told), ticket)
