"""Closed months in a browser: closing one, what it says then, narrow and wide, without barriers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from helpdesk.database.instant import database_now
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import Make
from tests.monitor.reports.months.closing import a_closed_month, what_came_later
from tests.web.conftest import Visit


@pytest.mark.parametrize("width", [390, 1200])
def test_a_month_says_what_changed_and_leads_there(
    make: Make, visit: Visit, no_barriers: Callable[..., None], width: int
) -> None:
    ensure_defaults()
    figures.begin()
    now = database_now() - timedelta(minutes=5)
    closed = a_closed_month(make, now)
    what_came_later(make, closed, now)
    page = visit("/board/months/", make.agent("admin"), viewport={"width": width, "height": 800})

    no_barriers(page)
    page.get_by_role("link", name="No. 1").click()
    expect(page.get_by_role("main")).to_contain_text("Now 90.6 %:")
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="a reply bounced").click()
    expect(page.get_by_role("table").last).to_contain_text(closed.bounced.reference)
    expect(page.get_by_role("table").last).not_to_contain_text(closed.late.reference)
    page.get_by_role("link", name=closed.bounced.reference).click()
    expect(page).to_have_url(page.url.split("/tickets/")[0] + f"/tickets/{closed.bounced.reference}/")
