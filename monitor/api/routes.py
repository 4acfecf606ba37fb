"""What the monitor adds to the API."""

from __future__ import annotations

from helpdesk.api.operation import Route
from helpdesk.api.routes import TICKET
from monitor.api import flags, tickets

ROUTES = (
    Route("tickets/{ref}/clocks", tickets.ClocksDoor, TICKET),
    Route("flags", flags.Flags),
    Route("flags/{flag}/acknowledgement", flags.FlagAcknowledgementDoor, {"flag": "[1-9][0-9]{0,17}"}),
)
