"""What the monitor adds to the API."""

from __future__ import annotations

from helpdesk.api.contract.operation import Route, Webhook
from helpdesk.api.routes import TICKET
from helpdesk.api.shapes import NUMBER
from monitor.alerts.flag_webhook import TYPE, FlagsChanged
from monitor.api import clock_views, flag_views, policy_test
from monitor.api.reports import (
    care_report,
    choices_report,
    flow_report,
    forecast_report,
    hours_report,
    load_report,
    now_report,
    objectives_report,
    promises_report,
    waits_report,
)

ROUTES = (
    Route("tickets/{ref}/clocks", clock_views.ClocksDoor, TICKET),
    Route("flags", flag_views.Flags),
    Route("flags/{flag}/acknowledgement", flag_views.FlagAcknowledgementDoor, {"flag": NUMBER}),
    Route("policies/test", policy_test.PolicyTestDoor),
    Route("reports/now", now_report.Now),
    Route("reports/forecast", forecast_report.Forecast),
    Route("reports/load", load_report.Loads),
    Route("reports/waits", waits_report.Waits),
    Route("reports/promises", promises_report.Promises),
    Route("reports/objectives", objectives_report.ObjectivesDoor),
    Route("reports/hours", hours_report.HoursDoor),
    Route("reports/care", care_report.Care),
    Route("reports/flow", flow_report.Flow),
    Route("reports/choices", choices_report.Choices),
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
