"""What a key is told of a ticket and of a message: all of it with the scope `read`, else that it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from helpdesk.api import message_shapes, shapes
from helpdesk.api.ticket_representation import represent, represent_message
from helpdesk.models import ApiKey, Message, Scope, Ticket


def tickets_for(
    key: ApiKey, tickets: Sequence[Ticket], *, now: datetime, warnings: Sequence[list[str]]
) -> list[shapes.TicketShape | shapes.TicketReceiptShape]:
    """Say each ticket with its warnings; a key that may not read learns what it wrote to, and no more."""
    if Scope.READ in key.scopes:
        return list(represent(tickets, store=key.store, now=now, warnings=warnings))
    return [
        shapes.TicketReceiptShape(
            reference=ticket.reference, status=ticket.status, warnings=[*heard, *map(str, ticket.noticed)]
        )
        for ticket, heard in zip(tickets, warnings, strict=True)
    ]


def ticket_for(
    key: ApiKey, ticket: Ticket, *, now: datetime, warnings: list[str]
) -> shapes.TicketShape | shapes.TicketReceiptShape:
    [told] = tickets_for(key, [ticket], now=now, warnings=[warnings])
    return told


def message_for(
    key: ApiKey, message: Message
) -> message_shapes.MessageShape | message_shapes.MessageReceiptShape:
    """Say a message, loaded with its agent; a note to a key that may read notes."""
    if Scope.READ in key.scopes and (message.public or Scope.NOTES in key.scopes):
        return represent_message(message)
    return message_shapes.MessageReceiptShape(id=str(message.pk), external_id=message.external_id)


def told_again(told: Any, *, key: ApiKey, now: datetime) -> Any:
    """Say what was told once, as it stands now, to a key that may be told more or less."""
    match told:
        case {"results": list(results)}:
            return {"results": [told_again(each, key=key, now=now) for each in results]}
        case {"ticket": {"reference": _}, **others}:
            said = {"message": _message_again(told, key)} if "message" in told else {}
            return others | said | {"ticket": told_again(told["ticket"], key=key, now=now)}
        case {"reference": reference}:
            ticket = Ticket.objects.visible_to(key).get(reference=reference)
            return ticket_for(key, ticket, now=now, warnings=told["warnings"])
    return told


def _message_again(
    told: Any, key: ApiKey
) -> message_shapes.MessageShape | message_shapes.MessageReceiptShape:
    return message_for(key, Message.objects.select_related("agent", "mailed").get(pk=told["message"]["id"]))
