"""A shop's day, told by the client that openapi-python-client makes; says what it was told."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from attend_attrs import AuthenticatedClient
from attend_attrs.api.flags import list_flags
from attend_attrs.api.tickets import (
    acknowledge_ticket,
    assign_ticket,
    list_messages,
    list_tickets,
    open_ticket,
    open_tickets,
    read_clocks,
    read_ticket,
    say_message,
    set_status,
)
from attend_attrs.models import (
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
    Metadata,
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
from httpx import Timeout

url, key, key_to_write, agent, asked_at, next_year = sys.argv[1:]
asked = datetime.fromisoformat(asked_at)
shop = AuthenticatedClient(base_url=url, token=key, timeout=Timeout(60))
told: dict[str, object] = {}

metadata = Metadata()
metadata["page"] = "/orders/1001"
question = NewTicket(
    message=NewMessage(body="Where is my order?"),
    external_id="shop-8841",
    occurred_at=asked,
    priority=Priority.HIGH,
    customer=NewCustomer(email="jon@example.com"),
    tags=["wismo"],
    metadata=metadata,
    order=OrderSnapshot(id="1001", total=Money(amount="59.90", currency="GBP")),
)
opened = open_ticket.sync_detailed(client=shop, body=question, idempotency_key="shop-8841")
ticket = opened.parsed
assert isinstance(ticket, Ticket)
assert isinstance(ticket.order, OrderSnapshot)
assert isinstance(ticket.order.total, Money)
assert (ticket.status, ticket.priority, ticket.assignee) == (Status.NEW, Priority.HIGH, None)
assert (ticket.occurred_at, ticket.tags) == (asked, ["wismo"])
told["opened"] = [opened.status_code, ticket.metadata["page"], ticket.order.total.amount]

question.priority = Priority.LOW
again = open_ticket.sync_detailed(client=shop, body=question)
assert isinstance(again.parsed, Ticket)
told["again"] = [again.status_code, again.parsed.warnings]

sound = NewTicket(message=NewMessage(body="And mine?"))
bad = NewTicket(message=NewMessage(body="And mine?"), occurred_at=datetime.fromisoformat(next_year))
batch = open_tickets.sync_detailed(client=shop, body=Batch(tickets=[sound, bad]))
assert batch.parsed is not None
assert not isinstance(batch.parsed, Problem)
first, second = batch.parsed.results
assert isinstance(first.ticket, Ticket)
assert isinstance(second.problem, Problem)
told["batch"] = [batch.status_code, first.status, second.status, second.problem.errors[0].pointer]

ref = ticket.reference
read = read_ticket.sync(ref, client=shop)
messages = list_messages.sync(ref, client=shop)
assert isinstance(read, Ticket)
assert messages is not None
assert not isinstance(messages, Problem)
assert (messages.data[0].way, messages.next_cursor) == (None, None)
told["read"] = [read.external_id, messages.data[0].body]

author = Speaker(kind=SpeakerKind.AGENT, agent=agent)
reply = SaidMessage(body="It left this morning.", author=author, then=AfterReply.WAIT)
said = say_message.sync_detailed(ref, client=shop, body=reply)
assert said.parsed is not None
assert not isinstance(said.parsed, Problem)
assert isinstance(said.parsed.message, Message)
assert said.parsed.ticket.status is Status.PENDING
told["said"] = [said.status_code, said.parsed.message.author.agent]

acknowledged = acknowledge_ticket.sync(ref, client=shop, body=Acknowledgement(agent=agent))
assigned = assign_ticket.sync(ref, client=shop, body=Assignment(assignee=agent))
change = StatusChange(status=ChosenStatus.RESOLVED, agent=agent)
resolved = set_status.sync(ref, client=shop, body=change)
assert isinstance(acknowledged, Ticket)
assert isinstance(assigned, Ticket)
assert isinstance(resolved, Ticket)
told["handled"] = [assigned.assignee, resolved.status.value]

clocks = read_clocks.sync(ref, client=shop)
assert clocks is not None
assert not isinstance(clocks, Problem)
assert clocks.data is not None
by_metric = {clock.metric: clock for clock in clocks.data}
response = by_metric[Metric.FIRST_RESPONSE]
assert (response.state, response.basis) == (ClockState.LATE, ClockBasis.BUSINESS)
assert isinstance(response.due_at, datetime)
assert (response.ledger[0].from_, response.ledger[0].kind) == (asked, StepKind.RUNNING)
told["clocks"] = sorted(metric.value for metric in by_metric)

flags: list[Flag] = []
cursor = None
while True:
    asking: dict[str, str] = {"cursor": cursor} if cursor else {}
    page = list_flags.sync(
        client=shop, ticket=[ref], level=[FlagLevel.BREACHED], open_=False, limit=1, **asking
    )
    assert page is not None
    assert not isinstance(page, Problem)
    flags += page.data
    if (cursor := page.next_cursor) is None:
        break
assert all(flag.noticed_at > flag.raised_at for flag in flags)
told["flags"] = sorted(flag.metric.value for flag in flags)

listed = list_tickets.sync(client=shop, status=[Status.NEW, Status.RESOLVED])
assert listed is not None
assert not isinstance(listed, Problem)
told["listed"] = len(listed.data)
told["followed"] = list_tickets.sync_detailed(client=shop, updated_since=asked).status_code

nonsense = NewTicket(message=NewMessage(body="?"), external_id="\ufffd", occurred_at=bad.occurred_at)
refused = open_ticket.sync_detailed(client=shop, body=nonsense)
assert isinstance(refused.parsed, Problem)
told["refused"] = [refused.status_code, sorted(str(fault.pointer) for fault in refused.parsed.errors)]

writer = AuthenticatedClient(base_url=url, token=key_to_write, timeout=Timeout(60))
receipt = open_ticket.sync(client=writer, body=sound)
assert isinstance(receipt, TicketReceipt)
told["receipt"] = receipt.status.value

print(json.dumps(told))
