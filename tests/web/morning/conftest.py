"""A morning's desk: two colleagues, a store that answers by mail, and customers who wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.live_web import live_server, web_port

__all__ = ["live_server", "web_port"]

WAITING = {
    "Where is my order?": ("urgent", "It was to come on Monday, and it is a present. Order 8841."),
    "The lamp is broken": ("high", "It came in two pieces. What now?"),
    "The lamp is still broken": ("normal", "I wrote already, but nobody answered."),
    "An invoice, please": ("low", "For my company, with its address."),
}


@pytest.fixture
def tickets(make: Make) -> dict[str, Ticket]:
    """The tickets by their subjects, the most urgent first."""
    ensure_defaults()
    make.mailbox()
    make.agent("admin")
    now = database_now()
    asked = (now - timedelta(minutes=20)).isoformat()
    customer = {"email": "jane@example.com", "name": "Jane Doe"}
    return {
        subject: make.ticket(
            now=now, subject=subject, body=body, priority=priority, customer=customer, occurred_at=asked
        )
        for subject, (priority, body) in WAITING.items()
    }
