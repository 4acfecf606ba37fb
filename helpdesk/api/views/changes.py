"""What is settled on a ticket, each a resource of its own; putting the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from helpdesk.api import shapes
from helpdesk.api.answers import ticket_for
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.problems import RequestRefused
from helpdesk.api.request import key_authentication
from helpdesk.api.request.ticket_version import refuse_stale, tagged
from helpdesk.api.ticket_lookup import agent_at, agent_or_none, ticket_of
from helpdesk.input.visible_text import isolated
from helpdesk.mail.addressing.sendable_email import sendable_email
from helpdesk.mail.addressing.typed_addresses import NoAddress
from helpdesk.mail.spam import spam_tickets
from helpdesk.models import Queue, Scope, Status, Store, Ticket
from helpdesk.tickets import assignment, ticket_attributes, ticket_status, told_time


class ChangeDoor(Door):
    """Find the ticket, change it, and say how it stands now."""

    def change(
        self, ref: str, warnings: list[str], act: Callable[[Ticket, datetime], object]
    ) -> HttpResponse:
        def carry_out(now: datetime) -> HttpResponse:
            ticket = ticket_of(self.key, ref)
            refuse_stale(ticket, self.plain)
            act(ticket, now)
            return tagged(answer(ticket_for(self.key, ticket, now=now, warnings=warnings)), ticket)

        return self.transact(carry_out)


class AcknowledgementDoor(ChangeDoor):
    @Operation(
        name="acknowledgeTicket",
        summary="Acknowledge a ticket",
        description="Stops the acknowledgement clock, never a response clock.",
        scope=Scope.ACT,
        body=shapes.Acknowledgement,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.Acknowledgement)
        warnings += told_time.warnings(asked.occurred_at, now=self.now)

        def acknowledge(ticket: Ticket, now: datetime) -> None:
            agent = agent_at(ticket, asked.agent, pointer="/agent")
            assignment.acknowledge(ticket=ticket, by=agent, now=now, occurred_at=asked.occurred_at)

        return self.change(ref, warnings, acknowledge)


class AssigneeDoor(ChangeDoor):
    @Operation(
        name="assignTicket",
        summary="Give a ticket to an agent, or to nobody",
        scope=Scope.ACT,
        body=shapes.Assignment,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.Assignment)
        return self.change(ref, warnings, lambda ticket, now: assign(ticket, asked, now))


def assign(ticket: Ticket, asked: shapes.Assignment, now: datetime) -> None:
    """Assign: who gives a ticket to themself claims it; where nobody is named, the shop's machine gives it."""
    by = agent_or_none(ticket, asked.agent, pointer="/agent")
    if asked.assignee is None:
        assignment.unassign(ticket=ticket, by=by, now=now)
        return
    to = agent_at(ticket, asked.assignee, pointer="/assignee")
    assignment.assign(ticket=ticket, to=to, by=by, now=now)


class StatusDoor(ChangeDoor):
    @Operation(
        name="setStatus",
        summary="Let a ticket stand open, pending, on hold, resolved or closed",
        description="For the customer (`by`) the scope `write` is enough, for anybody else it takes `act`.",
        scope=Scope.WRITE,
        body=shapes.StatusChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.StatusChange)
        if asked.by != "customer":
            key_authentication.require(self.key, Scope.ACT)
        refuse_contradiction(asked)
        warnings += told_time.warnings(asked.occurred_at, now=self.now)
        settle = settle_for_customer if asked.by == "customer" else settle_for_staff
        return self.change(ref, warnings, lambda ticket, now: settle(ticket, asked, now))


def refuse_contradiction(asked: shapes.StatusChange) -> None:
    """Refuse (422) to guess who acts where two are named."""
    if asked.agent is not None and asked.by in ("customer", "system"):
        detail = _("An agent is named, and `by` names somebody else.")
        raise RequestRefused(422, "contradiction", detail, pointer="/by")


def settle_for_customer(ticket: Ticket, asked: shapes.StatusChange, now: datetime) -> None:
    match asked.status:
        case "closed":
            ticket_status.close(
                ticket=ticket, by=None, by_customer=True, now=now, occurred_at=asked.occurred_at
            )
        case "open":
            ticket_status.reopen(ticket=ticket, by=None, now=now, occurred_at=asked.occurred_at)
            refuse_still_waiting(ticket)
        case _:
            detail = _("A customer can close a ticket or open it again.")
            raise RequestRefused(422, "not-for-customers", detail, pointer="/status")


def refuse_still_waiting(ticket: Ticket) -> None:
    """Refuse (422) a customer who opens what was not resolved and still does not stand open."""
    if ticket.status not in (Status.NEW, Status.OPEN):
        detail = _(
            "A customer opens a resolved ticket again; one that waits is brought back by what they say."
        )
        raise RequestRefused(422, "not-for-customers", detail, pointer="/status")


def settle_for_staff(ticket: Ticket, asked: shapes.StatusChange, now: datetime) -> None:
    if asked.by == "agent" and asked.agent is None:
        raise RequestRefused(422, "agent-missing", _("Name the agent who acts."), pointer="/agent")
    by = agent_or_none(ticket, asked.agent, pointer="/agent")
    ticket_status.set_status(
        ticket=ticket, status=asked.status, by=by, now=now, occurred_at=asked.occurred_at
    )


class PriorityDoor(ChangeDoor):
    @Operation(
        name="setPriority",
        summary="Make a ticket more or less urgent",
        description="Its due times follow.",
        scope=Scope.ACT,
        body=shapes.PriorityChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.PriorityChange)

        def change(ticket: Ticket, now: datetime) -> None:
            by = agent_or_none(ticket, asked.agent, pointer="/agent")
            ticket_attributes.change_priority(ticket=ticket, priority=asked.priority, by=by, now=now)

        return self.change(ref, warnings, change)


class OrderDoor(ChangeDoor):
    @Operation(
        name="setOrder",
        summary="Say what is new about the order",
        description="The snapshot takes the place of the one before. Whoever has put the ticket off until there is news"
        " about its order has it back; no clock is touched.",
        scope=Scope.WRITE,
        body=shapes.OrderChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.OrderChange)

        def change(ticket: Ticket, now: datetime) -> None:
            ticket_attributes.change_order(ticket=ticket, order=asked.order, now=now)

        return self.change(ref, warnings, change)


class CustomerDoor(ChangeDoor):
    @Operation(
        name="setCustomer",
        summary="Say whose ticket it is",
        description="Found by external id, else by e-mail, else made, as where a ticket is sent; what was said as the"
        " customer's is theirs then. It touches no clock, and what an agent has done so can be undone.",
        scope=Scope.ACT,
        body=shapes.CustomerChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.CustomerChange)
        refuse_unsendable(asked.customer.email)

        def change(ticket: Ticket, now: datetime) -> None:
            by = agent_or_none(ticket, asked.agent, pointer="/agent")
            ticket_attributes.change_customer(ticket=ticket, customer=asked.customer, by=by, now=now)

        return self.change(ref, warnings, change)


def refuse_unsendable(email: str | None) -> None:
    """Refuse (422) an address that no mail can be sent to: who is named here is to be answered."""
    if email and sendable_email(email) is None:
        raise NoAddress(typed=isolated(email), pointer="/customer/email")


class QueueDoor(ChangeDoor):
    @Operation(
        name="setQueue",
        summary="Hand a ticket to another queue",
        description="One of the store's: its own, or another that an admin has named for it.",
        scope=Scope.ACT,
        body=shapes.QueueChange,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.QueueChange)

        def change(ticket: Ticket, now: datetime) -> None:
            by = agent_or_none(ticket, asked.agent, pointer="/agent")
            ticket_attributes.change_queue(
                ticket=ticket, queue=queue_named(ticket.store, asked.queue), by=by, now=now
            )

        return self.change(ref, warnings, change)


def queue_named(store: Store, name: str) -> Queue:
    """Find one of the store's queues; refuses (422) any other in the words for one that is not there."""
    queue = Queue.objects.reached_by(store).filter(name=name).first()
    if queue is None:
        detail = _("This store has no queue of this name.")
        raise RequestRefused(422, "unknown-queue", detail, pointer="/queue")
    return queue


class UndoDoor(ChangeDoor):
    @Operation(
        name="undo",
        summary="Take back what an agent did last on a ticket",
        description="Within a few minutes, if nothing has happened on it since. What was said stays said.",
        scope=Scope.ACT,
        body=shapes.Undo,
        answers={200: shapes.ToldTicket},
        versioned=True,
    )
    def put(self, request: Request, ref: str) -> HttpResponse:
        asked, warnings = self.read(shapes.Undo)

        def take_back(ticket: Ticket, now: datetime) -> None:
            by = agent_at(ticket, asked.agent, pointer="/agent")
            spam_tickets.undo_last(ticket=ticket, by=by, now=now)

        return self.change(ref, warnings, take_back)
