"""A shop's day, told by the client that OpenAPI Generator makes for Python; says what it was told."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from attend_pydantic import ApiClient, Configuration, FlagsApi, TicketsApi
from attend_pydantic.exceptions import UnprocessableEntityException
from attend_pydantic.models import (
    Acknowledgement,
    AfterReply,
    Assignment,
    Batch,
    ChosenStatus,
    ClockBasis,
    ClockState,
    Flag,
    FlagLevel,
    Message,
    Metric,
    Money,
    NewCustomer,
    NewMessage,
    NewTicket,
    OrderSnapshot,
    Priority,
    Problem,
    SaidMessage,
    Speaker,
    SpeakerKind,
    Status,
    StatusChange,
    StepKind,
    Ticket,
    TicketReceipt,
)

url, key, key_to_write, agent, asked_at, next_year = sys.argv[1:]
asked = datetime.fromisoformat(asked_at)
shop = ApiClient(Configuration(host=url, access_token=key))
tickets = TicketsApi(shop)
told: dict[str, object] = {}

question = NewTicket(
    message=NewMessage(body="Where is my order?"),
    external_id="shop-8841",
    occurred_at=asked,
    priority=Priority.HIGH,
    customer=NewCustomer(email="jon@example.com"),
    tags=["wismo"],
    metadata={"page": "/orders/1001"},
    order=OrderSnapshot(id="1001", total=Money(amount="59.90", currency="GBP")),
)
opened = tickets.open_ticket_with_http_info(question, idempotency_key="shop-8841")
ticket = opened.data.actual_instance
assert isinstance(ticket, Ticket)
assert isinstance(ticket.order, OrderSnapshot)
assert isinstance(ticket.order.total, Money)
assert (ticket.status, ticket.priority, ticket.assignee) == (Status.NEW, Priority.HIGH, None)
assert (ticket.occurred_at, ticket.tags) == (asked, ["wismo"])
told["opened"] = [opened.status_code, ticket.metadata["page"], ticket.order.total.amount]

question.priority = Priority.LOW
again = tickets.open_ticket_with_http_info(question)
assert isinstance(again.data.actual_instance, Ticket)
told["again"] = [again.status_code, again.data.actual_instance.warnings]

sound = NewTicket(message=NewMessage(body="And mine?"))
bad = NewTicket(message=NewMessage(body="And mine?"), occurred_at=datetime.fromisoformat(next_year))
batch = tickets.open_tickets_with_http_info(Batch(tickets=[sound, bad]))
first, second = batch.data.results
assert isinstance(first.ticket.actual_instance, Ticket)
assert isinstance(second.problem, Problem)
told["batch"] = [batch.status_code, first.status, second.status, second.problem.errors[0].pointer]

ref = ticket.reference
read = tickets.read_ticket(ref)
messages = tickets.list_messages(ref)
assert isinstance(read, Ticket)
assert (messages.data[0].way, messages.next_cursor) == (None, None)
told["read"] = [read.external_id, messages.data[0].body]

author = Speaker(kind=SpeakerKind.AGENT, agent=agent)
reply = SaidMessage(body="It left this morning.", author=author, then=AfterReply.WAIT)
said = tickets.say_message_with_http_info(ref, reply)
message = said.data.message.actual_instance
assert isinstance(message, Message)
assert said.data.ticket.actual_instance.status is Status.PENDING
told["said"] = [said.status_code, message.author.agent]

acknowledged = tickets.acknowledge_ticket(ref, Acknowledgement(agent=agent)).actual_instance
assigned = tickets.assign_ticket(ref, Assignment(assignee=agent)).actual_instance
change = StatusChange(status=ChosenStatus.RESOLVED, agent=agent)
resolved = tickets.set_status(ref, change).actual_instance
assert isinstance(acknowledged, Ticket)
assert isinstance(assigned, Ticket)
assert isinstance(resolved, Ticket)
told["handled"] = [assigned.assignee, resolved.status.value]

clocks = tickets.read_clocks(ref)
by_metric = {clock.metric: clock for clock in clocks.data}
response = by_metric[Metric.FIRST_RESPONSE]
assert (response.state, response.basis) == (ClockState.LATE, ClockBasis.BUSINESS)
assert isinstance(response.due_at, datetime)
assert (response.ledger[0].var_from, response.ledger[0].kind) == (asked, StepKind.RUNNING)
told["clocks"] = sorted(metric.value for metric in by_metric)

flags: list[Flag] = []
cursor = None
while True:
    asking = {"level": [FlagLevel.BREACHED], "open": False, "limit": 1, "cursor": cursor}
    page = FlagsApi(shop).list_flags(ticket=[ref], **asking)
    flags += page.data
    if (cursor := page.next_cursor) is None:
        break
assert all(flag.noticed_at > flag.raised_at for flag in flags)
told["flags"] = sorted(flag.metric.value for flag in flags)

listed = tickets.list_tickets(status=[Status.NEW, Status.RESOLVED])
told["listed"] = len(listed.data)
told["followed"] = tickets.list_tickets_with_http_info(updated_since=asked).status_code

nonsense = NewTicket(message=NewMessage(body="?"), external_id="\ufffd", occurred_at=bad.occurred_at)
try:
    tickets.open_ticket(nonsense)
except UnprocessableEntityException as refused:
    told["refused"] = [refused.status, sorted(str(fault.pointer) for fault in refused.data.errors)]

writer = TicketsApi(ApiClient(Configuration(host=url, access_token=key_to_write)))
receipt = writer.open_ticket(sound).actual_instance
assert isinstance(receipt, TicketReceipt)
told["receipt"] = receipt.status.value

print(json.dumps(told))
