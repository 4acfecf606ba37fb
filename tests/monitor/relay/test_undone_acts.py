"""Undoing an act gives its ticket's clocks back as they were, and a recount finds nothing to mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from helpdesk.models import Ticket
from helpdesk.tickets.undo import undo
from monitor.models import Clock
from monitor.relay import recount
from tests.helpdesk.tickets.test_undo import JUST_AFTER, SLIPS
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("promises")]

SAID = (
    "metric",
    "start_seq",
    "started_at",
    "due_at",
    "risk_at",
    "breach_at",
    "paused_at",
    "ended_at",
    "outcome",
)


def clocks_of(ticket: Ticket) -> list[tuple[Any, ...]]:
    return list(
        Clock.objects.standing().filter(ticket=ticket).order_by("metric", "start_seq").values_list(*SAID)
    )


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_clocks_of_what_is_undone_are_what_they_were(
    make: Make, slip: Callable[[Make, Ticket, Any], object]
) -> None:
    ticket = make.ticket(tags=["refund"], priority="high")
    before = clocks_of(ticket)
    slip(make, ticket, make.agent())

    undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    assert clocks_of(ticket) == before
    assert recount.check([ticket.pk], now=JUST_AFTER) == []
