"""Due times set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from helpdesk.models import Message, Ticket, TicketEvent
from helpdesk.refusal import Refused, UnknownValue
from helpdesk.tickets import ticket_status
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.manual_due_time import BadDueTime, ReasonMissing, clear_due_time, set_due_time
from helpdesk.tickets.membership import NotAMember, NotAnOverseer
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)


def promise(make: Make, ticket: Ticket, who: str = "overseer", **other: Any) -> bool:
    said: dict[str, Any] = {
        "metric": "first_response",
        "due_at": TOMORROW,
        "reason": "They fly on Tuesday.",
    } | other
    return set_due_time(ticket=ticket, by=make.agent(who), now=SOON, **said)


def test_a_supervisor_promises_another_time_and_says_why(make: Make, ticket: Ticket) -> None:
    assert promise(make, ticket)
    assert not promise(make, ticket)

    assert history(ticket) == ["opened", "note_added", "due_time_set first_response"]
    event = TicketEvent.objects.get(kind="due_time_set")
    assert event.payload == {"metric": "first_response", "due_at": TOMORROW.isoformat()}
    assert event.message == Message.objects.get(body="They fly on Tuesday.", public=False)


def test_a_promise_is_moved_and_taken_back(make: Make, ticket: Ticket) -> None:
    promise(make, ticket)
    promise(make, ticket, due_at=TOMORROW + timedelta(hours=1))
    promise(make, ticket, metric="resolution")

    def clear() -> bool:
        return clear_due_time(ticket=ticket, metric="first_response", by=make.agent("overseer"), now=SOON)

    assert clear()
    assert not clear()
    assert history(ticket)[-1] == "due_time_cleared first_response"
    assert promise(make, ticket)


def test_only_a_supervisor_promises(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAnOverseer):
        promise(make, ticket, "owner")
    with pytest.raises(NotAMember):
        promise(make, ticket, "outsider")
    with pytest.raises(NotAnOverseer):
        clear_due_time(ticket=ticket, metric="resolution", by=make.agent(), now=SOON)
    assert promise(make, ticket, "admin")


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"metric": "happiness"}, UnknownValue),
        ({"reason": " "}, ReasonMissing),
        ({"due_at": datetime(2026, 3, 10)}, BadDueTime),  # noqa: DTZ001 (a naive time is the point)
        ({"due_at": NOW - timedelta(seconds=1)}, BadDueTime),
        ({"due_at": datetime(9999, 1, 1, tzinfo=UTC)}, BadDueTime),
        ({"due_at": datetime(1, 1, 1, tzinfo=UTC)}, BadDueTime),
    ],
)
def test_an_impossible_promise_is_refused(
    make: Make, ticket: Ticket, other: dict[str, Any], error: type[Refused]
) -> None:
    with pytest.raises(error):
        promise(make, ticket, **other)
    assert history(ticket) == ["opened"]


def test_nothing_is_promised_where_all_is_done(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=None, now=SOON)

    with pytest.raises(TicketEnded):
        promise(make, ticket)


def test_nothing_can_be_promised_where_nobody_watches(make: Make, ticket: Ticket, settings: Settings) -> None:
    settings.PROMISED_METRICS = ""

    with pytest.raises(UnknownValue):
        promise(make, ticket)
