"""What the monitor adds to the API."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route
from helpdesk.api.routes import TICKET
from monitor.api import clock_views, flag_views
from monitor.api.clock_shapes import NUMBER

ROUTES = (
    Route("tickets/{ref}/clocks", clock_views.ClocksDoor, TICKET),
    Route("flags", flag_views.Flags),
    Route("flags/{flag}/acknowledgement", flag_views.FlagAcknowledgementDoor, {"flag": NUMBER}),
)
