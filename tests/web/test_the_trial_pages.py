"""A dry run in a browser: its page follows the count, leads from numbers to tickets, and has no barriers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from monitor.models import Trial
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.monitor.promises.trial import tried
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


def begun(make: Make) -> Trial:
    """Begin one over some tickets, half of which were answered after half an hour."""
    now = database_now()
    ensure_defaults()
    with transaction.atomic():
        _fill(make, now)
    return tried.begun(
        make.agent("admin"), tried.draft(scope="new_and_open"), tried.NEW_HOURS, now=database_now()
    )


def _fill(make: Make, now: datetime) -> None:
    for number in range(8):
        asked = now - timedelta(hours=3, minutes=number)
        ticket = make.ticket(now=asked, priority=("low", "urgent")[number % 2])
        if number % 2:
            reply_in_public(
                ticket=ticket, author=make.agent(), body="Here.", now=asked + timedelta(minutes=30)
            )


def test_the_page_follows_the_count_and_leads_to_tickets(
    make: Make, visit: Visit, no_barriers: Callable[..., None]
) -> None:
    trial = begun(make)
    page = visit(reverse("trial", args=[trial.pk]), make.agent("admin"))
    expect(page.locator("#trial-progress")).to_be_visible()
    no_barriers(page)
    page.evaluate("window.asks = document.querySelector('#trial > [hx-trigger]')")

    tried.go_on(now=database_now())

    expect(page.locator("#trial-progress")).to_have_count(0)
    assert not page.evaluate("window.asks.isConnected"), (
        "what asked has become a part of what it had asked for"
    )
    expect(page.get_by_role("heading", name="The last 30 days")).to_be_visible()
    no_barriers(page)
    page.locator("#open ~ .scroll a").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("late")
    no_barriers(page)
