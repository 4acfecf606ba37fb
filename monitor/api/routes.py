"""What the monitor adds to the API."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route
from helpdesk.api.routes import TICKET
from monitor.api import flags, tickets
from monitor.api.shapes import NUMBER

ROUTES = (
    Route("tickets/{ref}/clocks", tickets.ClocksDoor, TICKET),
    Route("flags", flags.Flags),
    Route("flags/{flag}/acknowledgement", flags.FlagAcknowledgementDoor, {"flag": NUMBER}),
)
