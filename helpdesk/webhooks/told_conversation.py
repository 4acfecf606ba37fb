"""What a conversation's webhooks say, type by type; the contract's `webhooks` are written from these structs."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import one_of
from helpdesk.models import Author, Environment, Status, Way, WebhookKind

LONGEST_TEXT = 10_000
"""Characters of a message that are told; the rest is asked for."""

ToldBy = Annotated[str, one_of("AuthorKind", Author.values)]
StatusTold = Annotated[str, one_of("Status", Status.values)]
Sequence = Annotated[
    int, Meta(ge=1, description="1, 2, 3 … of this ticket for this address, without a gap: order by it.")
]


def type_of(kind: WebhookKind, name: str) -> Meta:
    return one_of(name, [kind.value])


class TicketTold(Struct, kw_only=True):
    """The ticket of which something is told; `status` is as it stood then, the rest as it stands now."""

    reference: Annotated[str, Meta(examples=["T-QAAAQVX"])]
    external_id: Annotated[str | None, Meta(description="Your own id of the ticket.")]
    customer: Annotated[str | None, Meta(description="The customer's `external_id`; no address leaves.")]
    subject: str
    status: StatusTold


class MessageTold(Struct, kw_only=True):
    """What was said; of the author no login leaves, and no real name unless the webhook was set so."""

    id: str
    external_id: Annotated[str | None, Meta(description="Your own id of the message.")]
    author: ToldBy
    name: Annotated[
        str,
        Meta(
            description="As whom somebody of yours speaks: the mailbox's public name, else the store's; an agent's own"
            " where the webhook was set so. Empty where a customer or a third party speaks."
        ),
    ]
    way: Annotated[
        Annotated[str, one_of("MessageWay", Way.values)] | None,
        Meta(
            description="How else an answer was given; null: here, in writing. `mail`: by another program, as was"
            " found in the mailbox's folder of what was sent."
        ),
    ]
    outside: Annotated[
        bool,
        Meta(
            description="A letter to somebody who is neither the customer nor of yours, or what they wrote."
        ),
    ]
    text: str
    truncated: Annotated[bool, Meta(description="There is more of it; ask for the message.")]
    sent_at: Instant
    bounced_at: Instant | None
    bounce_reason: str


class OpeningTold(Struct, kw_only=True):
    sequence: Sequence
    ticket: TicketTold
    by: ToldBy


class StatusChangeTold(Struct, kw_only=True):
    sequence: Sequence
    ticket: TicketTold
    by: ToldBy
    was: Annotated[StatusTold, Meta(description="How it stood before.")]


class SayingTold(Struct, kw_only=True):
    sequence: Sequence
    ticket: TicketTold
    message: MessageTold


class ConversationTold(Struct, kw_only=True):
    """What every message has."""

    timestamp: Annotated[Instant, Meta(description="When it was written down.")]
    environment: Annotated[str, one_of("Environment", Environment.values)]


class TicketOpened(ConversationTold, kw_only=True):
    """A ticket was opened; what was said with it is told by a message of its own."""

    type: Annotated[str, type_of(WebhookKind.TICKET_OPENED, "TicketOpenedType")]
    data: OpeningTold


class TicketStatusChanged(ConversationTold, kw_only=True):
    """A ticket stands otherwise than it did."""

    type: Annotated[str, type_of(WebhookKind.TICKET_STATUS_CHANGED, "TicketStatusChangedType")]
    data: StatusChangeTold


class MessageReceived(ConversationTold, kw_only=True):
    """A customer wrote."""

    type: Annotated[str, type_of(WebhookKind.MESSAGE_RECEIVED, "MessageReceivedType")]
    data: SayingTold


class MessageSent(ConversationTold, kw_only=True):
    """A reply was sent: a mail server has accepted it, or, where nothing leaves by mail from here, it was said."""

    type: Annotated[str, type_of(WebhookKind.MESSAGE_SENT, "MessageSentType")]
    data: SayingTold


class MessageBounced(ConversationTold, kw_only=True):
    """A reply never arrived: it came back, or could not leave."""

    type: Annotated[str, type_of(WebhookKind.MESSAGE_BOUNCED, "MessageBouncedType")]
    data: SayingTold


class MessageNoted(ConversationTold, kw_only=True):
    """An internal note, or a word from or to a third party; the customer knows nothing of it."""

    type: Annotated[str, type_of(WebhookKind.MESSAGE_NOTED, "MessageNotedType")]
    data: SayingTold


TOLD: dict[WebhookKind, tuple[type[ConversationTold], type[Struct]]] = {
    WebhookKind.TICKET_OPENED: (TicketOpened, OpeningTold),
    WebhookKind.TICKET_STATUS_CHANGED: (TicketStatusChanged, StatusChangeTold),
    WebhookKind.MESSAGE_RECEIVED: (MessageReceived, SayingTold),
    WebhookKind.MESSAGE_SENT: (MessageSent, SayingTold),
    WebhookKind.MESSAGE_BOUNCED: (MessageBounced, SayingTold),
    WebhookKind.MESSAGE_NOTED: (MessageNoted, SayingTold),
}
"""The body of each kind, and what is in it."""
