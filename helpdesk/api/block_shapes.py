"""What the API says and hears of blocked senders."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from helpdesk.api.shapes import AgentEmail, Cursor, Limit, NextCursor, TicketReference
from helpdesk.input.instant_text import Instant
from helpdesk.tickets.opening.new_ticket import Text

SenderName = Annotated[
    Text,
    Meta(
        min_length=1,
        max_length=254,
        description="An address, or as `@example.com` all of a domain.",
        examples=["eve@spam.example"],
    ),
]


class NewBlock(Struct, kw_only=True):
    """Whose mail to stop, for 90 days or for good, and the agent who says so."""

    sender: SenderName
    agent: Annotated[
        AgentEmail, Meta(description="The e-mail of an agent who works in one of the store's queues.")
    ]
    for_good: bool = False


class SenderBlockShape(Struct, kw_only=True):
    """A sender whose mail to the store is stopped, or was."""

    id: str
    sender: SenderName
    blocked_at: Instant
    blocked_by: Annotated[str | None, Meta(description="An agent's e-mail.")]
    until: Annotated[Instant | None, Meta(description="When it runs out by itself; null for good.")]
    lifted_at: Annotated[Instant | None, Meta(description="When somebody let their mail in again.")]
    stopped: Annotated[int, Meta(description="How many mails it has stopped.")]
    ticket: Annotated[TicketReference | None, Meta(description="The spam for which it was blocked.")]


class BlockPage(Struct):
    data: list[SenderBlockShape]
    next_cursor: NextCursor


class BlockQuery(Struct, kw_only=True):
    """Which blocks to list: those that meet every condition; of several senders, any of them."""

    sender: Annotated[list[SenderName], Meta(description="In whatever case.")] = []
    in_force: Annotated[bool | None, Meta(description="Whether it stops mail now.")] = None
    cursor: Cursor | None = None
    limit: Limit = 50
