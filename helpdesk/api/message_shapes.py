"""What the API says and hears of messages, their files and their way out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from helpdesk import models
from helpdesk.api.shapes import NUMBER, AgentEmail, Cursor, Limit, NextCursor, TicketReceiptShape, ToldTicket
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called, either, one_of
from helpdesk.models import PartyRole
from helpdesk.tickets.opening.new_ticket import AttachmentIds, Body, Email, Id, Text


class AuthorShape(Struct, kw_only=True):
    """Who said it; `agent` is the e-mail of an agent."""

    kind: Annotated[str, one_of("AuthorKind", models.Author.values)]
    agent: str | None
    name: str


class RecipientShape(Struct, kw_only=True):
    """Somebody to whom a message goes by mail, and whether a server has taken it for them, or never will."""

    line: Annotated[str, one_of("RecipientLine", [PartyRole.TO.value, PartyRole.CC.value])]
    email: str
    name: str
    newcomer: Annotated[bool, Meta(description="Had no part in the ticket before this went to them.")]
    taken_at: Annotated[Instant | None, Meta(description="When a mail server took it for them.")]
    failed_at: Annotated[Instant | None, Meta(description="When it was known not to reach them.")]


class DeliveryShape(Struct, kw_only=True):
    """How far a message has come that leaves by mail; `said` is a server's word on it, until it has left."""

    state: Annotated[str, one_of("DeliveryState", models.Leaving.values)]
    leaving_since: Instant
    left_at: Instant | None
    refused_at: Instant | None
    bounced_at: Annotated[Instant | None, Meta(description="When it came back after it had left.")]
    said: str
    recipients: Annotated[
        list[RecipientShape], Meta(description="Whom it goes to; empty once that is not kept any more.")
    ]


class AttachmentShape(Struct, kw_only=True):
    """A file. Its content is read by its id, once it is on a message, unless it was left out."""

    id: str
    name: Annotated[str, Meta(description="As strangers have given it; it may be empty.")]
    type: Annotated[str, Meta(description="As it was found in the content.")]
    size: Annotated[int, Meta(description="In bytes.")]
    sha256: Annotated[str, Meta(description="Of the content, in hexadecimal.")]
    left_out: Annotated[
        Annotated[str, one_of("LeftOut", models.LeftOut.values)] | None,
        Meta(description="Why a file that came by mail stays in the mail."),
    ]
    infection: Annotated[str | None, Meta(description="What a virus scanner found in it.")]


class AttachmentQuery(Struct, kw_only=True):
    """What a file is called."""

    name: Annotated[Text, Meta(max_length=1000, description="The name of the file.")] = ""


class MessageShape(Struct, kw_only=True):
    """One thing said on a ticket."""

    id: str
    external_id: str | None
    author: AuthorShape
    public: bool
    automatic: bool
    holding: Annotated[
        bool,
        Meta(description="An answer that says no more than that the question was seen, and is looked into."),
    ]
    outside: Annotated[
        bool,
        Meta(
            description="A letter to somebody who is neither the customer nor of yours, or what they wrote."
        ),
    ]
    way: Annotated[
        Annotated[str, one_of("MessageWay", models.Way.values)] | None,
        Meta(
            description="How else an answer was given; null: here, in writing. `mail`: by another program, as was"
            " found in the mailbox's folder of what was sent."
        ),
    ]
    body: str
    rest: Annotated[str, Meta(description="What was too long, and was cut off its text or its ticket.")]
    sent_at: Instant
    received_at: Instant
    bounced_at: Annotated[Instant | None, Meta(description="Since when it is known to have reached nobody.")]
    bounce_reason: Annotated[str, Meta(description="Why it bounced, as far as it was told.")]
    attachments: list[AttachmentShape]
    delivery: Annotated[
        DeliveryShape | None, Meta(description="Its way out by mail; null where it does not leave from here.")
    ]


class MessageReceiptShape(Struct, kw_only=True):
    """What a key without the scope `read` is told of a message that it sent."""

    id: str
    external_id: str | None


ToldMessage = Annotated[Any, either("MessageOrReceipt", "MessageShape", "MessageReceiptShape")]
"""A message, or for a key that may not read its receipt."""

RECEIPTS = (TicketReceiptShape, MessageReceiptShape)


class MessagePage(Struct):
    data: list[MessageShape]
    next_cursor: NextCursor


class MessageQuery(Struct, kw_only=True):
    cursor: Cursor | None = None
    limit: Limit = 50


Copies = Annotated[
    list[Email],
    Meta(
        max_length=50,
        description="Who else gets by mail what an agent writes to the customer; addresses of ours are left out. Null:"
        " whoever else the newest mail between the customer and agents names; an empty list: nobody.",
    ),
]


class SpeakerShape(Struct, kw_only=True, frozen=True):
    """Who speaks. To speak for the staff a key needs the scope `act`; an agent is named by e-mail."""

    kind: Annotated[Literal["customer", "agent", "bot", "system"], called("SpeakerKind")] = "customer"
    agent: AgentEmail | None = None
    name: Annotated[
        Text | None,
        Meta(description="Under which name, where there is no account: a bot's, or of one who has left."),
    ] = None


class SaidMessageShape(Struct, kw_only=True):
    """Something said on a ticket: by the customer unless told otherwise."""

    body: Body
    author: SpeakerShape = SpeakerShape()
    public: Annotated[bool, Meta(description="False makes it an internal note of an agent.")] = True
    automatic: bool = False
    holding: Annotated[
        bool,
        Meta(
            description="A public answer that says no more than that the question was seen, and is looked into:"
            " it is a first response, and not yet one of substance."
        ),
    ] = False
    way: Annotated[
        Annotated[Literal["phone", "in_person", "chat"], called("ToldWay")] | None,
        Meta(
            description="How an agent answered who did not write here: `body` is then a note of what was said."
        ),
    ] = None
    sent_at: Instant | None = None
    external_id: Id | None = None
    attachments: AttachmentIds = []
    then: Annotated[
        Literal["keep_open", "wait", "resolve"],
        called("AfterReply"),
        Meta(description="What an agent's public reply leaves the ticket as."),
    ] = "keep_open"
    cc: Copies | None = None
    imported: bool = False


class SaidAnswerShape(Struct, kw_only=True):
    """The message as it was stored, and the ticket as it stands now."""

    message: ToldMessage
    ticket: ToldTicket


class Bounce(Struct, kw_only=True):
    """A reply that never arrived: which, by its `message` or its `external_id`, when that was known, and why."""

    message: (
        Annotated[str, Meta(pattern=rf"^{NUMBER}\Z", examples=["11"], description="The message's `id`.")]
        | None
    ) = None
    external_id: Annotated[Id, Meta(description="Your own id of the message.")] | None = None
    reason: Annotated[Text, Meta(description="A server's words; 500 characters are kept.")] | None = None
    occurred_at: Annotated[Instant | None, Meta(description="When it bounced; now unless told.")] = None
