"""Every path of the API that the helpdesk itself serves."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route, Webhook
from helpdesk.api.shapes import NUMBER, REFERENCE
from helpdesk.api.views import (
    attachments,
    blocks,
    bounces,
    changes,
    directory,
    mail,
    messages,
    splitting,
    tickets,
    topic,
)
from helpdesk.webhooks.told_conversation import TOLD

TICKET = {"ref": REFERENCE}
MAIL = {"mail": NUMBER}
BLOCK = {"block": NUMBER}
ATTACHMENT = {"attachment": NUMBER}

ROUTES = (
    Route("tickets", tickets.Tickets),
    Route("tickets/batch", tickets.TicketBatch),
    Route("tickets/{ref}", tickets.OneTicket, TICKET),
    Route("tickets/{ref}/messages", messages.Messages, TICKET),
    Route("tickets/{ref}/bounce", bounces.BounceDoor, TICKET),
    Route("tickets/{ref}/acknowledgement", changes.AcknowledgementDoor, TICKET),
    Route("tickets/{ref}/assignee", changes.AssigneeDoor, TICKET),
    Route("tickets/{ref}/status", changes.StatusDoor, TICKET),
    Route("tickets/{ref}/priority", changes.PriorityDoor, TICKET),
    Route("tickets/{ref}/order", changes.OrderDoor, TICKET),
    Route("tickets/{ref}/customer", changes.CustomerDoor, TICKET),
    Route("tickets/{ref}/queue", changes.QueueDoor, TICKET),
    Route("tickets/{ref}/topic", topic.TopicDoor, TICKET),
    Route("tickets/{ref}/split", splitting.SplitDoor, TICKET),
    Route("tickets/{ref}/undo", changes.UndoDoor, TICKET),
    Route("customers", directory.Customers),
    Route("queues", directory.Queues),
    Route("agents", directory.Agents),
    Route("blocks", blocks.Blocks),
    Route("blocks/{block}/lifting", blocks.BlockLifting, BLOCK),
    Route("attachments", attachments.Attachments),
    Route("attachments/{attachment}", attachments.OneAttachment, ATTACHMENT),
    Route("mail", mail.Mails),
    Route("mail/{mail}", mail.OneMail, MAIL),
)

WEBHOOKS = tuple(
    Webhook(
        name=kind.value,
        operation_id=body.__name__[0].lower() + body.__name__[1:],
        summary=str(kind.label).capitalize(),
        description="Sent to webhooks of the store that ask for it, signed as Standard Webhooks has it; a message may"
        " come twice, under the same `webhook-id`.",
        body=body,
    )
    for kind, (body, _data) in TOLD.items()
)
