"""Every path of the API that the helpdesk itself serves."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route
from helpdesk.api.shapes import NUMBER, REFERENCE
from helpdesk.api.views import bounces, changes, directory, mail, messages, tickets

TICKET = {"ref": REFERENCE}
MAIL = {"mail": NUMBER}

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
    Route("tickets/{ref}/queue", changes.QueueDoor, TICKET),
    Route("tickets/{ref}/undo", changes.UndoDoor, TICKET),
    Route("customers", directory.Customers),
    Route("queues", directory.Queues),
    Route("agents", directory.Agents),
    Route("mail", mail.Mails),
    Route("mail/{mail}", mail.OneMail, MAIL),
)
