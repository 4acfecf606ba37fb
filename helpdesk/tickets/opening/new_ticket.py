"""The one shape in which every ticket comes in, whatever the door: API, batch, webhook, mail or file.

What has to be so is stated here, and `helpdesk.input.fitting` reads by it. What is only pleasant to have (names,
languages, zones, how long a text is) is put right by `draft`, which refuses no ticket for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from msgspec import Meta, Struct

from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called

# All of Unicode but NUL, which PostgreSQL lacks, and half characters; an id has no replacement for them either,
# and no blanks around it: two ids would else look like one. `\Z` leaves no room for a newline at the end.
_SAYABLE = r"^[^\u0000\uD800-\uDFFF]*\Z"
_ID = r"^[^\s\u0000\uFFFD\uD800-\uDFFF](?:[^\u0000\uFFFD\uD800-\uDFFF]*[^\s\u0000\uFFFD\uD800-\uDFFF])?\Z"
# Of a mailbox everything is seen: what is not, or turns the letters round, would make two look like one.
_UNSEEN = (
    r"\u0000-\u001F\u007F-\u009F\u00AD\u115F\u1160\u180E\u200B\u200E\u200F"
    r"\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0"
)
_WORD = rf"[^\s@<>,;{_UNSEEN}\uFFFD\uD800-\uDFFF]+"
_EMAIL = rf'^(?:"[^"\s<>{_UNSEEN}\uFFFD\uD800-\uDFFF]+"|{_WORD})@{_WORD}\Z'

_AN_ID = {"words": _("This has to be an id without a NUL or half a character in it.")}
_AN_EMAIL = {"words": _("This has to be one e-mail address, such as jon@example.com.")}
_AN_ATTACHMENT = {"words": _("This has to be the id of a file, as it was told when the file was given.")}
_A_CHANNEL = {"words": _("This has to be lower-case letters, digits and _, beginning with a letter.")}
_AN_AMOUNT = {
    "words": _("This has to be an amount in digits, with a point before the fraction, such as 59.90.")
}
_A_CURRENCY = {"words": _("This has to be a currency code of three capital letters, such as EUR.")}

_EMAIL_IN_CONTRACT = {"x-pattern": r"^\s*([^\s<>]+@[^\s@<>,;]+)?\s*$", "examples": ["jon@example.com"]}

Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=_ID, extra=_AN_ID, examples=["shop-8841"])]
Text = Annotated[str, Meta(pattern=_SAYABLE)]
Body = Annotated[str, Meta(min_length=1, pattern=_SAYABLE, examples=["It was to come on Monday."])]
Email = Annotated[
    str, Meta(max_length=254, pattern=_EMAIL, extra=_AN_EMAIL, extra_json_schema=_EMAIL_IN_CONTRACT)
]
Channel = Annotated[
    str, Meta(max_length=50, pattern=r"^[a-z][a-z0-9_]*\Z", extra=_A_CHANNEL, examples=["contact_form"])
]
Amount = Annotated[
    str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?\Z", extra=_AN_AMOUNT, examples=["59.90"])
]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z", extra=_A_CURRENCY, examples=["GBP"])]
Urgency = Annotated[Literal["low", "normal", "high", "urgent"], called("Priority")]
Metadata = Annotated[dict[Text, Text], called("Metadata")]


AttachmentIds = Annotated[
    list[
        Annotated[
            str, Meta(pattern=r"^[1-9][0-9]{0,17}\Z", extra=_AN_ATTACHMENT, examples=["7"], max_length=18)
        ]
    ],
    Meta(max_length=50, description="Files that this key gave before, by their ids."),
]


class NewCustomer(Struct, kw_only=True, frozen=True):
    """Who asks; found again by external id, else by e-mail, and refreshed by what is given."""

    external_id: Id | None = None
    email: Email | None = None
    name: Text | None = None
    locale: Text | None = None
    timezone: Text | None = None
    tier: Text | None = None


class NewMessage(Struct, kw_only=True, frozen=True):
    """What they say. An automatic mail opens no ticket."""

    body: Body
    automatic: bool = False
    external_id: Id | None = None
    attachments: AttachmentIds = []
    cc: Annotated[
        list[Email],
        Meta(max_length=19, description="Who gets a copy of what an agent writes first, ours left out."),
    ] = []


class FirstAuthor(Struct, kw_only=True, frozen=True):
    """An agent, by e-mail, who writes to the customer first, or (not public) takes down what they asked."""

    agent: Email
    public: bool = True


class Money(Struct, kw_only=True, frozen=True):
    """An amount as the shop writes it, in a currency of ISO 4217."""

    amount: Amount
    currency: Currency


class OrderSnapshot(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The order they ask about, as it was then."""

    id: Id
    total: Money | None = None
    status: Text | None = None


class NewTicket(Struct, kw_only=True, frozen=True):
    """A ticket to open. Without a subject, the beginning of the message becomes one.

    Without a priority it is `normal`, without a channel that is `api`.
    """

    message: NewMessage
    customer: NewCustomer = NewCustomer()
    author: FirstAuthor | None = None
    external_id: Id | None = None
    occurred_at: Instant | None = None
    subject: Text | None = None
    priority: Urgency | None = None
    channel: Channel | None = None
    tags: list[Text] = []
    metadata: Metadata = {}
    order: OrderSnapshot | None = None
    imported: bool = False
