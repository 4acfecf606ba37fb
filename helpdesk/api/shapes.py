"""What the API says and hears; the OpenAPI document is written from these structs.

The shape of a new ticket is the services' own (`helpdesk.tickets.opening.new_ticket`): every door feeds it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from helpdesk import models
from helpdesk.api.problems import Problem
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called, either, one_of
from helpdesk.models.mail.raw_mail import MailOutcome, MailReason
from helpdesk.search.search_terms import LONGEST_QUESTION
from helpdesk.tickets.opening.new_ticket import (
    Channel,
    Email,
    Id,
    Metadata,
    NewCustomer,
    NewTicket,
    OrderSnapshot,
    Text,
    Urgency,
)

NUMBER = "[1-9][0-9]{0,17}"
REFERENCE = "T-[0-9A-HJKMNP-TV-Z]{7}"
TicketReference = Annotated[str, Meta(examples=["T-QAAAQVX"])]
Status = Annotated[
    Literal["new", "open", "pending", "on_hold", "resolved", "closed", "merged", "spam", "deleted"],
    called("Status"),
]
ChosenStatus = Annotated[Literal["open", "pending", "on_hold", "resolved", "closed"], called("ChosenStatus")]
ToldStatus = Annotated[str, one_of("Status", models.Status.values)]
Limit = Annotated[int, Meta(ge=1, le=100, description="How many at most; 50 unless told.")]
Cursor = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"^[A-Za-z0-9_-]+\Z",
        description="The `next_cursor` of the page before this one.",
    ),
]
AgentEmail = Annotated[Email, Meta(description="The e-mail of an agent who works in the ticket's queue.")]
QueueName = Annotated[Text, Meta(min_length=1, description="A queue by its name.")]
TopicName = Annotated[Text, Meta(min_length=1, description="A topic of the store's list, by its name.")]
Question = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_QUESTION,
        description="Words that tickets have: in subject, messages, names, ids, tags or the order. The best come"
        " first.",
    ),
]
MessageNumber = Annotated[
    str, Meta(pattern=rf"^{NUMBER}\Z", examples=["11"], description="A message's `id`.")
]
Warnings = Annotated[list[str], Meta(description="What was noticed, and changed nothing.")]
NextCursor = Annotated[
    str | None, Meta(description="Send it as `cursor` for the next page; null at the end.")
]


class CustomerShape(Struct, kw_only=True):
    """Who asked."""

    external_id: str | None
    email: str
    name: str
    locale: str
    timezone: str
    tier: str


class TicketShape(Struct, kw_only=True):
    """A ticket as it stands."""

    reference: TicketReference
    environment: Annotated[str, one_of("Environment", models.Environment.values)]
    external_id: str | None
    subject: str
    status: ToldStatus
    priority: Annotated[str, one_of("Priority", models.Priority.values)]
    channel: str
    queue: str
    assignee: Annotated[str | None, Meta(description="An agent's e-mail.")]
    customer: CustomerShape
    tags: list[str]
    topic: Annotated[str | None, Meta(description="What it is about, of the store's list.")]
    metadata: Metadata
    order: OrderSnapshot | None
    merged_into: Annotated[str | None, Meta(description="The reference of the ticket that took this one up.")]
    split_from: Annotated[
        str | None, Meta(description="The reference of the ticket on which its messages stood before.")
    ]
    occurred_at: Annotated[Instant, Meta(description="When the customer asked.")]
    received_at: Annotated[Instant, Meta(description="When we got to know.")]
    updated_at: Instant
    warnings: Warnings


class TicketReceiptShape(Struct, kw_only=True):
    """What a key without the scope `read` is told of a ticket that it wrote to."""

    reference: TicketReference
    status: ToldStatus
    warnings: Warnings


ToldTicket = Annotated[Any, either("TicketOrReceipt", "TicketShape", "TicketReceiptShape")]
"""A ticket, or for a key that may not read its receipt."""


class MailShape(Struct, kw_only=True):
    """A mail that was handed in, and what became of it."""

    id: str
    size: Annotated[int, Meta(description="In bytes.")]
    received_at: Instant
    read_at: Annotated[Instant | None, Meta(description="Null until it was read.")]
    outcome: Annotated[str, one_of("MailOutcome", MailOutcome.values)] | None
    reason: Annotated[str, one_of("MailReason", MailReason.values)] | None
    why: Annotated[str, Meta(description="The reason in words; empty where there is none.")]
    ticket: Annotated[TicketReference | None, Meta(description="On which it is, or of which it tells.")]


class TicketPage(Struct):
    data: list[TicketShape]
    next_cursor: NextCursor


class TicketQuery(Struct, kw_only=True):
    """Which tickets to list: those that meet every condition; of a condition with several values, any of them."""

    q: Question | None = None
    status: list[Status] = []
    priority: list[Urgency] = []
    channel: list[Channel] = []
    queue: list[QueueName] = []
    assignee: list[AgentEmail] = []
    tag: list[Text] = []
    external_id: list[Id] = []
    customer: Annotated[list[Id], Meta(description="A customer's external id.")] = []
    customer_email: Annotated[list[Email], Meta(description="A customer's e-mail, in whatever case.")] = []
    updated_since: Annotated[
        Instant | None,
        Meta(
            description="Tickets changed at or after this instant, earliest change first. Without it, the"
            " latest change comes first. Ask again from the last `updated_at` seen this way, and nothing is"
            " missed: a change is told once no earlier one can appear any more."
        ),
    ] = None
    cursor: Cursor | None = None
    limit: Limit = 50


class CustomerQuery(Struct, kw_only=True):
    """Which customers to list: those that meet every condition; of several values, any of them."""

    email: Annotated[list[Email], Meta(description="In whatever case; several people may share one.")] = []
    external_id: list[Id] = []
    cursor: Cursor | None = None
    limit: Limit = 50


class CustomerPage(Struct):
    data: list[CustomerShape]
    next_cursor: NextCursor


class QueueShape(Struct, kw_only=True):
    """A queue that the store's keys reach."""

    name: QueueName
    own: Annotated[bool, Meta(description="Whether it is the store's own, where its tickets come.")]


class QueueList(Struct):
    data: list[QueueShape]


class AgentShape(Struct, kw_only=True):
    """Somebody for whom a key may act, and in which of the store's queues."""

    email: AgentEmail
    queues: list[QueueName]


class AgentList(Struct):
    data: list[AgentShape]


class BatchShape(Struct):
    """Up to 500 tickets; each is accepted or refused by itself."""

    tickets: Annotated[list[NewTicket], Meta(min_length=1, max_length=500)]


class LooseBatch(Struct):
    """A batch of which one item may be wrong without harm to the others."""

    tickets: Annotated[list[Any], Meta(min_length=1, max_length=500)]


class BatchResult(Struct, kw_only=True, omit_defaults=True):
    """What became of one item: a ticket (201, or 200 where it was known), or a problem."""

    index: int
    status: int
    ticket: ToldTicket | None = None
    problem: Problem | None = None


class BatchResults(Struct):
    results: list[BatchResult]


class Acknowledgement(Struct, kw_only=True):
    """An agent says: I have this."""

    agent: AgentEmail
    occurred_at: Instant | None = None


class Undo(Struct, kw_only=True):
    """Whose last act is taken back: an agent's, by themself."""

    agent: AgentEmail


class Assignment(Struct, kw_only=True):
    """Whose ticket it is; null for nobody's. `agent` is who says so; unless told it is the shop, not a person."""

    assignee: AgentEmail | None
    agent: AgentEmail | None = None


class StatusChange(Struct, kw_only=True):
    """Where the ticket stands from now on, and who says so: an agent, the customer, or else the shop."""

    status: ChosenStatus
    agent: AgentEmail | None = None
    by: Annotated[
        Annotated[Literal["agent", "customer", "system"], called("Actor")] | None,
        Meta(description="`customer` may close a ticket, or open it again."),
    ] = None
    occurred_at: Instant | None = None


class PriorityChange(Struct, kw_only=True):
    priority: Urgency
    agent: AgentEmail | None = None


class OrderChange(Struct, kw_only=True):
    """What its shop says of the order by now: all that is kept of it, in place of what it said before."""

    order: OrderSnapshot


class CustomerChange(Struct, kw_only=True):
    """Whose ticket it is: found by external id, else by e-mail, else made, as where a ticket is sent."""

    customer: NewCustomer
    agent: AgentEmail | None = None


class TopicChange(Struct, kw_only=True):
    """What the ticket is about, of the store's list; null for nothing of it."""

    topic: TopicName | None
    agent: AgentEmail | None = None


class SplitShape(Struct, kw_only=True):
    """What is about something else and goes to a ticket of its own: whose it is unless the same customer's, and its
    subject unless the first of the messages says it.
    """

    messages: Annotated[list[MessageNumber], Meta(min_length=1, max_length=100)]
    agent: AgentEmail
    customer: NewCustomer | None = None
    subject: Text | None = None


class QueueChange(Struct, kw_only=True):
    """The queue by its name."""

    queue: QueueName
    agent: AgentEmail | None = None
