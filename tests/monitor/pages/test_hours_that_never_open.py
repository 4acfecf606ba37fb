"""In hours that never open nothing is ever due; every page says so, and none breaks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket, TicketEvent
from monitor.models import Calendar, Clock, Flag
from monitor.promises import versions
from monitor.relay import book, recount
from monitor.watch import sweep
from tests.make import Make
from tests.monitor import recounted

NEVER: dict[str, Any] = {"timezone": "UTC", "weekly": {}}
LONG_AGO = {"timezone": "UTC", "weekly": {}, "date_overrides": {"2020-12-24": [["09:00", "17:00"]]}}


@pytest.fixture(params=[NEVER, LONG_AGO], ids=["never", "not any more"])
def ticket(request: pytest.FixtureRequest, make: Make) -> Ticket:
    """One that is opened, and one that was open when the hours were published."""
    asked = database_now()
    earlier = make.ticket(now=asked)
    calendar = Calendar.objects.get()
    versions.publish_calendar(calendar=calendar, spec=request.param, now=asked, may_never_open=True)
    recounted.go_on_to_the_end(now=asked)
    assert not Clock.objects.filter(ticket=earlier).exclude(due_at=None).exists()
    return make.ticket(now=database_now())


def test_it_counts_and_is_never_due(ticket: Ticket) -> None:
    clocks = Clock.objects.filter(ticket=ticket, target__isnull=False)
    assert {(one.due_at, one.risk_at, one.breach_at, one.rings_at) for one in clocks} == {(None,) * 4}
    sweep.sweep(now=database_now() + timedelta(days=400), limit=100, noticed_by="test")
    assert not Flag.objects.exists()
    assert book.unreadable() == ()
    assert recount.check([ticket.pk], now=database_now()) == []


def test_the_ticket_says_so_and_can_be_answered(client: Client, owner: Agent, ticket: Ticket) -> None:
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    said = re.sub(r"\s+", " ", strip_tags(page))
    assert "never due: its hours never open for so long" in said

    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=owner, body="Here it is.", now=database_now())
    assert Clock.objects.get(ticket=ticket, metric="first_response").outcome == "met"
    assert not TicketEvent.objects.filter(relayed_at=None).exists()


@pytest.mark.parametrize("name", ["queue", "board", "checklist", "hours", "tickets"])
def test_no_page_breaks(client: Client, make: Make, ticket: Ticket, name: str) -> None:
    client.force_login(make.agent("admin"))
    assert client.get(reverse(name)).status_code == 200
