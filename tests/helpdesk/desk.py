"""A ticket to act on, and an account of what was written about it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import Settings

from helpdesk.models import Ticket, TicketEvent
from tests.make import Make


@pytest.fixture(autouse=True)
def nobody_listens(settings: Settings) -> None:
    """Leave out the relays: what they do is told elsewhere."""
    settings.TICKET_EVENT_RELAYS = []


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


def history(ticket: Ticket) -> list[str]:
    """Tell a ticket's events in a word each, with what they say: `status_changed open`."""
    return [_word(event) for event in TicketEvent.objects.filter(ticket=ticket).order_by("seq")]


_TOLD = ("status", "by", "priority", "tier", "reason", "metric", "reply_seq")


def _word(event: TicketEvent) -> str:
    told = [str(event.payload[key]) for key in _TOLD if key in event.payload and event.kind != "opened"]
    return " ".join([event.kind, *told])


def statements(act: Callable[[], object]) -> int:
    """Count what goes to the server, as libpq itself sees it."""
    with tempfile.TemporaryFile("w+") as trace:
        libpq = connection.connection.pgconn
        libpq.trace(trace.fileno())
        act()
        libpq.untrace()
        trace.seek(0)
        sent = [line.split("\t") for line in trace if "\tF\t" in line]
    return sum(fields[3].strip() in ("Query", "Execute") for fields in sent)
