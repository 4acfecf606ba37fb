"""Every path of the API that the helpdesk itself serves."""

from __future__ import annotations

from helpdesk.api.operation import Route
from helpdesk.api.views import changes, messages, tickets

TICKET = {"ref": "T-[0-9A-HJKMNP-TV-Z]{7}"}

ROUTES = (
    Route("tickets", tickets.Tickets),
    Route("tickets/batch", tickets.TicketBatch),
    Route("tickets/{ref}", tickets.OneTicket, TICKET),
    Route("tickets/{ref}/messages", messages.Messages, TICKET),
    Route("tickets/{ref}/acknowledgement", changes.AcknowledgementDoor, TICKET),
    Route("tickets/{ref}/assignee", changes.AssigneeDoor, TICKET),
    Route("tickets/{ref}/status", changes.StatusDoor, TICKET),
    Route("tickets/{ref}/priority", changes.PriorityDoor, TICKET),
    Route("tickets/{ref}/queue", changes.QueueDoor, TICKET),
)
