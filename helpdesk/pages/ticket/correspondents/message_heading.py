"""Who else wrote and read a message, beside its author and the customer, as its heading on the timeline says it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from helpdesk.models import Message, MessageParty, PartyRole, Ticket

_OF_ITS_MESSAGE = MessageParty.objects.filter(message=OuterRef("message")).order_by().values("message")
PARTIES: Final = Subquery(
    _OF_ITS_MESSAGE.annotate(
        all=JSONBAgg(
            JSONObject(
                role="role",
                name="name",
                address="address",
                key="address_key",
                is_new="is_new",
                failed_at="failed_at",
            ),
            order_by="id",
        )
    ).values("all")
)
"""Who is named in the mail of an event's message, read along with the event; null where nobody is."""


@dataclass(frozen=True, slots=True)
class ShownParty:
    """Somebody else to whom a message went: whether they were new on the ticket then, and whether it reached them."""

    name: str
    is_new: bool
    is_unreached: bool


@dataclass(frozen=True, slots=True)
class MessageHeading:
    """Who wrote a mail, and to whom else it went, in which line."""

    sender: str
    to: list[ShownParty]
    cc: list[ShownParty]


def heading_of(
    parties: Sequence[dict[str, Any]], *, message: Message, ticket: Ticket, ours: Container[str]
) -> MessageHeading:
    """Return who is worth a word: none of us, and in public not the customer either, with whom the ticket speaks."""
    spoken_with = ticket.customer.email_key if message.public else None
    others = [each for each in parties if each["key"] != spoken_with and each["address"] not in ours]
    return MessageHeading(
        next((_shown(each).name for each in parties if each["role"] == PartyRole.SENDER), ""),
        *([_shown(each) for each in others if each["role"] == role] for role in (PartyRole.TO, PartyRole.CC)),
    )


def _shown(party: dict[str, Any]) -> ShownParty:
    return ShownParty(party["name"] or party["address"], party["is_new"], party["failed_at"] is not None)
