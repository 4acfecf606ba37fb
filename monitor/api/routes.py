"""What the monitor adds to the API."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route, Webhook
from helpdesk.api.routes import TICKET
from helpdesk.api.shapes import NUMBER
from monitor.alerts.flag_webhook import TYPE, FlagsChanged
from monitor.api import clock_views, flag_views
from monitor.api.reports import waits_report

ROUTES = (
    Route("tickets/{ref}/clocks", clock_views.ClocksDoor, TICKET),
    Route("flags", flag_views.Flags),
    Route("flags/{flag}/acknowledgement", flag_views.FlagAcknowledgementDoor, {"flag": NUMBER}),
    Route("reports/waits", waits_report.Waits),
)

WEBHOOKS = (
    Webhook(
        name=TYPE,
        operation_id="flagsChanged",
        summary="Flags have changed",
        description="Sent to the store's webhook address, signed as Standard Webhooks has it; a message may come twice,"
        " under the same `webhook-id`.",
        body=FlagsChanged,
    ),
)
