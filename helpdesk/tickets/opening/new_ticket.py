"""The one shape in which every ticket comes in, whatever the door: API, batch, webhook, mail or file.

What a schema can state is stated here and checked by msgspec when a shape is read; what it cannot
(that a time zone exists, that a time is not in the future) is checked by `opening`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

# All of Unicode but NUL, which PostgreSQL lacks, and half characters. `\Z`, in the contract written as `$`,
# leaves no room for a newline at the end.
_SAYABLE = r"^[^\u0000\uD800-\uDFFF]*\Z"
_EMAIL = r"^[^\s\u0000-\u001F\uD800-\uDFFF]+@[^\s@\u0000-\u001F\uD800-\uDFFF]+\Z"

Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=_SAYABLE)]
Line = Annotated[str, Meta(max_length=200, pattern=_SAYABLE)]
Word = Annotated[str, Meta(max_length=50, pattern=_SAYABLE)]
Subject = Annotated[str, Meta(max_length=500, pattern=_SAYABLE)]
Body = Annotated[str, Meta(min_length=1, max_length=100_000, pattern=_SAYABLE)]
Email = Annotated[str, Meta(max_length=254, pattern=_EMAIL)]
Locale = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*\Z")]
Zone = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+\Z")]
Channel = Annotated[str, Meta(max_length=50, pattern=r"^[a-z][a-z0-9_]*\Z")]
Tag = Annotated[str, Meta(min_length=1, max_length=100, pattern=_SAYABLE)]
Tags = Annotated[list[Tag], Meta(max_length=50)]
MetadataKey = Annotated[str, Meta(min_length=1, max_length=100, pattern=_SAYABLE)]
MetadataValue = Annotated[str, Meta(max_length=1000, pattern=_SAYABLE)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Meta(max_length=50)]
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?\Z")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
Instant = Annotated[datetime, Meta(tz=True)]
Urgency = Literal["low", "normal", "high", "urgent"]


class NewCustomer(Struct, kw_only=True, frozen=True):
    """Who asks; found again by external id, else by e-mail, and refreshed by what is given."""

    external_id: Id | None = None
    email: Email | None = None
    name: Line | None = None
    locale: Locale | None = None
    timezone: Zone | None = None
    tier: Word | None = None


class NewMessage(Struct, kw_only=True, frozen=True):
    """What they say. An automatic mail opens no ticket."""

    body: Body
    automatic: bool = False
    external_id: Id | None = None


class FirstAuthor(Struct, kw_only=True, frozen=True):
    """An agent, by e-mail, who writes to the customer first, or (not public) takes down what they asked."""

    agent: Email
    public: bool = True


class Money(Struct, kw_only=True, frozen=True):
    """An amount as the shop writes it, in a currency of ISO 4217."""

    amount: Amount
    currency: Currency


class NewOrder(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A snapshot of the order they ask about."""

    id: Id
    total: Money | None = None
    status: Line | None = None


class NewTicket(Struct, kw_only=True, frozen=True):
    """A ticket to open. Without a subject, the beginning of the message becomes one."""

    message: NewMessage
    customer: NewCustomer = NewCustomer()
    author: FirstAuthor | None = None
    external_id: Id | None = None
    occurred_at: Instant | None = None
    subject: Subject | None = None
    priority: Urgency = "normal"
    channel: Channel = "api"
    tags: Tags = []
    metadata: Metadata = {}
    order: NewOrder | None = None
    imported: bool = False
