"""What whoever gets a message has read or written before it: quoted below, and named in its head."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk.models import Message, MessageParty, PartyRole
from helpdesk.models.message import MessageQuerySet


def said_before(message: Message, *, to: Collection[str] | None = None) -> MessageQuerySet:
    """Return the messages before this one of the same conversation, notes apart.

    A reply's is what stands there in public. That of a letter to a third party is what they wrote and were written:
    nothing between the customer and us goes to them. `to` are the keys of whom one goes to that is not stored yet.
    """
    earlier = Message.objects.filter(ticket=message.ticket_id, sent_at__lte=message.sent_at).exclude(
        pk=message.pk
    )
    if message.public:
        return earlier.public()
    them = message.parties.filter(role=PartyRole.TO).values("address_key") if to is None else to
    theirs = MessageParty.objects.filter(role__in=[PartyRole.SENDER, PartyRole.TO], address_key__in=them)
    return earlier.filter(public=False, way="", pk__in=theirs.values("message"))
